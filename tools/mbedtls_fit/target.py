# SPDX-License-Identifier: Apache-2.0
"""What the user asks for: a server, and how to talk to it."""
import datetime
import re
import subprocess

from tools.mbedtls_roots import pem
from tools.mbedtls_roots.certificate import Certificate
from tools.mbedtls_roots.der import Unreadable


class FitError(Exception):
    """Nothing can be found out or proven; the text says why. code: the exit code."""

    def __init__(self, text, code=2):
        super().__init__(text)
        self.code = code


def read(path):
    try:
        with open(path, 'rb') as source:
            return source.read()
    except OSError as error:
        raise FitError('%s: %s' % (path, error.strerror))


def certificates(path):
    """[Certificate] of a file; at least one."""
    found = []
    for one in pem.split(read(path)):
        try:
            found += [Certificate(one)] if isinstance(one, bytes) else []
        except Unreadable as why:
            raise FitError('%s: %s' % (path, why))
    if not found:
        raise FitError('there is no certificate in ' + path)
    return found


def public_key(words):
    done = subprocess.run(['openssl', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return done.stdout if done.returncode == 0 else None


def check_root(path):
    one = certificates(path)[0]
    if one.not_after < datetime.datetime.utcnow():
        raise FitError('the root in %s has expired on %s' % (path, one.not_after.date()), 5)


def check_own(certificate, key):
    """A server says of a wrong pair no more than that the handshake has failed."""
    if bool(certificate) != bool(key):
        raise FitError('CERT and KEY go together')
    if not certificate:
        return
    certificates(certificate)
    own = public_key(['pkey', '-in', key, '-passin', 'pass:', '-pubout'])
    if own is None:
        raise FitError('%s holds no private key that can be read without a password' % key)
    if own != public_key(['x509', '-in', certificate, '-pubkey', '-noout']):
        raise FitError('the key in %s does not belong to the certificate in %s' % (key, certificate))


def check_name(name):
    """Letters, digits, hyphens, dots, and the colons of an IPv6 address: neither a URL nor a sentence."""
    try:
        ascii_name = name.encode('idna').decode('ascii')
    except UnicodeError:
        ascii_name = ''
    if not re.fullmatch(r'[\w.:-]{1,253}', ascii_name):
        raise FitError('"%s" is no name of a server: HOST or HOST:PORT is expected' % name)


class Target:
    def __init__(self, server, name=None, root=None, alpn=(), certificate=None, key=None, psk=None, datagrams=False,
                 request=None, path='/'):
        host, _, port = server.rpartition(':') if re.search(r':\d+$', server) else (server, '', '443')
        self.host, self.port = host.strip('[]'), int(port)
        self.name = name or self.host
        for one in (self.host, self.name):
            check_name(one)
        if not 1 <= self.port <= 65535:
            raise FitError('the port has to be 1 to 65535, not %d' % self.port)
        self.root, self.alpn = root, list(alpn)
        if any(not one.isascii() or len(one) > 255 for one in self.alpn):
            raise FitError('ALPN has to be names of at most 255 ASCII characters')
        self.certificate, self.key = certificate, key
        self.psk = None
        if psk:
            identity, colon, secret = psk.rpartition(':')
            if not colon or not re.fullmatch(r'(?:[0-9a-fA-F]{2}){1,32}', secret):
                raise FitError('PSK has to be identity:hex, with 1 to 32 bytes of key', 2)
            self.psk = (identity, bytes.fromhex(secret))
        if not re.fullmatch(r'[!-~]+', path):
            raise FitError('PATH has to be ASCII without spaces')
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
        return certificates(self.certificate)[0].key_kind
