# SPDX-License-Identifier: Apache-2.0
"""Sessions that resume others: the saved data, and the sessions that must not be resumed."""
import base64
import hashlib
import hmac
import os
import re
import time

from interop import fixtures
from interop.fixtures import Case, resolve
from tools.mbedtls_host.device import REPOSITORY
from tools.mbedtls_host.pki import openssl
from tools.mbedtls_host.servers import Nginx, OpenSSL
from tools.mbedtls_host.shared import new_folder

RESUME = -0x9016
ALLOC_FAILED = -0x7F00
PAGE = {'x': b'x' * 100}
HOUR = 3600


DIGEST = 32                             # bytes in front of a saved session
PEER_NAME, PEER_IPV4 = 1, 2             # enum tls_client_peer


def mbedtls_version():
    with open(os.path.join(REPOSITORY, 'mbedtls', 'include', 'mbedtls', 'build_info.h')) as header:
        return re.search(r'^#define MBEDTLS_VERSION_STRING +"([0-9.]+)"', header.read(), re.MULTILINE).group(1)


def bound(kind, peer, saved):
    """What the digest covers in a session with default options: see make_digest() in tls_client_resume.c."""
    parts = [mbedtls_version().encode(), bytes([1, kind, 0]), bytes(4), peer, b'', saved[DIGEST:]]
    return b''.join(len(part).to_bytes(4, 'big') + part for part in parts)


def pin_of(certificate):
    der = certificate.pem + '.spki'
    openssl('x509', '-in', certificate.pem, '-noout', '-pubkey', '-out', der + '.pem')
    openssl('pkey', '-pubin', '-in', der + '.pem', '-outform', 'DER', '-out', der)
    with open(der, 'rb') as source:
        digest = hashlib.sha256(source.read()).digest()
    return 'sha256//' + base64.b64encode(digest).decode()


class ResumeCase(Case):

    build = 'extras'
    version = '-tls1_2'
    nginx_version = 'TLSv1.2'
    priority = 'NORMAL:-VERS-ALL:+VERS-TLS1.2'

    def setUp(self):
        self.file = os.path.join(new_folder('resume'), 'saved')

    def openssl(self, *options, certificate=None, **place):
        return OpenSSL(certificate or self.pki.ec, files=PAGE, options=[self.version, *options], **place)

    def page(self, server, **keys):
        """A session that reads a page, saves itself, and resumes an earlier one if one was saved."""
        keys = {'get': '/x', 'read': 'all', 'keep': self.file, 'resume': self.file, **keys}
        return self.connect(server, **{key: value for key, value in keys.items() if value is not None})

    def first(self, server, **keys):
        result = self.page(server, **keys)
        self.assertEqual((result['offered'], result['resumed']), (1, 0))
        self.assertGreater(result['kept'], 100)
        return result

    def check_resumed(self, result):
        self.assertEqual((result['offered'], result['resumed']), (0, 1), result['output'])
        self.assertIn('Session resumed success', result['output'])
        self.assertNotIn('Certificate verified', result['output'])

    def check_full(self, result, offered=RESUME):
        self.assertEqual((result['offered'], result['resumed']), (offered, 0), result['output'])
        self.assertIn('Certificate verified success', result['output'])
        self.assertNotIn('Session resumed', result['output'])


