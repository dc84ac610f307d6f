# SPDX-License-Identifier: Apache-2.0
"""Failures whose code says little: the report names the cause, and what to change."""
import os
import socket
import ssl
import struct
import threading
import time

from hostile.rogue import APPLICATION, Rogue
from interop.fixtures import NAME, Case
from interop.test_unreadable import Chain, key_of, roots_file
from lib.clients import OpenSSLClient
from lib.device_server import DeviceServer
from lib.x509 import (DIGITAL_SIGNATURE, SEQUENCE, SERVER, SET, FileKey, Issuer, Key, alternative, basic, extension, name,
                      oid,
                      purposes, tlv, usage)
from tools.mbedtls_host import datagrams
from tools.mbedtls_host.servers import GnuTLS, OpenSSL, Server

HANDSHAKE_FAILURE, DECODE_ERROR, CERTIFICATE_REQUIRED = 40, 50, 116
WANTS = 'the server wants a certificate of the device'


class PythonServer:
    """Python's TLS server, for one connection at a time."""

    host = '127.0.0.1'

    def __init__(self, certificate, talk, settle=lambda context: None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate.chain, certificate.key)
        settle(self.context)
        self.talk = talk

    def __enter__(self):
        self.socket = socket.create_server((self.host, 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def serve(self):
        try:
            connection, _ = self.socket.accept()
            connection.settimeout(20)
            with self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as tls:
                self.talk(tls)
        except OSError:
            pass                                # ssl.SSLError is one

    def __exit__(self, *_):
        self.socket.close()
        self.thread.join(30)


class RawServer(PythonServer):
    """Answers the first bytes of a client with others."""

    def __init__(self, answer):
        self.answer = answer

    def serve(self):
        connection, _ = self.socket.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(self.answer)
            connection.recv(4096)


class Mosquitto(Server):
    """The MQTT broker, which wants certificates of its clients."""

    def __init__(self, certificate, root, version):
        super().__init__()
        self.settings = ('user root\nlistener %d 127.0.0.1\nallow_anonymous true\ncafile %s\ncertfile %s\nkeyfile %s\n'
                         'require_certificate true\ntls_version %s\n'
                         % (self.port, root, certificate.chain, certificate.key, version))
        self.path = os.path.join(self.folder, 'conf')

    def command(self):
        with open(self.path, 'w') as output:
            output.write(self.settings)
        return ['/usr/sbin/mosquitto', '-c', self.path]


class GnuTLSWants(GnuTLS):
    def __init__(self, certificate, root, **place):
        super().__init__(certificate, ['--echo', '--require-client-cert', '--x509cafile', root], **place)

    def command(self):
        return [word for word in super().command() if word != '--disable-client-cert']


def alert_and_reset(tls):
    """What a broker does that closes at once: the device may still be writing."""
    try:
        tls.do_handshake()
        tls.recv(100)
    except ssl.SSLError:
        pass
    tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


class ClientCertificate(Case):
    """The server wants a certificate of the device, which has none."""

    version = '1_2'
    alerts = (HANDSHAKE_FAILURE, DECODE_ERROR)          # DECODE_ERROR of GnuTLS, for an empty list

    def settle(self, context):
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.pki.root.pem)
        context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, 'TLSv' + self.version)

    def servers(self):
        priority = 'NORMAL:-VERS-ALL:+VERS-TLS' + self.version.replace('_', '.')
        yield OpenSSL(self.pki.ec, options=['-Verify', '3', '-CAfile', self.pki.root.pem, '-tls' + self.version])
        yield GnuTLSWants(self.pki.ec, self.pki.root.pem, priority=priority)
        yield PythonServer(self.pki.ec, alert_and_reset, self.settle)
        yield Mosquitto(self.pki.ec, self.pki.root.pem, 'tlsv' + self.version.replace('_', '.'))

    def test_the_report_says_so(self):
        for what in ({'read': 'all'}, {'send': 200000, 'chunk': 1000, 'read': 'all'}):
            for server in self.servers():
                with self.subTest(type(server).__name__, what=what), server:
                    result = self.session(server, **what)
                    self.assertEqual(result['reason'], 'alert', result['output'][-3000:])
                    self.assertIn(result['number'], self.alerts)
                    self.assertEqual(result['remedy'], WANTS)


