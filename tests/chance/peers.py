# SPDX-License-Identifier: Apache-2.0
"""The suites of the installed servers, by number, and servers limited to one suite.

    for suite in shared(hello.suites):
        with server(suite, 'TLS 1.2', is_datagram, credentials) as one: ...
"""
import functools
import re
import subprocess
import types

from tools.mbedtls_host import datagrams, servers

# Versions: number on the wire, OpenSSL's options (TLS, DTLS), GnuTLS's names.
VERSIONS = {
    '1.0': (0x0301, '-tls1', None, 'VERS-TLS1.0', None),
    '1.1': (0x0302, '-tls1_1', '-dtls1', 'VERS-TLS1.1', 'VERS-DTLS1.0'),
    '1.2': (0x0303, '-tls1_2', '-dtls1_2', 'VERS-TLS1.2', 'VERS-DTLS1.2'),
    '1.3': (0x0304, '-tls1_3', None, 'VERS-TLS1.3', None),
}

TLS_1_3 = ('TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:'
           'TLS_AES_128_CCM_8_SHA256')


def lines_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()


@functools.lru_cache(None)
def openssl_suites():
    """{number: suite} of OpenSSL, with certificates and keys, without those that verify no peer."""
    found = {}
    for line in lines_of('openssl', 'ciphers', '-V', '-ciphersuites', TLS_1_3, 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'):
        parts = re.match(r'\s*0x(..),0x(..) - (\S+)\s+\S+\s+Kx=(\S+)\s+Au=(\S+)\s+Enc=(\S+)', line)
        high, low, name, exchange, authentication, cipher = parts.groups()
        kind = {'any': 'any', 'ECDSA': 'ec', 'RSA': 'rsa', 'PSK': 'psk'}.get(authentication)
        if kind == 'rsa' and 'PSK' in exchange:
            kind = 'rsa-psk'
        if kind and cipher != 'None':
            found[int(high + low, 16)] = types.SimpleNamespace(
                server='OpenSSL', name=name, kind=kind, is_dhe='DHE' in name.replace('ECDHE', ''),
                is_old=name.endswith('-SHA'), is_stream=False)
    return found


KINDS = {'ECDHE_ECDSA': 'ec', 'ECDHE_RSA': 'rsa', 'DHE_RSA': 'rsa', 'RSA': 'rsa', 'PSK': 'psk', 'DHE_PSK': 'psk',
         'ECDHE_PSK': 'psk', 'RSA_PSK': 'rsa-psk'}


@functools.lru_cache(None)
def gnutls_suites():
    """{number: suite} of GnuTLS, named as in its priority strings."""
    found = {}
    for line in lines_of('gnutls-cli', '-l'):
        parts = re.match(r'TLS_(\w+?)_((?:AES|CAMELLIA|ARCFOUR|3DES|CHACHA20)\w*?)(_SHA\d+|_MD5)?\s+'
                         r'0x(..), 0x(..)', line)
        if parts and parts.group(1) in KINDS:
            exchange, cipher, mac, high, low = parts.groups()
            found[int(high + low, 16)] = types.SimpleNamespace(
                server='GnuTLS', name='+%s:+%s' % (exchange.replace('_', '-'), cipher_name(cipher)),
                kind=KINDS[exchange], is_dhe=exchange.startswith('DHE'), is_old=mac in ('_SHA1', '_MD5'),
                is_stream=cipher.startswith('ARCFOUR'))
    return found


def cipher_name(cipher):
    return {'3DES_EDE_CBC': '3DES-CBC'}.get(cipher, cipher.replace('_', '-'))


def suites(numbers):
    """The suites that OpenSSL, or else GnuTLS, has too."""
    return [one for one in (openssl_suites().get(number) or gnutls_suites().get(number) for number in numbers) if one]


def server(suite, version, is_datagram, certificate=None, psk=None, record=16384, parameters=None, files=None):
    """A server limited to one suite and one version.

    psk         (identity, key in hexadecimal digits)
    record      the longest that it sends
    parameters  for DHE: a file
    files       {name: content} to serve over HTTP; datagrams are sent back
    """
    _, tls, dtls, gnutls_tls, gnutls_dtls = VERSIONS[version]
    if suite.server == 'GnuTLS':
        priority = 'NONE:+%s:%s:+MAC-ALL:+SIGN-ALL:+GROUP-ALL:+COMP-NULL:%%VERIFY_ALLOW_SIGN_WITH_SHA1' % (
            gnutls_dtls if is_datagram else gnutls_tls, suite.name)
        options = ['--dhparams', parameters] if suite.is_dhe else []
        if is_datagram:
            return datagrams.GnuTLS(certificate, options, psk, priority)
        return GnuTLS(certificate, psk, priority, options, files)
    options = ['-ciphersuites' if version == '1.3' else '-cipher',
               suite.name if version == '1.3' else suite.name + ':@SECLEVEL=0']
    options += ['-dhparam', parameters] if suite.is_dhe else []
    if is_datagram:
        options += ['-mtu', str(max(min(record, 1400), 256))]
        return OpenSSLDatagrams(certificate, options, psk, dtls)
    return OpenSSL(certificate, psk, [tls, '-max_send_frag', str(min(max(record, 512), 16384)), *options], files)


def any_server(is_datagram, certificate, psk):
    """OpenSSL with all of its suites."""
    options = ['-cipher', 'ALL:@SECLEVEL=0']
    if is_datagram:
        return datagrams.OpenSSL(None if psk else certificate, options, psk)
    return OpenSSL(certificate, psk, options, {})


def client_options(suite, version, datagram):
    """Options that limit OpenSSL's client to one suite. datagram: the longest that the server takes, 0: TCP."""
    if version == '1.3':
        return ['-tls1_3', '-ciphersuites', suite.name]
    transport = ['-mtu', str(min(datagram, 1400))] if datagram else [VERSIONS[version][1]]
    return transport + ['-cipher', suite.name + ':@SECLEVEL=0']


class OpenSSL(servers.OpenSSL):
    """Over TCP, with a certificate or a key or both."""

    def __init__(self, certificate, psk, options, files):
        super().__init__(certificate, files, options, mode='-HTTP')
        self.psk = psk

    def command(self):
        command = ['openssl', 's_server', '-accept', '127.0.0.1:%d' % self.port, self.mode, *self.options]
        if self.certificate:
            command += ['-cert', self.certificate.pem, '-key', self.certificate.key]
        else:
            command += ['-nocert']
        if self.psk:
            command += ['-psk_identity', self.psk[0], '-psk', self.psk[1]]
        return command


class OpenSSLDatagrams(datagrams.OpenSSL):
    """Over UDP, likewise."""

    def command(self):
        if not self.certificate or not self.psk:
            return super().command()
        self.options += ['-psk_identity', self.psk[0], '-psk', self.psk[1]]
        self.psk = None
        return super().command()


class GnuTLS(servers.GnuTLS):
    """The same of GnuTLS, which has one body for every request."""

    def __init__(self, certificate, psk, priority, options, files):
        super().__init__(certificate, ['--http', *options], priority)
        servers.put_files(self.folder, dict(files, keys=('%s:%s\n' % psk).encode() if psk else b''))
        self.options += ['--httpdata', next(iter(files))] + (['--pskpasswd', 'keys'] if psk else [])

    def command(self):
        if self.certificate:
            return super().command()
        return ['gnutls-serv', '--port', str(self.port), '--priority', self.priority, '--disable-client-cert',
                '--quiet'] + self.options
