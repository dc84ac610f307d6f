# SPDX-License-Identifier: Apache-2.0
"""Bad networks and peers between a client and its datagrams. Most tests use the package's own server, whose
retransmission timers they can set."""
import random
import socket
import threading
import time
import unittest

from lib.device_server import DeviceServer
from lib.load import factor, late
from lib.lossy import Lossy
from tools.mbedtls_host import datagrams
from tools.mbedtls_host.device import Device
from tools.mbedtls_host.shared import shared

from . import common
from .common import HOST, NET_CONNECT_FAILED, SSL_INVALID_RECORD, TIMEOUT, parallel, pki

SETTINGS = ['PKG_MBEDTLS_SERVER=y', 'PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y']
SMALL = SETTINGS + ['MBEDTLS_SSL_MAX_CONTENT_LEN=512']
IDENTITY, SECRET = 'device', 'secret_secret'
PSK = {'psk': SECRET.encode().hex(), 'identity': IDENTITY}

SSL_INVALID_MAC = -0x7180
APPLICATION_DATA, APPLICATION_DATA_WITH_ID = 23, 25

# A record that the engine skips, followed by bytes that are not a record.
OTHER_EPOCH = b'\x17\xfe\xfd\x00\x09' + bytes(6) + b'\x00\x04' + bytes(4) + b'rest'


@shared
def device():
    return Device.build('hostile-datagrams', pki().roots, SETTINGS)


@shared
def small_device():
    return Device.build('hostile-datagrams-small', pki().roots, SMALL)


