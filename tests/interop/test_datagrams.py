# SPDX-License-Identifier: Apache-2.0
"""Sessions over datagrams with OpenSSL's and GnuTLS's servers; pre-shared keys over both transports."""
import concurrent.futures

from interop import fixtures
from interop.fixtures import Case
from tools.mbedtls_host import datagrams, servers
from lib.lossy import Lossy

IDENTITY, KEY = 'device 1'.replace(' ', '-'), '000102030405060708090a0b0c0d0e0f'
PSK = {'psk': KEY, 'identity': IDENTITY}

TOO_LONG, UNSUPPORTED, BAD_PSK = -0x9017, -0x9018, -0x9019
CLOSE_NOTIFY, APPLICATION_DATA = 21, 23

CERTIFICATE_SUITES = {
    'ECDHE-ECDSA-AES128-GCM-SHA256': 'ec', 'ECDHE-ECDSA-AES256-GCM-SHA384': 'ec', 'ECDHE-ECDSA-AES128-CCM': 'ec',
    'ECDHE-ECDSA-AES128-CCM8': 'ec', 'ECDHE-ECDSA-CHACHA20-POLY1305': 'ec', 'ECDHE-RSA-AES128-GCM-SHA256': 'rsa',
}
PSK_SUITES = ['PSK-AES128-GCM-SHA256', 'PSK-AES256-GCM-SHA384', 'PSK-AES128-CCM', 'PSK-AES128-CCM8',
              'PSK-CHACHA20-POLY1305', 'ECDHE-PSK-CHACHA20-POLY1305']


class DatagramCase(Case):

    def talk(self, server, **keys):
        """Three datagrams out and back over a verified session."""
        keys = {'transport': 'datagram', 'pings': 3, 'size': 60, **keys}
        result = self.connect(server, **keys)
        self.assertEqual((result['echoed'], result['lost'], result['strange']), (keys['pings'], 0, 0),
                         result['output'])
        return result

    def fail_to_connect(self, server, **keys):
        result = self.session(server, transport='datagram', **keys)
        self.assertEqual((result['stage'], result['fd']), ('connect', -1), result['output'])
        return result


class Peers(DatagramCase):

    build = 'dtls'
    suites = CERTIFICATE_SUITES

    def test_openssl_with_each_suite(self):
        for suite, kind in self.suites.items():
            with self.subTest(suite=suite), \
                    datagrams.OpenSSL(getattr(self.pki, kind), ['-cipher', suite]) as server:
                result = self.talk(server)
                self.assertIn('Certificate verified success', result['output'])

    def test_gnutls(self):
        for certificate in (self.pki.ec, self.pki.rsa, self.pki.server):
            with datagrams.GnuTLS(certificate) as server:
                self.talk(server)

    def test_gnutls_asks_for_the_cookie(self):
        """The first ClientHello is answered with a HelloVerifyRequest (3), whose cookie the second has."""
        with datagrams.GnuTLS(self.pki.ec) as server, Lossy(server.port) as path:
            self.talk(path)
        self.assertEqual(path.seen['down'][0][13], 3)
        cookie = path.seen['down'][0][28:]
        self.assertGreater(len(cookie), 0)
        self.assertIn(cookie, path.seen['up'][1])

    def test_openssl_that_listens_asks_for_the_cookie(self):
        with datagrams.OpenSSL(self.pki.ec, ['-listen']) as server, Lossy(server.port) as path:
            self.talk(path)
        self.assertEqual(path.seen['down'][0][13], 3)

    def test_connecting_in_steps_has_the_same_result(self):
        # Every datagram takes its time, so that there is something to wait for.
        with datagrams.OpenSSL(self.pki.ec) as server, Lossy(server.port, late=1) as path:
            self.assertGreater(self.talk(path, step=1)['polls'], 0)

    def test_several_sessions_one_after_the_other(self):
        with datagrams.OpenSSL(self.pki.ec) as server:
            results = self.device.cases(host=server.host, port=server.port, transport='datagram', pings=2, times=4)
            self.assertEqual([(result['echoed'], result['heap'], result['fds']) for result in results], [(2, 0, 0)] * 4)

    def test_a_certificate_that_is_refused(self):
        cases = ((self.pki.stranger, {}, fixtures.NOT_TRUSTED),
                 (self.pki.ec, {'name': 'other.example.test'}, fixtures.CN_MISMATCH))
        for certificate, keys, flags in cases:
            with datagrams.OpenSSL(certificate) as server:
                self.refuse(server, flags, transport='datagram', **keys)

    def test_a_host_name_is_looked_up_and_sent(self):
        with datagrams.OpenSSL(self.pki.ec) as server:
            self.talk(server, host=fixtures.NAME, options=fixtures.resolve(fixtures.NAME, '127.0.0.1'))

    def test_the_next_address_of_a_host_that_is_silent_at_the_first(self):
        with datagrams.OpenSSL(self.pki.ec) as server:
            result = self.talk(server, host=fixtures.NAME, connect_timeout=4000, first=300,
                               options=fixtures.resolve(fixtures.NAME, '127.0.0.77', '127.0.0.1'))
            self.assertLess(result['ms'], 4000)

    def test_only_the_last_datagram_is_an_alert(self):
        """close_notify: sent on close, protected."""
        with datagrams.OpenSSL(self.pki.ec) as server, Lossy(server.port) as path:
            self.talk(path)
        kinds = [datagram[0] for datagram in path.seen['up']]
        self.assertEqual(kinds.count(CLOSE_NOTIFY), 1)
        self.assertEqual(kinds[-1], CLOSE_NOTIFY)
        self.assertEqual(path.seen['up'][-1][3:5], b'\0\1', 'epoch')


