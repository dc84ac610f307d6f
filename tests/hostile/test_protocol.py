# SPDX-License-Identifier: Apache-2.0
"""Servers that break the rules of TLS with correct keys and encryption: see rogue.py."""
import time
import unittest

from lib.load import late

from . import common
from .common import HOST, SSL_ALERT, SSL_CLOSE_NOTIFY, Server, pki
from .peer import Fault, Proxy
from .rogue import (ALERT, APPLICATION, CHANGE_CIPHER_SPEC, CLOSE_NOTIFY, FINISHED, HANDSHAKE, HELLO_REQUEST, Rogue,
                    vector)
from .test_network import pattern


class Protocol(unittest.TestCase, common.Checks):

    @classmethod
    def setUpClass(cls):
        cls.device = common.device()

    def case(self, server, device=None, **keys):
        keys = dict({'host': HOST, 'port': server.port, 'connect_timeout': 8000}, **keys)
        return (device or self.device).case(**keys)

    def read_from(self, talk, device=None, **keys):
        with Rogue(pki().server, talk) as server:
            return self.case(server, device, **dict({'read': 'all', 'reads': 4096}, **keys))


class Handshake(Protocol):

    def test_rogue_without_a_fault_is_accepted(self):
        """Otherwise none of the refusals below would mean anything."""
        result = self.read_from(lambda tls: (tls.send(APPLICATION, pattern(0, 5000)), tls.end()))
        self.assertEqual((result['ret'], result['received'], result['intact']), (SSL_CLOSE_NOTIFY, 5000, 1))

    def test_messages_after_finished_in_its_record_are_refused(self):
        """The engine has cut its buffer by then, and would look for them behind its end."""
        class Server(Rogue):
            def finish(self, tls, verify):
                message = bytes([FINISHED]) + vector(3, verify)
                tls.send(HANDSHAKE, message + extra)
        for length in (1000, 3000, 16000):
            extra = bytes([HELLO_REQUEST]) + vector(3, bytes(length))
            with self.subTest(length=length), Server(pki().server, lambda tls: tls.end()) as server:
                result = self.case(server, read='all', reads=4096)
                self.assertLess(result['code'], 0)
                self.assertEqual((result['received'], result['heap']), (0, 0))

    def test_server_without_the_certificate_s_key_is_refused(self):
        """A man in the middle with the public certificate and another key."""
        with Rogue(pki().server, key=pki().stranger_server.key) as server:
            result = self.case(server)
        self.check_failed(result, result['ret'], 'other', 'handshake')
        self.assertLess(result['ret'], 0)
        self.assertEqual(server.completed, 0)

    def test_man_in_the_middle_with_another_certificate_is_refused(self):
        with Rogue(pki().stranger_server) as server:
            result = self.case(server)
        self.check_failed(result, common.VERIFY_FAILED, 'certificate', 'certificate check', flags=common.NOT_TRUSTED)
        self.assertEqual(server.completed, 0)

    def test_server_that_breaks_a_rule_is_refused(self):
        def flip(data):
            return data[:-1] + bytes([data[-1] ^ 1])
        rules = {
            'wrong signature': {'signature': flip},
            'signature of no bytes': {'signature': lambda data: b''},
            'cut signature': {'signature': lambda data: data[:-1]},
            'signature of zeros': {'signature': lambda data: b'\x30\x06\x02\x01\x00\x02\x01\x00'},
            'wrong finished': {'finished': flip},
            'finished of no bytes': {'finished': lambda data: b''},
            'finished that is too long': {'finished': lambda data: data + b'\0'},
            'suite that was not offered': {'suite': 0x002F},
            'suite without encryption': {'suite': 0x0001},
            'suite of TLS 1.3': {'suite': 0x1301},
            'TLS 1.1': {'version': 0x0302},
            'TLS 1.0': {'version': 0x0301},
            'SSL 3.0': {'version': 0x0300},
            'TLS 1.3 in the hello': {'version': 0x0304},
            'key share of zeros': {'public': bytes(32)},
            'key share of order eight': {'public': bytes.fromhex(
                'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800')},
            'short key share': {'public': bytes(31)},
            'curve that was not offered': {'curve': 25},
            'curve that does not exist': {'curve': 9999},
            'extension that is cut': {'hello_extensions': b'\xff\x01\x00\x05\x00'},
            'renegotiation data from nowhere': {'hello_extensions': b'\xff\x01\x00\x03\x02ab'},
            'no certificate': {'chain': []},
            'certificate of no bytes': {'chain': [b'']},
            'certificate of garbage': {'chain': [bytes(range(200))]},
        }
        for name, rule in rules.items():
            with self.subTest(name), Rogue(pki().server, **rule) as server:
                result = self.case(server)
                self.check_failed(result, result['ret'], result['reason'], result['step'])
                self.assertIn(result['reason'], ('other', 'certificate', 'unreadable', 'alert', 'version'), result['what'])
                self.assertLess(result['ret'], 0)
                self.assertEqual(server.completed, 1 if 'finished' in name else 0)
                self.check_time(result, 3000)

    def test_the_report_names_a_version_that_is_refused_and_what_it_needs(self):
        needs = {0x0300: ('SSL 3.0', 'PKG_MBEDTLS_ENGINE_2_28, PKG_MBEDTLS_SSL3'),
                 0x0301: ('TLS 1.0', 'PKG_MBEDTLS_ENGINE_2_28, PKG_MBEDTLS_TLS1_0'),
                 0x0302: ('TLS 1.1', 'PKG_MBEDTLS_ENGINE_2_28, PKG_MBEDTLS_TLS1_1'),
                 0x0304: ('TLS 1.3', 'menuconfig, Protocol')}
        for version, (name, remedy) in needs.items():
            with self.subTest(name), Rogue(pki().server, version=version) as server:
                result = self.case(server)
                self.check_failed(result, common.SSL_BAD_VERSION, 'version', 'handshake', number=version, what=name,
                                  remedy=remedy)

    def test_messages_out_of_order_are_refused(self):
        """Application data, and a second hello, where Finished is due."""
        for kind, data in ((APPLICATION, b'hello'), (HANDSHAKE, b'\x0e\0\0\0'), (ALERT, b'\x02\x28')):
            with self.subTest(kind):
                result = self.early(kind, data)
                self.check_failed(result, result['ret'], result['reason'], 'handshake')
                self.assertLess(result['ret'], 0)

    def early(self, kind, data):
        """The server's Finished replaced by a record that is encrypted as well as it."""
        class Early(Rogue):
            def finish(self, tls, verify):
                tls.send(kind, data)

        with Early(pki().server) as server:
            return self.case(server)