class Case(common.Checks, unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.device = device()

    def serve(self, **keys):
        """The package's server, with a certificate and a key."""
        keys = {'transport': 'udp', 'psk': '%s:%s' % (IDENTITY, SECRET), 'cert': pki().server.chain,
                'key': pki().server.key, **keys}
        return DeviceServer(self.device, **keys)

    def session(self, path, **keys):
        keys = {'host': HOST, 'port': path.port, 'transport': 'datagram', 'first': 100, 'last': 400,
                'connect_timeout': 15000, **keys}
        return self.device.case(**keys)

    def talk(self, path, **keys):
        """A session that has to succeed, with pings that come back."""
        keys = {'pings': 3, 'wait': 2000, **keys}
        result = self.session(path, **keys)
        self.assertEqual((result['echoed'], result['lost'], result['strange'], result['code']),
                         (keys['pings'], 0, 0, 0), '%s: %s\n%s' % (result['stage'], result['what'], result['output']))
        return result


def drop_only(way, number):
    return lambda this_way, this_number, datagram: [] if (this_way, this_number) == (way, number) else [datagram]


class Loss(Case):

    def test_each_datagram_of_a_handshake_may_get_lost(self):
        """One at a time, with a certificate and with a key."""
        for keys in ({}, PSK):
            with self.serve() as server:
                with Lossy(server.port) as path:
                    self.talk(path, pings=0, **keys)
                    # The last one upwards is the close_notify.
                    places = [(way, number) for way in ('up', 'down')
                              for number in range(len(path.seen[way]) - (way == 'up'))]
                self.assertGreaterEqual(len(places), 6)

                def lose(place):
                    with Lossy(server.port, rule=drop_only(*place)) as path:
                        result = self.session(path, pings=1, wait=2000, **keys)
                        return place, result['stage'] != 'connect', result['what']
                outcomes = parallel(lose, places, threads=4)
                self.assertTrue(all(connected for _, connected, _ in outcomes), outcomes)

    def run_seeds(self, seeds, **faults):
        def one(seed):
            with Lossy(server.port, seed=seed, **faults) as path:
                result = self.session(path, pings=1, wait=500, connect_timeout=30000, **(PSK if seed % 2 else {}))
                return seed, result['stage'] != 'connect', result['what'], result['strange']
        with self.serve() as server:
            return parallel(one, seeds, threads=6)

    def test_sessions_connect_with_20_percent_loss(self):
        outcomes = self.run_seeds(range(12), loss=0.2)
        self.assertTrue(all(connected for _, connected, _, _ in outcomes), outcomes)

    def test_nearly_all_sessions_connect_with_40_percent_loss(self):
        outcomes = self.run_seeds(range(12), loss=0.4)
        self.assertGreaterEqual(sum(connected for _, connected, _, _ in outcomes), 11, outcomes)

    def test_sessions_connect_with_every_datagram_doubled(self):
        outcomes = self.run_seeds(range(4), double=1)
        self.assertEqual([(connected, strange) for _, connected, _, strange in outcomes], [(True, 0)] * 4, outcomes)

    def test_sessions_connect_with_reordered_datagrams(self):
        outcomes = self.run_seeds(range(8), late=0.5, delay=0.3, double=0.2)
        self.assertEqual([(connected, strange) for _, connected, _, strange in outcomes], [(True, 0)] * 8, outcomes)


class Limits(Case):

    def test_silence_from_each_datagram_on_ends_in_time(self):
        def silent_after(count):
            seen = {'down': 0}

            def rule(way, _, datagram):
                if way == 'up':
                    return [datagram]
                seen['down'] += 1
                return [datagram] if seen['down'] <= count else []
            with Lossy(server.port, rule=rule) as path:
                return self.session(path, connect_timeout=1500)
        with self.serve() as server:
            with Lossy(server.port) as path:
                self.talk(path, pings=0)
                flights = len(path.seen['down'])
            results = parallel(silent_after, range(flights - 1), threads=3)
        self.check_failed(results[0], TIMEOUT, 'silent', 'handshake', number=1500, what='no datagram came back',
                          remedy='firewall')
        for result in results[1:]:
            self.check_failed(result, TIMEOUT, 'timeout', 'handshake', number=1500)
        for result in results:
            self.check_time(result, 1500, least=1500)

    def test_a_port_without_a_server_is_reported(self):
        result = self.device.case(host=HOST, port=datagrams.free_port(), transport='datagram', connect_timeout=5000)
        self.check_failed(result, NET_CONNECT_FAILED, 'refused', 'handshake', number=111)
        self.check_time(result, 0)

    def test_a_connect_that_failed_can_be_done_again(self):
        """With all that belongs to it: a connection ID, retransmissions."""
        seen = {'up': 0}

        def rule(way, _, datagram):
            seen['up'] += way == 'up'
            return [datagram] if seen['up'] > 4 else []
        with self.serve() as server, Lossy(server.port, rule=rule) as path:
            result = self.session(path, connect_timeout=500, again=1, pings=2, wait=2000)
        self.assertEqual((result['fd'], result['echoed'], result['has_id']), (-1, 2, 1), result['output'])

    def test_a_read_ends_in_time(self):
        with self.serve() as server:
            result = self.session(server, read=1, io_timeout=300)
        self.assertEqual((result['stage'], result['ret'], result['errno']), ('read', TIMEOUT, 11))
        self.assertLess(result['call_ms'], late(300))

    def test_endless_malformed_datagrams_end_at_the_limit(self):
        """The limit holds, and the report names the cause."""
        with Babbler() as peer:
            result = self.device.case(host=HOST, port=peer.port, transport='datagram', connect_timeout=1000)
        self.check_failed(result, TIMEOUT, 'not-tls', 'handshake')
        self.check_time(result, 1000)

    def test_retransmissions_double_up_to_the_last(self):
        times = []

        def rule(way, *_):
            if way == 'up':
                times.append(time.monotonic())
            return []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unread, Lossy(1, rule=rule) as path:
            unread.bind((HOST, 0))
            self.session(path, first=200, last=800, connect_timeout=2900)
        seen = [round(when - times[0], 2) for when in times[1:]]
        self.assertEqual(len(seen), 4, seen)
        for when, expected in zip(seen, [0.2, 0.6, 1.4, 2.2]):
            self.assertGreater(when, expected - 0.18, seen)
            self.assertLess(when, expected + 0.18 * factor(), seen)

    def test_short_retransmissions_do_not_end_a_connect_before_its_limit(self):
        """The engine counts them, and gives up after some thirty."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unread:
            unread.bind((HOST, 0))
            result = self.device.case(host=HOST, port=unread.getsockname()[1], transport='datagram', first=60, last=60,
                                      connect_timeout=3000)
        self.check_failed(result, TIMEOUT, 'silent', 'handshake', number=3000)
        self.check_time(result, 3000, least=3000)

    def test_a_flight_larger_than_the_input_buffer_is_reported(self):
        """The certificate is longer: the engine skips it silently, the report names it."""
        small = small_device()
        with datagrams.GnuTLS(pki().rsa_server, mtu=1500) as server:
            result = small.case(host=HOST, port=server.port, transport='datagram', connect_timeout=1500)
        self.check_failed(result, SSL_INVALID_RECORD, 'too-long', 'handshake', remedy='MBEDTLS_SSL_MAX_CONTENT_LEN')
        self.assertGreater(result['number'], 1000)


class Babbler:
    """Answers the first datagram with an endless stream of noise."""

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.settimeout(60)
        self.port = self.socket.getsockname()[1]
        self.is_open = True
        self.thread = threading.Thread(target=self.babble, daemon=True)
        self.thread.start()
        return self

    def babble(self):
        source = random.Random(1)
        try:
            _, device_address = self.socket.recvfrom(65536)
            while self.is_open:
                self.socket.sendto(bytes([0x80]) + source.randbytes(source.randrange(1, 300)), device_address)
                time.sleep(0.0005)
        except OSError:
            pass

    def __exit__(self, *_):
        self.is_open = False
        self.thread.join(5)
        self.socket.close()


class Forgeries(Case):

    def forge_after_connect(self, forge, **keys):
        """Pings with a certificate; from the third protected datagram on, what comes down goes through forge."""
        seen = {'data': 0}

        def rule(way, _, datagram):
            if way == 'down' and datagram[0] in (APPLICATION_DATA, APPLICATION_DATA_WITH_ID):
                seen['data'] += 1
                if seen['data'] > 2:
                    return forge(datagram)
            return [datagram]
        with self.serve() as server, Lossy(server.port, rule=rule) as path:
            return self.session(path, **{'pings': 6, 'wait': 300, **keys})

    def test_a_damaged_datagram_is_dropped_and_the_session_goes_on(self):
        def damage(datagram):
            damaged = datagram[:-1] + bytes([datagram[-1] ^ 1])
            return [damaged, datagram]
        result = self.forge_after_connect(damage)
        self.assertEqual((result['echoed'], result['lost'], result['strange'], result['code']), (6, 0, 0, 0),
                         result['output'])

    def test_a_session_ends_at_the_limit_of_damaged_datagrams(self):
        def damage(datagram):
            return [datagram[:-1] + bytes([datagram[-1] ^ 1]), datagram]
        result = self.forge_after_connect(damage, badlimit=3)
        self.assertEqual((result['stage'], result['ret'], result['echoed']), ('ping', SSL_INVALID_MAC, 4),
                         result['output'])

    def test_doubled_datagrams_are_read_once(self):
        result = self.forge_after_connect(lambda datagram: [datagram, datagram, datagram])
        self.assertEqual((result['echoed'], result['strange'], result['code']), (6, 0, 0), result['output'])

    def test_forged_datagrams_do_no_harm(self):
        """Of another epoch, cut short, empty, alerts in clear, an old ClientHello."""
        alert = b'\x15\xfe\xfd' + bytes(8) + b'\x00\x02\x02\x28'
        hello = b'\x16\xfe\xfd' + bytes(8) + b'\x00\x0c\x01' + bytes(11)
        for forged in (OTHER_EPOCH, alert, hello, b'', b'\x17', b'\x17\xfe\xfd', bytes(600), b'\xff' * 1200):
            with self.subTest(forged=forged[:20]):
                result = self.forge_after_connect(lambda datagram, forged=forged: [forged, datagram, forged])
                self.assertEqual((result['echoed'], result['strange'], result['code']), (6, 0, 0), result['output'])

    def test_replayed_datagrams_are_ignored(self):
        """Every datagram of both directions is sent again: nothing is read twice, nothing breaks."""
        with self.serve() as server, Lossy(server.port) as path:
            def replay():
                for _ in range(20):
                    time.sleep(0.05)
                    path.replay('down')
                    path.replay('up')
            results = parallel(lambda call: call(),
                               [lambda: self.session(path, pings=10, wait=1000, pause=100), replay], threads=2)
        self.assertEqual((results[0]['echoed'], results[0]['strange'], results[0]['code']), (10, 0, 0),
                         results[0]['output'])

    def test_a_bit_changed_on_the_way_never_hangs_a_handshake(self):
        """A change in clear text may break the handshake, with a report; none exceeds its limit, none crashes."""
        def one(seed):
            with Lossy(server.port, seed=seed, corrupt=0.2) as path:
                return self.session(path, connect_timeout=4000, pings=1, wait=500)
        with self.serve() as server:
            results = parallel(one, range(24 if not common.FULL else 200), threads=6)
        for result in results:
            self.check_time(result, 4500)
            if result['stage'] == 'connect':
                self.assertNotEqual(result['code'], 0)
        self.assertGreater(sum(result['stage'] != 'connect' for result in results), 3)


class Addresses(Case):
    """Connection IDs (RFC 9146): the session outlives its address."""

    def test_a_session_survives_changes_of_its_address(self):
        with self.serve() as server, Lossy(server.port) as path:
            def change():
                """Three times, from the first answer to a ping on."""
                path.until(lambda: any(each[0] == APPLICATION_DATA for each in path.seen['down']))
                for _ in range(3):
                    path.rebind()
                    time.sleep(0.4)
            result, _ = parallel(lambda call: call(),
                                 [lambda: self.session(path, pings=15, wait=1000, pause=100), change], threads=2)
        # Datagrams on their way during a change may get lost, later ones must not.
        self.assertEqual((result['has_id'], result['echoed'] + result['lost']), (1, 15), result['output'])
        self.assertLessEqual(result['lost'], 3, result['output'])

    def test_a_session_survives_a_rebind(self):
        """tls_client_rebind(): a new socket, so another port."""
        with self.serve() as server:
            result = self.talk(server, pings=6, rebind=3)
        self.assertEqual((result['has_id'], result['rebound']), (1, 0))

    def test_records_to_the_server_hide_their_type_and_carry_the_id(self):
        with self.serve() as server, Lossy(server.port) as path:
            self.talk(path, pings=3)
        data = [datagram for datagram in path.seen['up'] if datagram[0] == APPLICATION_DATA_WITH_ID]
        self.assertGreaterEqual(len(data), 3)
        self.assertNotIn(APPLICATION_DATA, [datagram[0] for datagram in path.seen['up']])

    def test_without_an_id_a_rebind_is_refused_and_reported(self):
        with datagrams.OpenSSL(pki().server) as server:
            result = self.session(server, pings=3, rebind=2, wait=1000)
        self.assertEqual((result['has_id'], result['rebound'], result['echoed']), (0, -0x9018, 3), result['output'])


class Memory(Case):

    def test_each_failed_allocation_is_reported_and_leaks_nothing(self):
        """All of a session with a key, which takes few; one failed allocation each."""
        def fail(number):
            try:
                return number, self.session(server, fail=number, **PSK)
            except AssertionError as error:
                return number, str(error)
        with self.serve(clients=100, handshakes=100) as server:
            whole = self.session(server, **PSK)
            # The first three are the session's, its host's and its port's: tls_case's own.
            outcomes = parallel(fail, range(4, whole['allocations'] + 1), threads=4)
        self.assertGreater(len(outcomes), 20)
        harmless = 0
        for number, result in outcomes:
            self.assertNotIsInstance(result, str, number)
            if result['reason'] == 'none':    # a buffer that the engine would have made shorter
                harmless += 1
                self.assertEqual((result['ret'], result['echoed']), (whole['ret'], whole['echoed']), number)
            else:
                self.assertEqual(result['reason'], 'no-memory', (number, result['what']))
        self.assertLessEqual(harmless, 2)
