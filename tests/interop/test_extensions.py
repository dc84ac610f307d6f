# SPDX-License-Identifier: Apache-2.0
"""Options that change the ClientHello, the accepted signatures of certificates, and an application's access to
the engine."""
import os
import re
import ssl
import subprocess
import tempfile
import threading
import time

from hostile import rogue
from interop import fixtures
from interop.fixtures import Case
from interop.recorders import HelloRecorder, Recorder, sender
from tools.mbedtls_host.pki import SERVER_EXTENSIONS
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL

SERVER_NAME, MAX_FRAGMENT_LENGTH, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET = 0, 1, 22, 23
HANDSHAKE_FAILURE = 40
LEFT_OUT = {SERVER_NAME, MAX_FRAGMENT_LENGTH, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET}


class Bare(Case):
    """All optional extensions are left out, and the input buffer holds 4096 bytes."""

    build = 'bare'

    def test_the_hello_has_none_of_the_extensions(self):
        with HelloRecorder() as recorder:
            self.session(recorder, host='localhost', options=fixtures.resolve('localhost', '127.0.0.1'))
        self.assertEqual(LEFT_OUT & set(recorder.hellos[0].extensions), set())

    def test_sessions_work_with_each_server(self):
        for server_class in (OpenSSL, GnuTLS, Nginx):
            with self.subTest(server_class.__name__), server_class(self.pki.server) as server:
                self.connect(server, host=fixtures.NAME, options=fixtures.resolve(fixtures.NAME, '127.0.0.1'))
        with OpenSSL(self.pki.ec, options=['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA256']) as server:
            self.connect(server)

    def test_a_record_that_is_too_long_is_reported_with_the_size_needed(self):
        with Recorder(self.pki.ec, talk=sender(fixtures.pattern(9000))) as server:
            result = self.session(server, read='all')
        self.assertEqual((result['stage'], result['reason'], result['number']), ('read', 'too-long', 9000))
        self.assertIn('to 9000 or more', result['remedy'])

    def test_certificates_signed_with_rsa_pss_are_verified(self):
        pss = PssCertificates(self.pki)
        with OpenSSL(pss.server, options=['-tls1_2']) as server:
            self.connect(server)
        with OpenSSL(pss.forged, options=['-tls1_2']) as server:
            self.refuse(server, fixtures.NOT_TRUSTED)


class Bare228(Bare):

    build = 'extras-legacy'


class PssCertificates:
    """Below the devices' RSA root: a good certificate signed with RSA-PSS, and one with another signature."""

    def __init__(self, pki):
        root = pki.chains['RSA-2048, RSA-4096 root'].issuer
        self.server = self.make(root)
        self.forged = self.make(root)
        der = ssl.PEM_cert_to_DER_cert(self.text_of(self.forged.pem))
        for path in (self.forged.pem, self.forged.chain):
            with open(path, 'w') as output:
                output.write(ssl.DER_cert_to_PEM_cert(der[:-9] + bytes([der[-9] ^ 1]) + der[-8:]))

    @staticmethod
    def text_of(path):
        with open(path) as source:
            return source.read()

    @classmethod
    def make(cls, root):
        base = root.server(fixtures.NAME, fixtures.HERE, 'rsa:2048')
        extensions = base.pem + '.ext'
        with open(extensions, 'w') as output:
            output.write(SERVER_EXTENSIONS.replace('authorityKeyIdentifier = keyid\n', '') +
                         'subjectAltName = %s\n' % ','.join(fixtures.HERE))
        request = base.pem[:-4] + '.csr'
        subprocess.run(['openssl', 'x509', '-req', '-in', request, '-CA', root.pem, '-CAkey', root.key,
                        '-CAcreateserial', '-sha256', '-days', '30', '-extfile', extensions,
                        '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:-1', '-out', base.pem], check=True, stderr=subprocess.DEVNULL)
        with open(base.chain, 'w') as output:
            output.write(cls.text_of(base.pem))
        return base


class WithoutPss(Case):

    def test_the_remedy_names_the_option(self):
        with OpenSSL(PssCertificates(self.pki).server, options=['-tls1_2']) as server:
            result = self.session(server)
        self.assertEqual(result['stage'], 'connect')
        self.assertIn('its signature: RSA-PSS, 1.2.840.113549.1.1.10', result['what'])
        self.assertIn('PKG_MBEDTLS_RSA_PSS', result['remedy'])


class WithoutPss228(WithoutPss):

    build = 'legacy'