class Bindings(ResumeCase):
    """The package's own comparison before it offers to resume: independent of engine and protocol."""

    def test_saved_data_is_bound_to_the_pins_and_the_verify_mode(self):
        pin, issuer = pin_of(self.pki.ec), pin_of(self.pki.root)
        modes = [{}, {'pins': pin}, {'pins': issuer}, {'pins': pin, 'verify': 'pins'}]
        with self.openssl() as server:
            for one in modes:
                for other in modes:
                    with self.subTest(saved=one, resumed=other):
                        self.setUp()
                        result = self.page(server, resume=None, **one)
                        self.assertGreater(result['kept'], 0)
                        result = self.page(server, keep=None, **other)
                        (self.check_resumed if one == other else self.check_full)(result)

    def test_saved_data_is_bound_to_the_sessions_own_roots(self):
        roots = self.file + '.der'
        openssl('x509', '-in', self.pki.stranger.issuer.pem, '-outform', 'DER', '-out', roots)
        own = {'roots': roots, 'form': 'session'}
        with self.openssl(certificate=self.pki.stranger) as server:
            self.first(server, **own)
            self.check_resumed(self.page(server, **own))
            result = self.session(server, resume=self.file)
            self.assertEqual((result['offered'], result['flags']), (RESUME, fixtures.NOT_TRUSTED))

    def test_saved_data_is_bound_to_the_key_of_the_device(self):
        with self.openssl() as server:
            for saved in ('', 'one', 'other'):
                for resumed in ('', 'one', 'other'):
                    with self.subTest(saved=saved, resumed=resumed):
                        self.setUp()
                        self.first(server, resume=None, resume_key=saved or None)
                        result = self.page(server, keep=None, resume_key=resumed or None)
                        (self.check_resumed if saved == resumed else self.check_full)(result)

    def test_the_binding_is_an_hmac(self):
        with self.openssl() as server:
            for key in ('', 'one'):
                self.setUp()
                self.first(server, resume_key=key or None)
                with open(self.file, 'rb') as source:
                    saved = source.read()
                content = bound(PEER_IPV4, bytes([127, 0, 0, 1]), saved)
                self.assertEqual(saved[:DIGEST], hmac.new(key.encode().ljust(32, b'\0'), content, 'sha256').digest()
                                 if key else hashlib.sha256(content).digest())

    def test_saved_data_with_a_changed_byte_is_refused(self):
        with self.openssl() as server:
            self.first(server)
            with open(self.file, 'rb') as source:
                whole = source.read()
            wrong = [whole[:-1], whole + b'\0', whole[:40], b'', b'\0' * len(whole)]
            wrong += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
                      for at in (0, 31, 32, 40, 41, 60, len(whole) - 1)]
            for saved in wrong:
                with open(self.file, 'wb') as output:
                    output.write(saved)
                self.check_full(self.page(server, keep=None))

    def test_saved_data_expires(self):
        now = int(time.time())
        with self.openssl() as server:
            self.first(server, clock=now)
            for later, is_good in ((10, True), (23 * HOUR, True), (25 * HOUR, False), (-HOUR, False)):
                with self.subTest(later=later):
                    result = self.session(server, get='/x', read='all', resume=self.file, clock=now + later)
                    self.assertEqual(result['offered'], 0 if is_good else RESUME)


