# SPDX-License-Identifier: Apache-2.0
"""The package's server against clients of OpenSSL, GnuTLS and its own."""
import itertools
import os
import socket
import ssl
import subprocess
import time
import types
import unittest

from tools.mbedtls_host import datagrams
from lib.clients import GnuTLSClient, OpenSSLClient
from lib.device_server import DeviceServer
from tools.mbedtls_host.pki import openssl
from lib.relay import Relay
from lib.x509 import (CLIENT, DIGITAL_SIGNATURE, EMAIL, SERVER, Certificate, FileKey, Issuer, alternative, basic,
                      constraints, purposes, usage)
from tools.mbedtls_host.shared import new_folder

from . import fixtures
from .recorders import RecordTap

PSK = ('device', 'a_common_secret')
PSK_WORD = 'device:a_common_secret'


EXPANSION = 24                          # of a record with AES-GCM: 8 bytes of nonce, 16 of tag


def write_pem(path, certificate):
    with open(path, 'w') as output:
        output.write(ssl.DER_cert_to_PEM_cert(certificate.der))


class Server(fixtures.Case):
    """Clients of others, both transports, both kinds of key, and pre-shared keys."""
    build = 'server'

    def serve(self, certificate='P-256, RSA-2048, P-256 root', **keys):
        if certificate:
            one = self.pki.chains[certificate]
            keys.update(cert=one.chain, key=one.key)
        return DeviceServer(self.device, **keys)

    def roots(self):
        return self.pki.all_roots

    def check(self, server, client):
        """A session from the handshake to its end by the client."""
        client.echo()
        client.echo('and again ' + 'x' * 900)
        server.wait('connected')
        self.assertEqual(client.close(), 0, client.text)

    def test_openssl_over_tcp(self):
        for chain in ('P-256, RSA-2048, P-256 root', 'RSA-2048, RSA-4096 root'):
            with self.subTest(chain), self.serve(chain) as server:
                with OpenSSLClient(server.port, root=self.roots(), options=['-tls1_2']) as client:
                    self.check(server, client)
                server.wait('ended')

    def test_gnutls_over_tcp(self):
        for chain in ('P-256, RSA-2048, P-256 root', 'RSA-2048, RSA-4096 root'):
            with self.subTest(chain), self.serve(chain) as server:
                with GnuTLSClient(server.port, root=self.roots()) as client:
                    self.check(server, client)
                server.wait('ended', code=fixtures.PEER_CLOSE_NOTIFY)

    def test_openssl_over_udp(self):
        for chain in ('P-256, RSA-2048, P-256 root', 'RSA-2048, RSA-4096 root'):
            with self.subTest(chain), self.serve(chain, transport='udp') as server:
                with OpenSSLClient(server.port, dtls=True, root=self.roots()) as client:
                    self.check(server, client)
                server.wait('ended', code=fixtures.PEER_CLOSE_NOTIFY)

    def test_gnutls_over_udp(self):
        for chain in ('P-256, RSA-2048, P-256 root', 'RSA-2048, RSA-4096 root'):
            with self.subTest(chain), self.serve(chain, transport='udp') as server:
                with GnuTLSClient(server.port, dtls=True, root=self.roots()) as client:
                    self.check(server, client)
                server.wait('ended', code=fixtures.PEER_CLOSE_NOTIFY)

    def test_pre_shared_keys(self):
        for transport in ('tcp', 'udp'):
            for kind, options in ((OpenSSLClient, {'options': [] if transport == 'udp' else ['-tls1_2']}),
                                  (GnuTLSClient, {})):
                with self.subTest(transport=transport, client=kind.__name__):
                    with self.serve(None, psk=PSK_WORD, transport=transport) as server:
                        with kind(server.port, dtls=transport == 'udp', psk=PSK,
                                  **options) as client:
                            self.check(server, client)
                        server.wait('ended')

    def test_wrong_key_and_unknown_identity_are_refused(self):
        for transport in ('tcp', 'udp'):
            options = [] if transport == 'udp' else ['-tls1_2']
            for psk, word in ((('device', 'another_secret!'), 'bad record mac'),
                              (('nobody', 'a_common_secret'), 'unknown psk identity')):
                with self.subTest(transport=transport, psk=psk):
                    with self.serve(None, psk=PSK_WORD, transport=transport, handshake_timeout=1500) as server:
                        with OpenSSLClient(server.port, dtls=transport == 'udp', psk=psk, options=options) as client:
                            if transport == 'tcp' or psk[0] == 'nobody':
                                self.assertRegex(client.failed(), word)
                            server.until(lambda stats: stats['code'] != 0 and stats['handshakes'] == 0)
                        if word == 'bad record mac' and transport == 'tcp':
                            self.assertIn('pre-shared key of client and server differ', server.output())
                        self.assertEqual(server.seen('connected'), [])

    def test_the_ccm8_suite_of_rfc_7925_connects(self):
        """The suite of RFC 7252 and RFC 7925, TLS_PSK_WITH_AES_128_CCM_8."""
        with self.serve(None, psk=PSK_WORD, transport='udp') as server:
            with OpenSSLClient(server.port, dtls=True, psk=PSK,
                               options=['-cipher', 'PSK-AES128-CCM8@SECLEVEL=0']) as client:
                self.check(server, client)

    def test_ipv6(self):
        for transport in ('tcp', 'udp'):
            with self.subTest(transport), self.serve(None, transport=transport, psk=PSK_WORD, address='::1') as server:
                with OpenSSLClient(server.port, dtls=transport == 'udp', psk=PSK, host='[::1]',
                                   options=[] if transport == 'udp' else ['-tls1_2']) as client:
                    self.check(server, client)
                self.assertTrue(server.wait('connected')['address'].startswith('[0:0:0:0:0:0:0:1]:'))

    def test_certificate_and_key_in_der(self):
        one = self.pki.chains['P-256, RSA-2048, P-256 root']
        folder = os.path.dirname(one.chain)
        der = os.path.join(folder, 'server-chain.der')
        with open(one.chain) as chain, open(der, 'wb') as output:
            for text in chain.read().split('-----END CERTIFICATE-----')[:-1]:
                output.write(ssl.PEM_cert_to_DER_cert(text.strip() + '\n-----END CERTIFICATE-----\n'))
        key = os.path.join(folder, 'server-key.der')
        openssl('pkey', '-in', one.key, '-outform', 'DER', '-out', key)
        with DeviceServer(self.device, cert=der, key=key, der=1) as server:
            with OpenSSLClient(server.port, root=self.roots()) as client:
                self.check(server, client)

    def test_key_of_another_certificate_is_refused_at_the_open(self):
        one, other = (self.pki.chains[name] for name in ('P-256, P-256 root', 'P-256, RSA-2048, P-256 root'))
        code, output = self.device.run('tls_server_case cert=%s key=%s' % (one.chain, other.key))
        self.assertEqual(code, 0, output)
        self.assertIn('cannot be opened', output)
        self.assertNotIn('LISTENING', output)
        self.assertIn('"heap": 0, "blocks": 0, "fds": 0', output)

    def test_chain_that_does_not_fit_is_refused_at_the_open(self):
        """It has to go out in one message, PKG_MBEDTLS_SSL_OUT_CONTENT_LEN bytes at most."""
        one = self.pki.chains['P-256, RSA-2048, P-256 root']
        with open(one.chain) as chain:
            text = chain.read()
        path = one.chain + '.long'
        with open(path, 'w') as output:
            output.write(text + text.partition('-----END CERTIFICATE-----\n')[2] * 6)
        code, output = self.device.run('tls_server_case cert=%s key=%s' % (path, one.key))
        self.assertEqual(code, 0, output)
        self.assertIn('PKG_MBEDTLS_SSL_OUT_CONTENT_LEN', output)
        self.assertNotIn('LISTENING', output)
        self.assertIn('"ret": %d, "heap": 0, "blocks": 0, "fds": 0' % TOO_LONG, output)

    def test_clients_certificates(self):
        """Required, optional or not requested; valid, untrusted, refused by the application, or missing."""
        good = self.pki.root.server('good.client', extensions=CLIENT_EXTENSIONS)
        refused = self.pki.root.server('refused.client', extensions=CLIENT_EXTENSIONS)
        stranger = self.pki.stranger
        wrong_use = self.pki.root.server('server.only')
        cases = {
            'required': (2, {good: True, refused: False, stranger: False, wrong_use: False, None: False}),
            'optional': (1, {good: True, refused: False, stranger: False, wrong_use: False, None: True}),
            'not requested': (0, {good: True, None: True}),
        }
        for transport in ('tcp', 'udp'):
            for name, (auth, expected) in cases.items():
                keys = {'transport': transport, 'auth': auth, 'refuse': 'refused', 'ca': self.pki.root.pem}
                with self.serve(**keys) as server:
                    for certificate, is_good in expected.items():
                        who = certificate.subject if certificate else None
                        with self.subTest(transport=transport, auth=name, client=who):
                            before = len(server.seen('connected'))
                            with OpenSSLClient(server.port, dtls=transport == 'udp', root=self.roots(),
                                               certificate=certificate,
                                               options=[] if transport == 'udp' else ['-tls1_2']) as client:
                                if is_good:
                                    client.echo()
                                else:
                                    text = client.failed()
                                    self.assertRegex(text, 'alert|closed|errno|error')
                            server.until(lambda stats: stats['handshakes'] == 0)
                            if is_good:
                                server.wait('connected', count=before + 1)
                            self.assertEqual(len(server.seen('connected')) - before, int(is_good))
                            if not is_good and certificate is None:
                                self.assertIn('the client has no certificate', server.output())
                        if not is_good and certificate:
                            stats = server.ask('stats')
                            self.assertIn(stats['code'], (fixtures.VERIFY_FAILED, BAD_CERTIFICATE), stats)
                            self.assertNotEqual(stats['flags'], 0)

    def test_clients_certificates_keep_to_the_rules_for_paths(self):
        """Names that an issuer may not issue for, and issuers for other purposes."""
        folder = new_folder('client-paths')
        root = Issuer('Client Root')
        write_pem(os.path.join(folder, 'root.pem'), root)
        key = FileKey(self.pki.ec.key, 'ec')
        limit = lambda *names: [constraints(names, critical=False)]
        named = lambda *names, more=(): [basic(False), usage(DIGITAL_SIGNATURE), purposes(CLIENT)] + \
            ([alternative(*names)] if names else []) + list(more)
        good, mail = (Issuer('Client CA', root, more=more) for more in (limit('DNS:good.example'), [purposes(EMAIL)]))
        server_only = Issuer('Client CA', root, more=[purposes(SERVER)])
        client_only = Issuer('Client CA', root, more=[purposes(CLIENT)])
        cases = [
            ('inside', good, 'sensor', named('DNS:a.good.example'), True),
            ('outside', good, 'sensor', named('DNS:h.example'), False),
            ('name inside', good, 'a.good.example', named(), True),
            ('name outside', good, 'h.example', named(), False),
            ('a serial number', good, 'sensor 4711', named(), True),
            ('for mail', mail, 'sensor', named(), False),
            ('for servers', server_only, 'sensor', named(), False),
            ('for clients', client_only, 'sensor', named(), True),
            ('a CA\'s limits', root, 'sensor', named(more=limit('DNS:good.example')), False),
        ]
        with self.serve(transport='tcp', ca=os.path.join(folder, 'root.pem'), auth=2) as server:
            for title, issuer, subject, extensions, is_accepted in cases:
                leaf = Certificate(subject, issuer, key, extensions)
                one = types.SimpleNamespace(pem=os.path.join(folder, 'leaf.pem'), key=self.pki.ec.key)
                write_pem(one.pem, leaf)
                write_pem(os.path.join(folder, 'issuer.pem'), issuer)
                options = ['-tls1_2', '-cert_chain', os.path.join(folder, 'issuer.pem')]
                with self.subTest(title), OpenSSLClient(server.port, certificate=one, options=options) as client:
                    if is_accepted:
                        client.echo()
                    else:
                        client.failed()

    def test_certificates_that_nobody_asks_for_are_pointed_out(self):
        for keys in ({'ca': self.roots()}, {'approve': 1}):
            with self.subTest(keys), self.serve(**keys) as server:
                with OpenSSLClient(server.port, root=self.roots(), options=['-tls1_2']) as client:
                    client.echo()
                self.assertIn('every client is let in: options.client_auth is TLS_SERVER_ANYONE', server.output())
        with self.serve() as server:
            self.assertNotIn('every client is let in', server.output())

    def test_a_fragment_length_is_agreed_on_if_all_messages_fit(self):
        """RFC 6066 4; the engine sends a handshake message over TCP in one record."""
        longest = 0
        for chain, code in itertools.product(('P-256, P-256 root', 'P-256, RSA-2048, P-256 root'), (512, 1024, 2048, 4096)):
            with self.subTest(chain=chain, length=code), self.serve(chain) as server, \
                    RecordTap(types.SimpleNamespace(host='127.0.0.1', port=server.port)) as tap:
                options = ['-tls1_2', '-maxfraglen', str(code)]
                with OpenSSLClient(tap.port, root=self.roots(), options=options) as client:
                    client.echo('x' * 3000)
                    longest = max(longest, code if max(tap.from_server) <= code + EXPANSION else 0)
        self.assertGreaterEqual(longest, 2048)          # it is agreed on where it can be

    def test_large_data_over_tcp(self):
        """More than a record in both directions."""
        with self.serve() as server:
            context = ssl.create_default_context(cafile=self.roots())
            with socket.create_connection(('127.0.0.1', server.port)) as raw, \
                    context.wrap_socket(raw, server_hostname=fixtures.NAME) as tls:
                data = os.urandom(16384)
                for _ in range(4):
                    tls.sendall(data)
                    back = b''
                    while len(back) < len(data):
                        back += tls.recv(65536)
                    self.assertEqual(back, data)

    def test_handshake_keeps_to_the_mtu(self):
        """A chain longer than a datagram goes in fragments, none above PKG_MBEDTLS_DTLS_MTU."""
        with self.serve('RSA-4096, RSA-2048, RSA-4096 root', transport='udp') as server, Relay(server.port) as relay:
            with OpenSSLClient(relay.port, dtls=True, root=self.roots()) as client:
                self.check(server, client)
            sizes = [len(datagram) for _, datagram in relay.received]
            self.assertLessEqual(max(sizes), 1232)
            self.assertGreater(sum(sizes), 2 * 1232)

    def test_datagram_that_is_too_long_is_refused(self):
        with self.serve(None, transport='udp', psk=PSK_WORD) as server:
            with OpenSSLClient(server.port, dtls=True, psk=PSK) as client:
                client.echo()
                self.assertEqual(server.ask('fill 1 4000')['ret'], TOO_LONG)
                self.assertEqual(server.ask('fill 1 1100')['ret'], 1100)
                client.expect('x' * 1100)
                client.echo()

    def test_the_shell_command_echoes_and_ends_on_request(self):
        """dtls_server in the shell: it echoes, and ends on request."""
        port = Relay.free_port()
        key = PSK[1].encode().hex()
        with subprocess.Popen([self.device.program, '--timeout', '600', '--heap-report'], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as shell:
            shell.stdin.write(b'dtls_server %d device %s\n' % (port, key.encode()))
            shell.stdin.flush()
            deadline = time.monotonic() + 60
            while not datagrams.is_bound(port) and time.monotonic() < deadline:
                time.sleep(0.05)
            with OpenSSLClient(port, dtls=True, psk=PSK) as client:
                client.echo()
                client.close()
            shell.stdin.write(b'dtls_server 1 device 00\ndtls_server stop\nwait\nexit\n')
            shell.stdin.close()
            output = shell.stdout.read().decode()
            self.assertEqual(shell.wait(30), 0, output)
        for text in ('DTLS server on port %d' % port, 'It runs already', 'DTLS server ended.'):
            self.assertIn(text, output)

    def test_server_ends_a_session(self):
        for transport in ('tcp', 'udp'):
            with self.subTest(transport), self.serve(None, transport=transport, psk=PSK_WORD) as server:
                with OpenSSLClient(server.port, dtls=transport == 'udp', psk=PSK,
                                   options=[] if transport == 'udp' else ['-tls1_2']) as client:
                    client.echo()
                    server.ask('end 1')
                    client.process.wait(10)


CLIENT_EXTENSIONS = '''\
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
'''

BAD_CERTIFICATE = -0x7A00
TOO_LONG = -0x9017


class LegacyServer(Server):
    """The same on Mbed TLS 2.28."""
    build = 'server-legacy'

    def test_old_versions_are_refused(self):
        """TLS 1.1 and DTLS 1.0 are in the build for old servers, not for clients."""
        for transport, options in (('tcp', ['-tls1_1']), ('udp', ['-dtls1', '-timeout'])):
            with self.subTest(transport), self.serve('RSA-2048, RSA-4096 root', transport=transport) as server:
                with OpenSSLClient(server.port, options=options + ['-cipher', 'DEFAULT:@SECLEVEL=0']) as client:
                    client.expect('protocol version')
                self.assertEqual(server.seen('connected'), [])


class NewServer(fixtures.Case):
    """TLS 1.3."""
    build = 'server-tls13'

    def test_tls13_over_tcp(self):
        one = self.pki.chains['P-256, RSA-2048, P-256 root']
        with DeviceServer(self.device, cert=one.chain, key=one.key) as server:
            for kind, options in ((OpenSSLClient, ['-tls1_3']), (OpenSSLClient, ['-tls1_2']), (GnuTLSClient, [])):
                with self.subTest(client=kind.__name__, options=options):
                    with kind(server.port, root=self.pki.all_roots, options=options) as client:
                        client.echo()
                        self.assertEqual(client.close(), 0, client.text)

    def test_pre_shared_key_alone_serves_a_client_that_has_tls13_too(self):
        with DeviceServer(self.device, psk=PSK_WORD) as server:
            for options in ([], ['-tls1_2']):
                with self.subTest(options=options), OpenSSLClient(server.port, psk=PSK, options=options) as client:
                    client.echo()
                    self.assertEqual(client.close(), 0, client.text)

    def test_dtls_works_in_a_build_with_tls13(self):
        one = self.pki.chains['P-256, RSA-2048, P-256 root']
        with DeviceServer(self.device, cert=one.chain, key=one.key, transport='udp') as server:
            with OpenSSLClient(server.port, dtls=True, root=self.pki.all_roots) as client:
                client.echo()


if __name__ == '__main__':
    unittest.main()
