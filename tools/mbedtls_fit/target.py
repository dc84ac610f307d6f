# SPDX-License-Identifier: Apache-2.0
"""What the user asks for: a server, and how to talk to it."""
import re

from tools.mbedtls_roots import pem
from tools.mbedtls_roots.certificate import Certificate


class FitError(Exception):
    """Nothing can be found out or proven; the text says why. code: the exit code."""

    def __init__(self, text, code=2):
        super().__init__(text)
        self.code = code


class Target:
    def __init__(self, server, name=None, root=None, alpn=(), certificate=None, key=None, psk=None, datagrams=False,
                 request=None, path='/'):
        host, _, port = server.rpartition(':') if re.search(r':\d+$', server) else (server, '', '443')
        self.host, self.port = host.strip('[]'), int(port)
        self.name = name or self.host
        self.root, self.alpn = root, list(alpn)
        self.certificate, self.key = certificate, key
        self.psk = None
        if psk:
            identity, colon, secret = psk.rpartition(':')
            if not colon or not re.fullmatch(r'(?:[0-9a-fA-F]{2}){1,32}', secret):
                raise FitError('PSK has to be identity:hex, with 1 to 32 bytes of key', 2)
            self.psk = (identity, bytes.fromhex(secret))
        self.datagrams = datagrams
        self.own_request = request
        self.path = path

    @property
    def request(self):
        """Bytes to send once connected."""
        if self.own_request is not None:
            return self.own_request
        return b'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' % (self.path.encode(), self.name.encode())

    @property
    def has_name(self):
        """Whether the name is one, not an address: only names go into SNI."""
        return not re.fullmatch(r'[0-9.]+|.*:.*', self.name)

    def __str__(self):
        return '%s:%d' % (self.host, self.port)

    def key_kind(self):
        """EC or RSA: the device's own key; None without one."""
        if not self.certificate:
            return None
        with open(self.certificate, 'rb') as source:
            return Certificate(pem.split(source.read())[0]).key_kind