class Resumption(ResumeCase):
    """What holds for TLS 1.2, tickets and session IDs, on both engines."""

    def test_a_session_is_resumed_again_and_again_with_each_server(self):
        nginx = 'ssl_protocols %s; ssl_session_cache shared:s:1m; ssl_session_tickets %s;'
        servers = {
            'openssl': self.openssl(),
            'nginx, tickets': Nginx(self.pki.ec, files=PAGE, settings=nginx % (self.nginx_version, 'on')),
            'nginx, no tickets': Nginx(self.pki.ec, files=PAGE, settings=nginx % (self.nginx_version, 'off')),
            'gnutls': fixtures.gnutls_with_body(self.pki.ec, b'x' * 100, priority=self.priority),
        }
        for name, server in servers.items():
            with self.subTest(server=name), server:
                page = '/' if name == 'gnutls' else '/x'
                self.setUp()
                self.first(server, get=page)
                for _ in range(3):
                    self.check_resumed(self.page(server, get=page))

    def test_session_ids_work_without_tickets(self):
        with self.openssl('-no_ticket') as server:
            self.first(server)
            self.check_resumed(self.page(server))

    def test_rsa_certificates_too(self):
        with self.openssl(certificate=self.pki.rsa) as server:
            self.first(server)
            self.check_resumed(self.page(server))

    def test_a_server_that_resumes_nothing_gives_nothing_to_save(self):
        with self.openssl('-no_ticket', '-no_cache') as server:
            result = self.page(server)
            self.assertEqual((result['kept'], os.path.exists(self.file)), (0, False))

    def test_a_server_that_lost_the_session_gets_a_full_handshake_in_the_same_connect(self):
        with self.openssl() as server:
            self.first(server)
        with self.openssl() as server:          # another process, with other ticket keys
            self.check_full(self.page(server), offered=0)

    def test_a_server_that_lost_the_session_and_changed_its_certificate_is_verified(self):
        with self.openssl() as server:
            self.first(server)
        with self.openssl(certificate=self.pki.stranger) as server:
            result = self.session(server, resume=self.file)
        self.assertEqual((result['offered'], result['stage'], result['flags']), (0, 'connect', fixtures.NOT_TRUSTED))

    def test_after_a_failed_connect_the_next_is_a_full_handshake(self):
        with self.openssl() as server:
            self.first(server)
            port = server.port
        self.assertEqual(self.session(server, port=port, resume=self.file)['ret'], fixtures.CONNECT_FAILED)
        with self.openssl(certificate=self.pki.stranger) as server:
            result = self.session(server, resume=self.file, again=1)
        self.assertEqual((result['stage'], result['flags']), ('again', fixtures.NOT_TRUSTED))

    def test_saved_data_is_bound_to_the_host(self):
        with self.openssl() as server:
            self.first(server, host=fixtures.NAME, options=resolve(fixtures.NAME, '127.0.0.1'))
            self.check_full(self.page(server))
            # That session was saved under the address.
            self.check_full(self.page(server, host=fixtures.NAME, options=resolve(fixtures.NAME, '127.0.0.1')))
            self.check_resumed(self.page(server, host=fixtures.NAME, options=resolve(fixtures.NAME, '127.0.0.1')))
            result = self.session(server, host='other.test', options=resolve('other.test', '127.0.0.1'),
                                  resume=self.file)
            self.assertEqual((result['offered'], result['flags']), (RESUME, fixtures.CN_MISMATCH))

    def test_an_unverified_session_is_neither_saved_nor_resumed(self):
        with self.openssl(certificate=self.pki.stranger) as server:
            result = self.page(server, verify='nothing')
            self.assertEqual((result['kept'], result['resumed'], os.path.exists(self.file)), (0, 0, False))
        with self.openssl() as server:
            self.first(server)
            result = self.page(server, verify='nothing', keep=None)
            self.assertEqual((result['offered'], result['resumed']), (RESUME, 0))

    def test_the_engines_own_call_does_not_make_a_session_count_as_verified(self):
        for verify in ('nothing', 'chain'):
            with self.subTest(verify=verify), self.openssl() as server:
                command = 'tls_case host=127.0.0.1 port=%d get=/x read=all ' % server.port
                code, output = self.device.run(command + 'engine=keep verify=%s; ' % verify + command + 'engine=resume')
                self.assertEqual(code, 0, output)
                self.assertIn('"kept": 0, "offered": 1', output)
                self.assertIn('"offered": 0, "resumed": 0', output)
                self.assertIn('"ret": %d' % RESUME, output)
                self.assertIn('use tls_client_save() and tls_client_resume()', output)
                self.assertNotIn('Session resumed', output)

    def test_a_full_heap_leaks_nothing(self):
        with self.openssl() as server:
            self.first(server)
            failed = self.device.cases(host=server.host, port=server.port, resume=self.file, fail=1, upto=60,
                                       settle=0)
        self.assertEqual([(each['heap'], each['fds']) for each in failed], [(0, 0)] * 60)
        # What it offers to resume or not: each either connects or says what was missing.
        self.assertTrue(any(each['offered'] == ALLOC_FAILED for each in failed))
        self.assertLessEqual({each['reason'] for each in failed if each['offered'] == ALLOC_FAILED}, {'none'})
        self.assertLessEqual({each['reason'] for each in failed}, {'no-memory', 'none', 'no-random', 'no-host'})