class ClientCertificate228(ClientCertificate):
    build = 'legacy'


class ClientCertificateTls13(ClientCertificate):
    build = 'tls13'
    version = '1_3'
    alerts = (CERTIFICATE_REQUIRED,)


class ClientCertificateDatagrams(Case):
    build = 'dtls'

    def test_the_report_says_so(self):
        with datagrams.OpenSSL(self.pki.ec, ['-Verify', '2', '-CAfile', self.pki.root.pem]) as server:
            result = self.session(server, transport='datagram')
        self.assertEqual((result['reason'], result['number'], result['remedy']), ('alert', HANDSHAKE_FAILURE, WANTS),
                         result['output'][-3000:])


class ClientCertificateDatagrams228(ClientCertificateDatagrams):
    build = 'dtls-legacy'


class Issuers(Case):
    def test_an_issuer_that_may_not_issue_is_told(self):
        root = Issuer('Test Root')
        other = Issuer('No CA', root, extensions=[basic(False)])
        leaf = other.leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        with OpenSSL(Chain([leaf, other], key_of('ec:P-256'))) as server:
            result = self.session(server, roots=roots_file(root), form='added', name=NAME)
        self.assertEqual((result['reason'], result['flags']), ('certificate', 8), result['output'][-3000:])
        self.assertIn('the server sends this issuer, which may not issue', result['remedy'])

    def test_a_short_rsa_key_is_told_with_its_bits(self):
        short = self.pki.root.server(NAME, ['IP:127.0.0.1'], 'rsa:1024')
        with OpenSSL(short, options=['-cipher', 'DEFAULT@SECLEVEL=0']) as server:
            result = self.session(server)
        self.assertIn('its RSA key is too short, 1024 of 2048 bits', result['remedy'])


class Alerts(Case):
    """The remedy for an alert depends on what was before it."""

    def alert(self, number, **keys):
        with RawServer(struct.pack('>BHHBB', 21, 0x0303, 2, 2, number)) as server:
            result = self.session(server, **keys)
        self.assertEqual((result['stage'], result['reason'], result['number']), ('connect', 'alert', number))
        return result['remedy']

    def test_a_hello_without_a_name_may_be_the_cause(self):
        for number in (40, 112):
            with self.subTest(number):
                self.assertIn('set options.server_name', self.alert(number))
                self.assertNotIn('need', self.alert(number, name=NAME).partition(';')[0])
        for keys in ({}, {'name': NAME}):
            self.assertIn('no cipher suite', self.alert(40, **keys))
            self.assertIn('log says why', self.alert(80, **keys))