class Data(Protocol):

    def test_alerts_are_reported_by_name(self):
        for number, name in ((20, 'bad_record_mac'), (40, 'handshake_failure'), (80, 'internal_error'),
                             (90, 'user_canceled')):
            with self.subTest(name):
                result = self.read_from(lambda tls: (tls.send(APPLICATION, pattern(0, 10)),
                                                     tls.send(ALERT, bytes([2, number]))))
                self.check_report(result, SSL_ALERT, 'alert', 'read', number=number, received=10,
                                  what='the alert %s (%d)' % (name, number))

    def test_warnings_are_ignored(self):
        result = self.read_from(lambda tls: (tls.send(ALERT, b'\x01\x5a'), tls.send(APPLICATION, pattern(0, 10)),
                                             tls.send(ALERT, b'\x01\x70'), tls.end()))
        self.assertEqual((result['ret'], result['received']), (SSL_CLOSE_NOTIFY, 10), result['what'])

    def test_renegotiation_is_declined(self):
        """A HelloRequest (RFC 5246 7.4.1.1) is answered with a warning, and the data goes on."""
        result = self.read_from(lambda tls: (tls.send(HANDSHAKE, bytes([HELLO_REQUEST, 0, 0, 0])),
                                             tls.send(APPLICATION, pattern(0, 10)), tls.end()))
        self.assertEqual((result['ret'], result['received']), (SSL_CLOSE_NOTIFY, 10), result['what'])

    def test_data_after_close_notify_is_not_delivered(self):
        def talk(tls):
            tls.send(APPLICATION, pattern(0, 10))
            tls.send(ALERT, CLOSE_NOTIFY)
            tls.send(APPLICATION, pattern(10, 10))
        result = self.read_from(talk)
        self.assertEqual((result['ret'], result['received']), (SSL_CLOSE_NOTIFY, 10))

    def test_unexpected_records_are_refused(self):
        for name, kind, data in (('a server hello', HANDSHAKE, b'\x02\0\0\0'), ('finished', HANDSHAKE, b'\x14\0\0\0'),
                                 ('change cipher spec', CHANGE_CIPHER_SPEC, b'\x01'), ('unknown type', 99, b'x'),
                                 ('a half alert', ALERT, b'\x02'), ('heartbeat', 24, b'\x01\x40\x00')):
            with self.subTest(name):
                result = self.read_from(lambda tls: tls.send(kind, data), io_timeout=2000)
                self.assertLess(result['ret'], 0)
                self.assertEqual((result['stage'], result['received']), ('read', 0))
                self.assertNotIn(result['reason'], ('none', 'no-memory', 'closed'), result['what'])

    def test_longest_record_is_read_and_a_longer_one_refused(self):
        result = self.read_from(lambda tls: (tls.send(APPLICATION, pattern(0, 16384)), tls.end()))
        self.assertEqual((result['ret'], result['received'], result['intact']), (SSL_CLOSE_NOTIFY, 16384, 1))
        for length in (16385, 20000):
            with self.subTest(length):
                result = self.read_from(lambda tls: tls.send(APPLICATION, bytes(length)), io_timeout=3000)
                self.assertLess(result['ret'], 0)
                self.assertEqual(result['received'], 0)
                self.assertIn(result['reason'], ('other', 'too-long'), result['what'])

    def test_empty_records_are_ignored(self):
        """They do not end the connection, however many come in a row (the engine gives up at the fourth)."""
        for count in (1, 2, 3):
            with self.subTest(count):
                def talk(tls):
                    for _ in range(count):
                        tls.send(APPLICATION, b'')
                    tls.send(APPLICATION, pattern(0, 10))
                    tls.end()
                result = self.read_from(talk)
                self.assertEqual((result['ret'], result['received']), (SSL_CLOSE_NOTIFY, 10), result['what'])

    def test_read_keeps_its_limit_in_a_flood_of_empty_records(self):
        """Records that are valid and hold no data, faster than they can be read."""
        for name, (kind, data) in {'warnings': (ALERT, b'\x01\x5a'), 'hello requests': (HANDSHAKE, bytes(4)),
                                   'empty records': (APPLICATION, b'')}.items():
            class Flood(Rogue):
                def finish(self, tls, verify):
                    # Made before the device begins to read.
                    hello = tls.record(HANDSHAKE, b'\x14\0\0\x0c' + verify)
                    tls.connection.sendall(hello + b''.join(tls.record(kind, data) for _ in range(6000)))

            with self.subTest(name), Flood(pki().server, lambda tls: None) as server:
                try:
                    result = self.case(server, read='all', io_timeout=5, timeout=60, connect_timeout=15000)
                except AssertionError as error:
                    self.fail('read does not come back: ' + str(error)[:200])
                self.assertEqual(result['stage'], 'read', result['what'])
                self.assertLess(result['ret'], 0)
                self.assertIn(result['reason'], ('timeout', 'other'), result['what'])
                self.assertLess(result['call_ms'], late(5))