class Resumption228(Resumption):

    build = 'extras-legacy'


class ResumptionTls13(Resumption):
    """Tickets come with the first data; each session has its own tick, so that time goes on between processes."""

    version = '-tls1_3'
    nginx_version = 'TLSv1.3'
    priority = 'NORMAL:-VERS-ALL:+VERS-TLS1.3'

    tick = 1000

    def session(self, server, **keys):
        type(self).tick += 5000
        return super().session(server, **{'tick': self.tick, **keys})

    def test_session_ids_work_without_tickets(self):
        """In TLS 1.3, OpenSSL then sends tickets that only refer to its own session cache."""
        with self.openssl('-no_ticket') as server:
            self.first(server)
            self.check_resumed(self.page(server))

    def test_a_server_that_resumes_nothing_gives_nothing_to_save(self):
        with self.openssl('-num_tickets', '0') as server:
            result = self.page(server)
            self.assertEqual((result['kept'], os.path.exists(self.file)), (0, False))

    def test_no_ticket_exists_before_the_first_read(self):
        with OpenSSL(self.pki.ec, options=['-tls1_3'], mode=None) as server:
            result = self.connect(server, keep=self.file)
        self.assertEqual(result['kept'], 0)

    def test_any_ticket_of_a_server_resumes_the_session(self):
        for number in (1, 2, 5):
            with self.subTest(number=number), self.openssl('-num_tickets', str(number)) as server:
                self.setUp()
                self.first(server)
                self.check_resumed(self.page(server))

    def test_after_a_restart_it_is_a_full_handshake(self):
        with self.openssl() as server:
            self.first(server, tick=100000)
            self.check_full(self.page(server, tick=50), offered=0)

    def test_a_server_that_has_another_version_now_gets_a_full_handshake_in_the_same_connect(self):
        for before, now in (('-tls1_3', '-tls1_2'), ('-tls1_2', '-tls1_3')):
            with self.subTest(before=before, now=now):
                self.setUp()
                with OpenSSL(self.pki.ec, files=PAGE, options=[before]) as server:
                    self.first(server)
                with OpenSSL(self.pki.ec, files=PAGE, options=[now]) as server:
                    result = self.page(server, nonblocking=int(now == '-tls1_3'))
                    self.check_full(result, offered=0)
                    self.assertIn('connecting again', result['output'])
                with OpenSSL(self.pki.stranger, options=[now]) as server:
                    result = self.session(server, resume=self.file)
                self.assertEqual((result['stage'], result['flags']), ('connect', fixtures.NOT_TRUSTED))

    def test_a_full_heap_leaks_nothing_when_the_server_has_another_version_now(self):
        with self.openssl() as server:
            self.first(server)
        with OpenSSL(self.pki.ec, files=PAGE, options=['-tls1_2']) as server:
            failed = self.device.cases(host=server.host, port=server.port, resume=self.file, tick=self.tick + 5000,
                                       fail=1, upto=150, settle=0, permanent=1)
        self.assertEqual([(each['heap'], each['fds']) for each in failed], [(0, 0)] * 150)
        self.assertLessEqual({each['reason'] for each in failed}, {'no-memory', 'none', 'no-random', 'no-host'})

    def test_a_saved_host_name_without_its_end_is_refused(self):
        """The engine would read on behind it. The digest is no secret, so a writer can make it fit."""
        with self.openssl() as server:
            place = dict(host=fixtures.NAME, options=resolve(fixtures.NAME, '127.0.0.1'))
            self.first(server, **place)
            with open(self.file, 'rb') as source:
                saved = source.read()
            name = fixtures.NAME.encode()
            self.assertEqual(saved.count(name + b'\0'), 1)
            for end, check in ((b'\0', self.check_resumed), (b'x', self.check_full)):
                forged = saved.replace(name + b'\0', name + end)
                with open(self.file, 'wb') as output:
                    output.write(hashlib.sha256(bound(PEER_NAME, name, forged)).digest() + forged[DIGEST:])
                check(self.page(server, keep=None, **place))