class PeersOn228(Peers):

    build = 'dtls-legacy'

    def test_dtls_1_0_with_a_warning(self):
        for certificate, suite in ((self.pki.ec, 'ECDHE-ECDSA-AES128-SHA'), (self.pki.rsa, 'ECDHE-RSA-AES128-SHA')):
            with datagrams.OpenSSL(certificate, ['-cipher', suite + ':@SECLEVEL=0'], version='-dtls1') as server:
                result = self.talk(server)
                self.assertIn('obsolete and weak: DTLSv1.0', result['output'])

    def test_dtls_1_0_is_refused_by_a_session_that_is_limited_to_1_2(self):
        with datagrams.OpenSSL(self.pki.ec, ['-cipher', 'DEFAULT:@SECLEVEL=0'], version='-dtls1') as server:
            result = self.fail_to_connect(server, oldest=3)
        self.assertEqual((result['reason'], result['number']), ('version', 0xFEFF), result['output'])
        self.assertIn('DTLS 1.0', result['what'])
        self.assertIn('PKG_MBEDTLS_DTLS1_0', result['remedy'])

    def test_tls_1_1_is_still_refused_over_tcp(self):
        with servers.OpenSSL(self.pki.ec, options=['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0']) as server:
            result = self.session(server)
            self.assertEqual(result['stage'], 'connect', result['output'])


