# SPDX-License-Identifier: Apache-2.0
"""The servers' credentials: a short certificate for each kind of key, and a pre-shared key."""
import os

from tools.mbedtls_host.pki import Authority, openssl

HOST = '127.0.0.1'
KEYS = {'P-256': 'ec:P-256', 'P-384': 'ec:P-384', 'P-521': 'ec:P-521', 'rsa': 'rsa:2048'}
SHORT = '''
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
'''


class Credentials:
    """Roots that every build trusts, and a server below each: the same kind of key, SHA-256."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        authorities = {name: Authority(name, folder, key) for name, key in KEYS.items()}
        self.roots = [authority.pem for authority in authorities.values()]
        self.servers = {name: authority.server('s', ['IP:' + HOST], KEYS[name], extensions=SHORT)
                        for name, authority in authorities.items()}
        self.der = {name: self.as_der(server) for name, server in self.servers.items()}
        self.lengths = {name: os.path.getsize(certificate) for name, (certificate, _) in self.der.items()}
        # For DHE: OpenSSL's own choice is too short or too long for some builds.
        self.primes = {bits: self.prime(bits, folder) for bits in (2048, 3072, 4096)}

    @staticmethod
    def prime(bits, folder):
        path = os.path.join(folder, 'ffdhe%d.pem' % bits)
        openssl('genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe%d' % bits, '-out', path)
        return path

    @staticmethod
    def as_der(server):
        """Certificate and key in DER, which builds without PEM can read too."""
        paths = server.pem + '.der', server.key + '.der'
        openssl('x509', '-in', server.pem, '-outform', 'DER', '-out', paths[0])
        openssl('pkey', '-in', server.key, '-outform', 'DER', '-out', paths[1])
        return paths