class SmallBuffer(Protocol):
    """MBEDTLS_SSL_MAX_CONTENT_LEN=2048, and servers that ignore the announced length (RFC 6066 4)."""

    def check_too_long(self, result, ret, step, needed):
        self.check_report(result, ret, 'too-long', step, number=needed,
                          what=['%d bytes' % needed, 'the input buffer holds 2048'],
                          remedy=['MBEDTLS_SSL_MAX_CONTENT_LEN', 'to %d or more' % needed])

    def test_records_that_fit_the_buffer_are_read(self):
        for length in (1, 2047, 2048):
            with self.subTest(length):
                result = self.read_from(lambda tls: (tls.send(APPLICATION, pattern(0, length)), tls.end()),
                                        common.variant())
                self.assertEqual((result['ret'], result['received'], result['intact']), (SSL_CLOSE_NOTIFY, length, 1),
                                 result['what'])

    def test_read_reports_the_size_that_a_record_needs(self):
        for length in (2100, 4096, 16384):
            with self.subTest(length):
                result = self.read_from(lambda tls: (tls.send(APPLICATION, pattern(0, length)), tls.end()),
                                        common.variant())
                self.check_too_long(result, result['ret'], 'read', length)
                self.assertEqual(result['received'], 0)

    def test_record_of_one_byte_too_many_is_refused(self):
        result = self.read_from(lambda tls: (tls.send(APPLICATION, pattern(0, 2049)), tls.end()), common.variant())
        self.assertIn(result['received'], (0, 2049), 'a part of a record')
        if result['received'] == 0:
            self.check_too_long(result, result['ret'], 'read', 2049)

    def long_chain(self):
        issuer = pki().rsa_root
        for i in range(3):
            issuer = issuer.authority('Hostile Long Level %d' % i, key='rsa:2048')
        return issuer.server(common.NAME, names=['IP:' + HOST], key='rsa:2048')

    def test_connect_reports_the_size_that_the_chain_needs(self):
        """As one record, from a server that never saw the announcement; and in pieces, which make one message."""
        leaf = self.long_chain()
        with Server(leaf) as server:
            def without_announcement(hello):
                return hello.replace(b'\x00\x01\x00\x01\x03', b'\xfa\xfa\x00\x01\x03')

            def strip(link, record):
                link.ends['server'].sendall(without_announcement(record))
                return True
            with Proxy(server.port) as proxy:
                result = self.case(proxy, common.variant())
                time.sleep(0.1)
                pieces = [size for kind, size in proxy.links[0].records['server']]
            with Proxy(server.port, Fault('client', 0, strip, on=True)) as proxy:
                whole = self.case(proxy, common.variant())
                time.sleep(0.1)
                records = [size for kind, size in proxy.links[0].records['server']]
        self.assertLessEqual(max(pieces), 2048)
        self.assertGreater(max(records), 2048)
        self.check_failed(result, result['ret'], result['reason'], 'handshake')
        self.check_too_long(result, result['ret'], 'handshake', result['number'])
        self.assertGreaterEqual(result['number'], records[1])
        self.check_failed(whole, whole['ret'], whole['reason'], 'handshake')
        self.check_too_long(whole, whole['ret'], 'handshake', records[1])


if __name__ == '__main__':
    unittest.main()