class Boundaries(DatagramCase):
    """What a datagram is: one write, one read."""

    build = 'dtls'

    def test_each_size_up_to_the_largest_comes_back_as_it_was(self):
        with datagrams.OpenSSL(self.pki.ec) as server:
            fits = self.talk(server, pings=1)['fits']
            self.talk(server, pings=40, size=1, grow=fits // 40, wait=2000)
            self.talk(server, pings=1, size=fits)

    def test_a_read_never_joins_two_datagrams(self):
        with datagrams.GnuTLS(self.pki.ec) as server:
            result = self.connect(server, transport='datagram', burst=5, pause=300, size=20, grow=10)
            self.assertEqual((result['echoed'], result['strange']), (5, 0), result['output'])

    def test_a_datagram_larger_than_the_buffer_is_reported_and_kept(self):
        with datagrams.OpenSSL(self.pki.ec) as server:
            result = self.session(server, transport='datagram', pings=1, size=300, reads=299)
            self.assertEqual((result['ret'], result['reason'], result['number'], result['errno']),
                             (TOO_LONG, 'datagram-read', 300, 90), result['output'])
            result = self.session(server, transport='datagram', send=300, chunk=300, read=300, reads=299, larger=300)
            self.assertEqual((result['received'], result['intact']), (300, 1), result['output'])

    def test_a_write_that_does_not_fit_names_the_size_that_does(self):
        with datagrams.OpenSSL(self.pki.ec) as server, Lossy(server.port) as path:
            for mtu in (256, 600, 1500):
                fits = self.talk(path, pings=1, mtu=mtu)['fits']
                del path.seen['up'][:]
                result = self.session(path, transport='datagram', pings=1, size=fits + 1, mtu=mtu)
                self.assertEqual((result['ret'], result['reason'], result['number']),
                                 (TOO_LONG, 'datagram-write', fits))
                self.assertNotIn(APPLICATION_DATA, [datagram[0] for datagram in path.seen['up']])
                self.talk(path, pings=1, size=fits, mtu=mtu)
                self.assertEqual(max(map(len, path.seen['up'])), mtu)


class PathSize(DatagramCase):

    build = 'dtls'

    def test_no_datagram_is_larger_than_the_mtu(self):
        """A long name makes a ClientHello that takes several."""
        name = '.'.join(['abcdefghij' * 5] * 4)
        for mtu in (256, 300, 512, 1000, 1500):
            for server in (datagrams.OpenSSL(self.pki.server), datagrams.GnuTLS(self.pki.server)):
                with self.subTest(mtu=mtu), server, Lossy(server.port) as path:
                    self.talk(path, mtu=mtu, name=name, verify='nothing')
                    self.assertLessEqual(max(map(len, path.seen['up'])), mtu)
                    if mtu <= 300:
                        self.assertEqual(len(path.seen['up'][0]), mtu)

    def test_a_server_with_a_small_mtu_is_put_together(self):
        for mtu in (256, 300, 512, 1000, 1500):
            with self.subTest(mtu=mtu), \
                    datagrams.OpenSSL(self.pki.server, ['-mtu', str(mtu)]) as server, Lossy(server.port) as path:
                self.talk(path)
                self.assertLessEqual(max(map(len, path.seen['down'])), mtu)

    def test_gnutls_with_a_small_mtu(self):
        for mtu in (300, 1500):
            with self.subTest(mtu=mtu), datagrams.GnuTLS(self.pki.server, mtu=mtu) as server:
                self.talk(server)


class PreSharedKeys(DatagramCase):

    build = 'dtls'

    def test_openssl_with_each_suite(self):
        for suite in PSK_SUITES:
            with self.subTest(suite=suite), \
                    datagrams.OpenSSL(psk=(IDENTITY, KEY), options=['-cipher', suite]) as server:
                result = self.talk(server, **PSK)
                self.assertIn('Pre-shared key verified success', result['output'])
                self.assertNotIn('Certificate', result['output'])

    def test_gnutls(self):
        for exchange in ('PSK', 'ECDHE-PSK'):
            priority = 'NORMAL:-KX-ALL:+%s:+AES-128-CCM-8' % exchange
            with self.subTest(exchange=exchange), datagrams.GnuTLS(psk=(IDENTITY, KEY), priority=priority) as server:
                self.talk(server, **PSK)

    def test_over_tcp(self):
        """In the build with TLS 1.3 too: such sessions are TLS 1.2."""
        for suite in PSK_SUITES:
            options = ['-nocert', '-psk_identity', IDENTITY, '-psk', KEY, '-cipher', suite, '-tls1_2']
            with self.subTest(suite=suite), PskOverTcp(options) as server:
                self.connect(server, get='/', read='all', **PSK)

    def test_the_key_from_a_call_back_is_released(self):
        with datagrams.OpenSSL(psk=(IDENTITY, KEY), options=['-cipher', 'PSK']) as server:
            result = self.talk(server, call=1, **PSK)
            self.assertEqual(result['output'].count('the key is put back'), 1)

    def test_a_call_back_without_a_key(self):
        result = self.device.case(host='127.0.0.1', port=1, transport='datagram', call=2, **PSK)
        self.assertEqual((result['stage'], result['ret'], result['reason']), ('context', BAD_PSK, 'psk'))

    def test_invalid_keys_are_refused(self):
        for keys in ({'psk': '', 'identity': IDENTITY}, {'psk': KEY}, {'psk': '00' * 40, 'identity': IDENTITY}):
            result = self.device.case(host='127.0.0.1', port=1, transport='datagram', **keys)
            self.assertEqual((result['stage'], result['ret'], result['reason']), ('context', BAD_PSK, 'psk'), keys)

    def test_a_wrong_key_is_reported(self):
        with datagrams.OpenSSL(psk=(IDENTITY, KEY), options=['-cipher', 'PSK']) as server:
            result = self.fail_to_connect(server, psk='ff' * 16, identity=IDENTITY, connect_timeout=1500)
            self.assertEqual((result['reason'], result['number']), ('key-silent', 1500), result['output'])
            self.assertIn('options.psk', result['remedy'])

    def test_an_unknown_identity_is_reported(self):
        with datagrams.GnuTLS(psk=(IDENTITY, KEY), priority='NORMAL:-KX-ALL:+PSK') as server:
            result = self.fail_to_connect(server, psk=KEY, identity='stranger', connect_timeout=1500)
        self.assertIn((result['reason'], result['number']), [('alert', 115), ('key-silent', 1500)], result['output'])

    def test_a_server_with_a_certificate_gets_no_session(self):
        """A session with a pre-shared key accepts no other proof, not even a valid certificate."""
        with datagrams.OpenSSL(self.pki.ec) as server:
            result = self.fail_to_connect(server, **PSK)
            self.assertEqual((result['reason'], result['number']), ('alert', 40), result['output'])

    def test_no_clock_is_needed(self):
        with datagrams.OpenSSL(psk=(IDENTITY, KEY), options=['-cipher', 'PSK']) as server:
            self.talk(server, options=['--clock', '1970'], **PSK)


class PreSharedKeysOn228(PreSharedKeys):

    build = 'dtls-legacy'


class PskOverTcp(servers.OpenSSL):
    """openssl s_server over TCP without a certificate."""

    def __init__(self, options):
        super().__init__(None, {}, options, mode='-www')

    def command(self):
        return ['openssl', 's_server', '-accept', '127.0.0.1:%d' % self.port, self.mode] + self.options


class WithoutCertificates(DatagramCase):
    """A build with pre-shared keys only."""

    build = 'psk-only'

    def test_a_session(self):
        with datagrams.OpenSSL(psk=(IDENTITY, KEY), options=['-cipher', 'PSK']) as server:
            self.talk(server, **PSK)

    def test_without_a_key_there_is_no_session(self):
        result = self.device.case(host='127.0.0.1', port=1, transport='datagram')
        self.assertEqual((result['stage'], result['ret'], result['reason']), ('context', UNSUPPORTED, 'unsupported'))


class WithoutDatagrams(Case):

    def test_a_build_without_dtls_and_keys_refuses_both(self):
        for keys in ({'transport': 'datagram'}, {'transport': 'pigeon'}, PSK):
            result = self.device.case(host='127.0.0.1', port=1, **keys)
            self.assertEqual((result['stage'], result['ret'], result['reason']),
                             ('context', UNSUPPORTED, 'unsupported'), keys)


class Loss(DatagramCase):
    """A sample of what make soak-dtls does."""

    build = 'dtls'

    def lossy(self, loss, seed):
        with datagrams.OpenSSL(self.pki.ec) as server, \
                Lossy(server.port, seed=seed, loss=loss, double=0.1, late=0.1) as path:
            result = self.session(path, transport='datagram', pings=1, connect_timeout=60000, last=2000, timeout=90)
            return seed, result['stage'] != 'connect', result['what']

    def test_twenty_of_a_hundred_datagrams_lost_and_others_doubled_and_late(self):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda seed: self.lossy(0.2, seed), range(8)))
        self.assertTrue(all(connected for _, connected, _ in outcomes), outcomes)