class Renegotiation(Case):
    """A build without it."""

    build = 'default'

    def ask(self, **keys):
        """A session with a server that sends a HelloRequest, then a line of text."""
        with OpenSSL(self.pki.ec, options=['-tls1_2'], mode=None) as server:
            thread = threading.Thread(target=self.talk, args=(server,))
            thread.start()
            result = self.session(server, read=6, io_timeout=5000, **keys)
            thread.join()
            result['handshakes'] = server.output().count('SSL_do_handshake')
        self.assertLess(result['ms'], 15000)
        return result

    @staticmethod
    def talk(server):
        for line, shown in ((b'r\n', 'CIPHER is'), (b'hello\n', 'SSL_do_handshake')):
            deadline = time.monotonic() + 10
            while shown not in server.output() and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(0.2)
            server.process.stdin.write(line)
            server.process.stdin.flush()

    def check_refused(self, result):
        """OpenSSL treats a refusal as a failure."""
        self.assertEqual((result['stage'], result['reason'], result['number'], result['handshakes']),
                         ('read', 'alert', HANDSHAKE_FAILURE, 1), result['output'])
        self.assertIn('PKG_MBEDTLS_RENEGOTIATION', result['remedy'])

    def test_a_server_that_insists_ends_the_session_and_the_report_says_why(self):
        self.check_refused(self.ask())

    def test_a_server_that_accepts_the_refusal_continues(self):
        def talk(tls):
            tls.send(rogue.HANDSHAKE, bytes([rogue.HELLO_REQUEST, 0, 0, 0]))
            tls.send(rogue.APPLICATION, fixtures.pattern(10))
            tls.end()
        with rogue.Rogue(self.pki.ec, talk=talk) as server:
            result = self.connect(server, read='all')
        self.assertEqual((result['ret'], result['received'], result['intact']),
                         (fixtures.PEER_CLOSE_NOTIFY, 10, 1), result['what'])


class Renegotiation228(Renegotiation):

    build = 'legacy'


class RenegotiationOn(Renegotiation):
    """With the option the same holds, unless the application allows renegotiation."""

    build = 'extras'

    def test_if_the_application_allows_it_the_session_continues_with_new_keys(self):
        result = self.ask(renegotiate=1)
        self.assertEqual((result['head'], result['code'], result['handshakes']), ('hello\n', 0, 1), result['output'])


class RenegotiationOn228(RenegotiationOn):

    build = 'extras-legacy'


class Keys(Case):
    """The engine's own way to hand an application the keys."""

    build = 'extras'

    def test_both_sides_export_the_same_secret(self):
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, 'keys')
            with OpenSSL(self.pki.ec, options=['-tls1_2', '-keylogfile', log]) as server:
                result = self.connect(server, keys=1)
            with open(log) as source:
                secrets = re.findall(r'^CLIENT_RANDOM \w+ (\w+)$', source.read(), re.MULTILINE)
        self.assertEqual(re.findall('^SECRET (.*)$', result['output'], re.MULTILINE),
                         [each.upper() for each in secrets])


class Keys228(Keys):

    build = 'extras-legacy'


class Entropy(Case):
    """An application's own generator, seeded from the engine's collector."""

    build = 'extras'

    def test_each_generator_gives_other_numbers(self):
        numbers = []
        for _ in range(2):
            code, output = self.device.run('tls_entropy')
            self.assertEqual(code, 0, output)
            numbers += re.findall('^ENTROPY 0 ([0-9a-f]{32})$', output, re.MULTILINE)
        self.assertEqual((len(numbers), len(set(numbers))), (4, 4), numbers)


class Entropy228(Entropy):

    build = 'extras-legacy'


class NoClock(Case):
    """PKG_MBEDTLS_CLOCK_NONE: dates do not count, all else does."""

    build = 'bare'

    def test_an_expired_certificate_is_accepted_and_the_log_says_why(self):
        expired = self.pki.root.server('expired.test', fixtures.HERE, start=-20, end=-10)
        future = self.pki.root.server('future.test', fixtures.HERE, start=10, end=20)
        for certificate in (expired, future, self.pki.ec):
            for clock in (0, None):
                keys = {} if clock is None else {'clock': clock}
                with self.subTest(certificate.subject, clock=clock), OpenSSL(certificate) as server:
                    result = self.connect(server, **keys)
                    self.assertIn('dates of certificates are not checked', result['output'])

    def test_all_other_checks_still_apply(self):
        with OpenSSL(self.pki.stranger) as server:
            self.refuse(server, fixtures.NOT_TRUSTED)
        with OpenSSL(self.pki.root.server('other.test', ['IP:127.0.0.2'])) as server:
            self.refuse(server, fixtures.CN_MISMATCH)
        expired = self.pki.root.server('expired.test', ['IP:127.0.0.2'], start=-20, end=-10)
        with OpenSSL(expired) as server:
            self.refuse(server, fixtures.CN_MISMATCH)