class Names(Case):
    """A certificate whose mention of the host does not count: the report lists only names that do."""

    COMMON = [basic(False), usage(DIGITAL_SIGNATURE), purposes(SERVER)]

    def refused(self, host, subject, *names, critical=False):
        root = Issuer('Test Root')
        more = [alternative(*names, critical=critical)] if names else []
        key = FileKey(key_of('ec:P-256'), 'ec')
        leaf = root.leaf(NAME, key=key, subject=subject, extensions=self.COMMON + more)
        with OpenSSL(Chain([leaf], key_of('ec:P-256'))) as server:
            result = self.session(server, roots=roots_file(root), form='added',
                                  **({} if host == '127.0.0.1' else {'name': host}))
        self.assertEqual((result['reason'], result['flags']), ('certificate', 4), result['output'][-3000:])
        return result['what'].partition('names that match: ')[2], result['remedy']

    def test_names_that_do_not_count_are_not_listed(self):
        other = tlv(0xA0, oid('1.3.6.1.4.1.311.20.2.3'), tlv(0xA0, tlv(0x0C, NAME.encode())))
        for host, subject, names in (
                ('127.0.0.1', '127.0.0.1', ()),
                ('127.0.0.1', 'device', ('DNS:127.0.0.1',)),
                (NAME, NAME, ('URI:' + NAME,)),
                (NAME, NAME, ('email:admin@example.test',)),
                (NAME, NAME, (other,)),
                (NAME, NAME, ('DN:CN=' + NAME,)),
                (NAME, 'x', ('DNS:%s:443' % NAME,)),
                (NAME, 'x', ('DNS:https://' + NAME,)),
                (NAME, 'x', ('DNS:%s.' % NAME,)),
                (NAME, 'x', ('DNS:%s ' % NAME,)),
                ('example.test', 'x', ('DNS:*.test',)),
                (NAME, 'x', ('DNS:w*.example.test',))):
            with self.subTest(host=host, subject=subject, names=names):
                listed, remedy = self.refused(host, subject, *names)
                self.assertRegex(listed, r'^none \(a common name counts only as a host name')
                self.assertIn('subjectAltName', remedy)

    def test_names_that_count_are_listed(self):
        for host, subject, names, listed in (
                (NAME, NAME, ('IP:127.0.0.1',), '127.0.0.1'),
                ('a.b.example.test', 'x', ('DNS:*.example.test',), '*.example.test'),
                (NAME, 'x', ('DNS:%s.' % NAME, 'DNS:other.test'), 'other.test'),
                ('127.0.0.1', NAME, (), NAME)):
            with self.subTest(host=host, names=names):
                self.assertEqual(self.refused(host, subject, *names)[0], listed)

    def test_names_in_chinese_are_shown(self):
        root = Issuer('\u6df1\u5733\u793a\u4f8b\u6839')
        leaf = root.leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        with OpenSSL(Chain([leaf], key_of('ec:P-256'))) as server:
            result = self.session(server, name=NAME)
        self.assertIn('issued by \u6df1\u5733\u793a\u4f8b\u6839', result['what'])
        self.assertIn('issued by \u6df1\u5733\u793a\u4f8b\u6839', result['output'])

    def test_a_root_whose_name_is_encoded_otherwise_is_told(self):
        text = 'Example Trust Root'
        wide = tlv(SEQUENCE, tlv(SET, tlv(SEQUENCE, oid('2.5.4.3'), tlv(0x1E, text.encode('utf-16-be')))))
        key = Key('root')
        leaf_key = FileKey(key_of('ec:P-256'), 'ec')
        for title, subject, issuer, is_alike in (
                ('IA5String', name(text, 0x16), name(text), True),
                ('TeletexString', name(text, 0x14), name(text), True),
                ('BMPString', wide, name(text), True),
                ('two blanks', name(text), name('Example  Trust Root'), True),
                ('another organisation', name('O=One,CN=' + text), name('O=Two,CN=' + text), True),
                ('another name', name(text), name('Example Trust Root 2'), False)):
            root = Issuer(subject, key=key, issuer_name=subject)
            leaf = root.leaf(NAME, key=leaf_key, issuer_name=issuer)
            with OpenSSL(Chain([leaf], key_of('ec:P-256'))) as server:
                for form in ('added', 'session') if title == 'BMPString' else ('added',):
                    with self.subTest(title, form=form):
                        result = self.session(server, roots=roots_file(root), form=form, name=NAME)
                        self.assertEqual((result['reason'], result['flags']), ('certificate', 8), result['output'][-3000:])
                        self.assertEqual('a root has this common name, but another encoding' in result['remedy'], is_alike)
                        self.assertEqual('into certs/' in result['remedy'], not is_alike)


class Sizes(Case):
    """No setting is named above its range: what is longer than 16384 bytes, the server has to shorten."""

    def test_a_message_that_no_setting_can_hold(self):
        root, key = Issuer('Test Root'), FileKey(key_of('ec:P-256'), 'ec')
        names = ['DNS:tenant-%05d.customers.example.test' % number for number in range(500)]
        leaf = root.leaf(NAME, 'DNS:' + NAME, *names, key=key)
        self.assertGreater(len(leaf.der), 16384)
        with OpenSSL(Chain([leaf], key_of('ec:P-256'))) as server:
            result = self.session(server, roots=roots_file(root), form='added', name=NAME)
        self.assertEqual(result['reason'], 'too-long', result['output'][-3000:])
        self.assertGreater(result['number'], 16384)
        self.assertIn('the server has to send less', result['remedy'])
        self.assertNotRegex(result['remedy'], 'MBEDTLS_SSL_MAX_CONTENT_LEN')