class Mailbox(DatagramCase):
    """UDP as lwIP's is: of a burst one datagram stays for a thread that is less urgent than lwIP's (12)."""

    build = 'dtls'

    def options(self, priority):
        return ['--udp-mailbox', '1', '--priority', str(priority)]

    def flight(self):
        """A server whose flight takes several datagrams."""
        return datagrams.OpenSSL(self.pki.rsa, ['-mtu', '400'])

    def test_the_handshake_works_at_every_priority(self):
        with self.flight() as server:
            for priority in (0, 11, 12, 13, 20, 31):
                with self.subTest(priority=priority):
                    self.talk(server, size=20, options=self.options(priority))

    def test_an_application_that_waits_itself_gets_the_flight_too(self):
        with self.flight() as server:
            for priority in (11, 20, 31):
                with self.subTest(priority=priority):
                    result = self.session(server, transport='datagram', step=1, options=self.options(priority))
                    self.assertGreaterEqual(result['ret'], 0, result['output'])


class UnraisedMailbox(Mailbox):
    """The same in a build that raises no priority."""

    build = 'dtls-legacy'
    test_the_handshake_works_at_every_priority = test_an_application_that_waits_itself_gets_the_flight_too = None

    def test_a_thread_that_nothing_raises_loses_the_flight(self):
        with self.flight() as server:
            result = self.session(server, transport='datagram', step=1, connect_timeout=7500, options=self.options(20))
            self.assertEqual((result['ret'], result['reason']), (fixtures.TIMEOUT, 'flight'), result['output'])
            self.assertIn('datagrams came, but never all', result['what'])
            for word in ('priority', 'DEFAULT_UDP_RECVMBOX_SIZE', 'MEMP_NUM_NETBUF'):
                self.assertIn(word, result['remedy'])
