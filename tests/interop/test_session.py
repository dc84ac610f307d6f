# SPDX-License-Identifier: Apache-2.0
"""The ways to run a session: in steps, without waiting, static, again and again, several at once."""
import json

from interop import fixtures
from interop.fixtures import NAME, Case, gnutls_with_body, resolve
from interop.recorders import HelloRecorder, Recorder
from tools.mbedtls_host.servers import Nginx, OpenSSL

SAME = ('stage', 'ret', 'code', 'reason', 'flags', 'depth', 'number', 'sent', 'received', 'intact', 'sum')


class Sessions(Case):

    def test_every_way_to_connect_has_the_same_result(self):
        """A session that succeeds, one that refuses the certificate, and one that finds no server."""
        ways = ({'step': 1}, {'nonblocking': 1}, {'step': 1, 'nonblocking': 1}, {'end': 1}, {'end': 1, 'step': 1})
        body = {'body': fixtures.pattern(20000)}
        servers = {
            'openssl': (OpenSSL(self.pki.server, files=body, mode='-HTTP'), {'get': '/body', 'read': 'all'}),
            'gnutls': (gnutls_with_body(self.pki.rsa, body['body']), {'get': '/', 'read': 'all'}),
            'python': (Recorder(self.pki.ec), {'send': 10000, 'read': 10000}),
            'nginx by name': (Nginx(self.pki.rsa), {'host': NAME, 'options': resolve(NAME, '127.0.0.1')}),
            'untrusted': (OpenSSL(self.pki.stranger), {}),
            'wrong name': (OpenSSL(self.pki.server), {'name': 'other.example.test'}),
            'nothing listens': (OpenSSL(self.pki.server), {'port': 1}),
            'no such name': (OpenSSL(self.pki.server), {'host': NAME, 'options': resolve(NAME, '!nxdomain')}),
        }
        for name, (server, keys) in servers.items():
            with self.subTest(server=name), server:
                expected = self.session(server, **keys)
                for way in ways:
                    with self.subTest(server=name, **way):
                        result = self.session(server, **keys, **way)
                        self.assertEqual([result[key] for key in SAME], [expected[key] for key in SAME],
                                         result['output'])
                        if way.get('step') and result['ret'] >= 0:
                            self.assertGreater(result['polls'], 0)

    def test_five_sessions_in_a_row_succeed_and_leak_nothing(self):
        with Recorder(self.pki.server) as server:
            for keys in ({}, {'end': 1}, {'step': 1}):
                with self.subTest(**keys):
                    results = self.device.cases(host=server.host, port=server.port, times=5, send=5000, read=5000,
                                                **keys)
                    self.assertEqual([(result['received'], result['intact'], result['code']) for result in results],
                                     [(5000, 1, 0)] * 5)
                    self.assertEqual([(result['heap'], result['blocks'], result['fds']) for result in results],
                                     [(0, 0, 0)] * 5)
        self.assertEqual(len(server.sessions), 15)

    def test_a_connect_that_failed_can_be_done_again(self):
        for name, first in (('hangs up', None), ('untrusted', self.pki.stranger),
                            ('wrong name', self.pki.root.server('other.example.test'))):
            for step in (0, 1):
                with self.subTest(first=name, step=step), Recorder(first, self.pki.server) as server:
                    result = self.connect(server, again=1, send=3000, read=3000, step=step)
                    self.assertEqual((result['received'], result['intact'], result['fd']), (3000, 1, -1))

    def test_a_second_connect_fails_like_the_first(self):
        with Recorder(self.pki.stranger) as server:
            result = self.session(server, again=1)
        self.assertEqual((result['stage'], result['ret'], result['flags']),
                         ('again', fixtures.VERIFY_FAILED, fixtures.NOT_TRUSTED))


class SessionsOverTls13(Sessions):

    build = 'tls13'


class KeySlots(Case):
    """PKG_MBEDTLS_TLS1_3_SESSIONS=1"""

    build = 'tls13-alone'

    def test_one_session_at_a_time_finds_a_slot_for_each_of_its_keys(self):
        with Recorder(self.pki.ec) as server:
            for _ in range(3):
                self.connect(server)

    def test_more_than_the_menu_says_are_refused_with_the_setting_to_raise(self):
        """The server answers one after the other, so the others wait with a key of theirs."""
        with OpenSSL(self.pki.ec, mode='-rev') as server:
            _, output = self.device.run('tls_threads host=%s port=%d threads=6 send=20' % (server.host, server.port))
        self.assertIn('no slot left for the session\'s keys', output)
        self.assertIn('PKG_MBEDTLS_TLS1_3_SESSIONS', output)
        self.assertNotIn('free heap', output)


class Threads(Case):

    def threads(self, certificate, threads, rounds, length):
        with Recorder(certificate) as server:
            code, output = self.device.run('tls_threads host=%s port=%d threads=%d rounds=%d send=%d' %
                                           (server.host, server.port, threads, rounds, length))
        self.assertEqual(code, 0, output)
        results = [json.loads(line[7:]) for line in output.splitlines() if line.startswith('RESULT ')]
        heap = [json.loads(line[5:]) for line in output.splitlines() if line.startswith('HEAP ')]
        self.assertEqual([(result['sessions'], result['received'], result['intact']) for result in results],
                         [(rounds, length, 1)] * threads, output)
        self.assertEqual([each['left'] for each in heap], [0], output)
        self.assertGreaterEqual(server.most, threads)
        self.assertEqual(len(server.sessions), threads * rounds)

    def test_two_sessions_at_once(self):
        for certificate in (self.pki.server, self.pki.rsa):
            self.threads(certificate, threads=2, rounds=3, length=50000)

    def test_eight_sessions_at_once(self):
        self.threads(self.pki.ec, threads=8, rounds=2, length=20000)

    def test_a_single_write_of_200_kb_is_echoed(self):
        self.threads(self.pki.ec, threads=1, rounds=1, length=200000)


class ThreadsOverTls13(Threads):

    build = 'tls13'


class Randomness(Case):

    def test_no_two_client_hellos_have_the_same_random(self):
        with HelloRecorder() as recorder:
            for _ in range(3):
                self.session(recorder)
            self.device.cases(host=recorder.host, port=recorder.port, times=3)
        randoms = [hello.random for hello in recorder.hellos]
        self.assertEqual(len(randoms), 6)
        self.assertEqual(len(set(randoms)), 6)
        # No part of them repeats either: the engine puts the time into the first four bytes.
        parts = [random[i:i + 4] for random in randoms for i in range(4, 32, 4)]
        self.assertEqual(len(set(parts)), len(parts))


class RandomnessOverTls13(Randomness):

    build = 'tls13'