class SizesTls13(Sizes):
    build = 'tls13'


class Tls13Life(Case):
    """What a TLS 1.3 server may send after the handshake, and the engine lacks. A request for a certificate needs
    a client that offers to answer it, so that only tests/unit/test_diagnose.c has it."""

    build = 'tls13'

    def key_update(self, order):
        with OpenSSL(self.pki.ec, options=['-tls1_3'], mode=None) as server:
            def talk():
                deadline = time.monotonic() + 60
                while 'CIPHER is' not in server.output() and time.monotonic() < deadline:
                    time.sleep(0.02)
                server.process.stdin.write(order)
                server.process.stdin.flush()
            thread = threading.Thread(target=talk)
            thread.start()
            result = self.session(server, read=6, io_timeout=20000)
            thread.join(70)
        return result

    def test_key_update_is_named(self):
        """OpenSSL, which asks for new keys in return after K."""
        for order in (b'k\n', b'K\n'):
            with self.subTest(order):
                result = self.key_update(order)
                self.assertEqual((result['stage'], result['ret']), ('read', -0x7700), result['output'][-3000:])
                self.assertIn('KeyUpdate', result['what'])
                self.assertIn('connect again', result['remedy'])


class Refused(Case):
    """The server refuses what the device shows: its certificate, or its pre-shared key."""

    version = '-tls1_2'

    def test_the_devices_own_certificate(self):
        stranger = self.pki.stranger
        for options, shown in ((['-Verify', '3', '-CAfile', self.pki.root.pem], stranger),
                               (['-Verify', '3', '-CAfile', self.pki.root.pem, '-purpose', 'sslclient'], self.pki.ec)):
            with self.subTest(options), OpenSSL(self.pki.ec, options=options + [
                    '-verify_return_error', self.version]) as server:
                result = self.session(server, client='%s,%s' % (shown.chain, shown.key), read='all')
                self.assertEqual(result['reason'], 'alert', result['output'][-3000:])
                self.assertEqual(result['remedy'], "the server refuses the device's certificate: its log says why")


class Refused228(Refused):
    build = 'legacy'


class RefusedTls13(Refused):
    build = 'tls13'
    version = '-tls1_3'


class WrongKey(Case):
    build = 'dtls'

    def test_the_remedy_compares_the_keys(self):
        for suite in ('TLS-PSK-WITH-AES-128-CCM', 'TLS-ECDHE-PSK-WITH-CHACHA20-POLY1305-SHA256'):
            with self.subTest(suite), OpenSSL(self.pki.ec, options=[
                    '-psk', '11' * 16, '-psk_identity', 'device', '-tls1_2', '-cipher', 'PSK:ECDHEPSK']) as server:
                result = self.session(server, psk='22' * 16, identity='device', suite=suite)
                self.assertEqual((result['stage'], result['reason']), ('connect', 'alert'), result['output'][-3000:])
                self.assertIn('compare the key in options.psk', result['remedy'])


class WrongKey228(WrongKey):
    build = 'dtls-legacy'


class Split(Case):
    """OpenSSL splits handshake messages where it is told to, and 2.28 takes none of them."""

    def test_messages_over_several_records(self):
        with OpenSSL(self.pki.server, options=['-max_send_frag', '512', '-tls1_2']) as server:
            self.connect(server, get='/', read='all')


class Split228(Split):
    build = 'legacy'

    def test_messages_over_several_records(self):
        with OpenSSL(self.pki.server, options=['-max_send_frag', '512', '-tls1_2']) as server:
            result = self.session(server)
        self.assertEqual((result['stage'], result['step']), ('connect', 'handshake'), result['output'][-3000:])
        self.assertIn('a handshake message in several records', result['what'])
        self.assertIn('need Mbed TLS 3.6', result['remedy'])


class Empty(Case):
    def test_empty_records_are_told(self):
        def talk(tls):
            for _ in range(4):
                tls.send(APPLICATION, b'')
            tls.send(APPLICATION, b'data')
        with Rogue(self.pki.ec, talk) as server:
            result = self.session(server, read='all', suite='TLS-ECDHE-ECDSA-WITH-CHACHA20-POLY1305-SHA256')
        self.assertEqual((result['stage'], result['ret']), ('read', -0x7180), result['output'][-3000:])
        self.assertIn('empty records', result['what'])


class Empty228(Empty):
    build = 'legacy'


class ServerSide(Case):
    """The package's server: its words are about the client."""

    build = 'server'
    version = '-tls1_2'

    def log_of(self, attempt, **keys):
        """The log of a server to which a client has failed to connect."""
        keys = {'cert': self.pki.ec.chain, 'key': self.pki.ec.key, **keys}
        with DeviceServer(self.device, **keys) as server:
            attempt(server)
            server.until(lambda stats: stats['code'] != 0)
        lines = [line.partition('[W/tls] ')[2] for line in server.output().splitlines() if line.startswith('[W/tls] ')]
        text = ' '.join(lines)
        self.assertIn('failed: -0x', text, server.output())
        self.assertNotIn("server's", text)
        return text

    def openssl(self, *options, **keys):
        def attempt(server):
            with OpenSSLClient(server.port, options=[self.version, *options], **keys) as client:
                client.failed()
        return attempt

    def test_a_client_that_does_not_trust_the_server(self):
        text = self.log_of(self.openssl(root=self.pki.stranger.issuer.pem))
        self.assertIn('unknown_ca (48)', text)
        self.assertIn("the client refuses the device's certificate: its log says why", text)

    def test_a_client_without_a_certificate(self):
        text = self.log_of(self.openssl(root=self.pki.root.pem), ca=self.pki.root.pem, auth=2)
        self.assertIn('the client has no certificate', text)

    def test_a_client_without_a_certificate_over_udp(self):
        if self.version == '-tls1_2':
            def attempt(server):
                with OpenSSLClient(server.port, dtls=True, root=self.pki.root.pem) as client:
                    client.failed()
            self.assertIn('the client has no certificate',
                          self.log_of(attempt, transport='udp', ca=self.pki.root.pem, auth=2))

    def test_a_clients_certificate_of_another_authority(self):
        text = self.log_of(self.openssl(root=self.pki.root.pem, certificate=self.pki.stranger), ca=self.pki.root.pem, auth=2)
        self.assertIn('issued by Unknown Root', text)
        self.assertIn('add the root certificate of this issuer to options.client_ca', text)

    def test_a_clients_certificate_that_cannot_be_read(self):
        key = key_of('ec:P-256')
        leaf = Issuer('Test Root').leaf(NAME, key=FileKey(key, 'ec'), more=[extension('1.3.6.1.4.1.55738.1', b'\5\0', True)])
        text = self.log_of(self.openssl(root=self.pki.root.pem, certificate=Chain([leaf], key)),
                           ca=self.pki.root.pem, auth=2)
        self.assertIn('cannot be read: critical extension: 1.3.6.1.4.1.55738.1', text)
        self.assertIn("no setting adds this: the client's operator has to change it", text)

    def test_no_suite_in_common(self):
        text = self.log_of(self.openssl('-cipher', 'AES128-SHA'))
        self.assertIn('the client wants what this build lacks', text)

    def test_a_client_that_does_not_speak_tls(self):
        def attempt(server):
            with socket.create_connection((server.host, server.port)) as client:
                client.sendall(b'GET / HTTP/1.1\r\nHost: device\r\n\r\n')
                client.recv(100)
        self.assertIn('something that is not TLS', self.log_of(attempt))

    def test_a_wrong_key(self):
        text = self.log_of(self.openssl(psk=('device', 'wrong')), psk='device:right', cert='', key='')
        self.assertIn('identity or pre-shared key of client and server differ', text)


class ServerSide228(ServerSide):
    build = 'server-legacy'


class ServerSideTls13(ServerSide):
    build = 'server-tls13'
    version = '-tls1_3'

    test_no_suite_in_common = test_a_wrong_key = None
