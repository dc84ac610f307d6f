# SPDX-License-Identifier: Apache-2.0
"""Networks and hosts that refuse, vanish, hang or send nonsense: limits hold, and the report names the cause."""
import errno
import hashlib
import time
import unittest

from lib.load import late
from tools.mbedtls_host.servers import free_port

from . import common, peer
from .common import (HOST, NAME, NET_CONNECT_FAILED, NET_CONN_RESET, NET_UNKNOWN_HOST, SSL_CLOSE_NOTIFY, SSL_CONN_EOF,
                     TIMEOUT, Server, parallel, pki)
from .peer import Fault, Plain, Proxy

LIMIT = 500
PLENTY = 12000                  # for what does not end by its limit
EAI_NONAME, EAI_AGAIN, EAI_FAIL = (value % 2 ** 32 for value in (-2, -3, -4))


def pattern(start, length):
    """What tls_case sends, and expects: see pattern_at()."""
    return bytes((at * 31 + at // 251) & 255 for at in range(start, start + length))


class Network(unittest.TestCase, common.Checks):

    @classmethod
    def setUpClass(cls):
        cls.device = common.device()

    def case(self, port, **keys):
        keys.setdefault('host', HOST)
        return self.device.case(port=port, **keys)


class NameLookUp(Network):

    def look_up(self, answer, **keys):
        options = ['--resolve', NAME + '=' + answer]
        return self.device.case(options=options, host=NAME, port=keys.pop('port', 1), **keys)

    def test_connect_reports_unknown_name(self):
        for keys in ({}, {'step': 1}):
            result = self.look_up('!nxdomain', **keys)
            self.check_failed(result, NET_UNKNOWN_HOST, 'name-not-found', 'name look-up', number=EAI_NONAME,
                              what='has no address', remedy=['DNS server', 'ping'])
            self.check_time(result, 0)

    def test_connect_reports_failing_resolver(self):
        result = self.look_up('!fail')
        self.check_failed(result, NET_UNKNOWN_HOST, 'name-not-found', 'name look-up', number=EAI_FAIL,
                          what='getaddrinfo: -4', remedy='DNS server')

    def test_connect_gives_up_a_hanging_resolver_and_leaks_nothing(self):
        def run(keys):
            return self.look_up('!hang:2', connect_timeout=LIMIT, settle=6000, **keys)
        for result in parallel(run, [{}, {'step': 1}, {'end': 1}]):
            self.check_failed(result, TIMEOUT, 'timeout', 'name look-up', number=LIMIT,
                              what='no answer within %d ms' % LIMIT, remedy='DNS server')
            self.check_time(result, LIMIT, LIMIT - 1)

    def test_connect_waits_for_a_slow_resolver_up_to_its_limit(self):
        result = self.look_up('!hang:1', connect_timeout=5000)
        self.check_failed(result, NET_UNKNOWN_HOST, 'name-not-found', 'name look-up', number=EAI_AGAIN)
        self.check_time(result, 1000, 990)

    def test_resolver_that_never_returns_holds_its_thread_only(self):
        code, output = self.device.run('tls_case host=%s port=1 connect_timeout=%d settle=10; exit' % (NAME, LIMIT),
                                       ['--heap-report', '--resolve', NAME + '=!hang'])
        self.assertEqual(code, 3, output)           # reports what is left behind
        self.assertIn('no answer within %d ms' % LIMIT, output)
        blocks = [line for line in output.splitlines() if line.startswith('block ')]
        self.assertLessEqual(len(blocks), 3, output)
        for block in blocks:
            self.assertRegex(block, r'\((rt_thread_create|tls_malloc|tls_calloc)\)')
        self.assertNotIn('open descriptors', output)

    def test_names_are_looked_up_and_verified(self):
        with Server(pki().server) as server:
            for keys in ({}, {'step': 1}):
                self.check_connected(self.look_up('%s:%d' % (HOST, server.port), read='all', **keys))


class TcpConnect(Network):

    def test_connect_reports_refused_port(self):
        for keys in ({}, {'step': 1}, {'end': 1}):
            result = self.case(free_port(), **keys)
            self.check_failed(result, NET_CONNECT_FAILED, 'refused', 'connect', number=errno.ECONNREFUSED,
                              what='errno %d' % errno.ECONNREFUSED, remedy='check host and port')
            self.check_time(result, 0)

    def test_connect_gives_up_a_silent_host(self):
        port, sockets = peer.full_backlog()
        for keys in ({}, {'step': 1}, {'host': NAME}):
            options = ['--resolve', '%s=%s' % (NAME, HOST)]
            result = self.case(port, options=options, connect_timeout=LIMIT, **keys)
            self.check_failed(result, TIMEOUT, 'timeout', 'connect', number=LIMIT,
                              what='no answer within %d ms' % LIMIT, remedy='check host, port and network')
            self.check_time(result, LIMIT, LIMIT - 1)
        for each in sockets:
            each.close()

    def test_connect_tries_the_next_address(self):
        silent, sockets = peer.full_backlog()
        with Server(pki().server) as server:
            for name, addresses in (('refused', [free_port(), server.port]), ('silent', [silent, server.port]),
                                    ('both', [free_port(), silent, free_port(), server.port])):
                with self.subTest(name):
                    rule = NAME + '=' + ','.join('%s:%d' % (HOST, port) for port in addresses)
                    result = self.device.case(options=['--resolve', rule], host=NAME, port=1, read='all',
                                              connect_timeout=3000)
                    self.check_connected(result)
        for each in sockets:
            each.close()

    def test_connect_reports_when_no_address_answers(self):
        silent, sockets = peer.full_backlog()
        rule = NAME + '=' + ','.join(['%s:%d' % (HOST, silent)] * 3)
        result = self.device.case(options=['--resolve', rule], host=NAME, port=1, connect_timeout=LIMIT)
        self.check_failed(result, TIMEOUT, 'timeout', 'connect', number=LIMIT)
        self.check_time(result, LIMIT)
        for each in sockets:
            each.close()

    def test_session_connects_after_a_refused_port(self):
        result = self.case(free_port(), again=1)
        self.assertEqual((result['stage'], result['ret']), ('again', NET_CONNECT_FAILED))


class Handshake(Network):
    """Every record boundary of the handshake, and the middle of every record, in both directions."""

    MISBEHAVIOURS = {
        'silence': (peer.silence, TIMEOUT, 'timeout'),
        'reset': (peer.reset, NET_CONN_RESET, 'reset'),
        'fin': (peer.fin, SSL_CONN_EOF, 'closed'),
    }

    def moments(self, server):
        """(side, records, in the middle) for a handshake with this server."""
        with Proxy(server.port) as proxy:
            self.check_connected(self.case(proxy.port))
            time.sleep(0.1)
            records = proxy.links[0].records
        # Up to Finished: what comes after it is the alert at the end.
        counts = {side: [kind for kind, _ in records[side]].index(20) + 2 for side in records}
        self.assertEqual(counts['client'], 4)
        for side, count in counts.items():
            for at in range(count):
                yield side, at, False
                yield side, at, True
        yield 'client', counts['client'], False

    def cut(self, server, side, records, middle, name):
        action, ret, reason = self.MISBEHAVIOURS[name]
        if middle:
            action = (peer.half if side == 'server' else peer.half_to_server)(action)
        limit = LIMIT if name == 'silence' else PLENTY
        with Proxy(server.port, Fault(side, records, action, on=middle)) as proxy:
            return self.case(proxy.port, connect_timeout=limit), ret, reason

    def check_cuts(self, certificate):
        with Server(certificate) as server:
            cases = [moment + (name,) for moment in self.moments(server) for name in self.MISBEHAVIOURS]
            outcomes = parallel(lambda case: self.cut(server, *case), cases)
        for case, (result, ret, reason) in zip(cases, outcomes):
            with self.subTest(case):
                if reason == 'timeout':
                    self.check_failed(result, ret, reason, 'handshake', number=LIMIT,
                                      what='no answer within %d ms' % LIMIT, remedy='connect_timeout')
                    self.check_time(result, LIMIT, LIMIT - 1)
                else:
                    self.check_failed(result, ret, reason, 'handshake')
                    self.check_time(result, 3000)
        return len(cases)

    def test_connect_reports_silence_reset_and_end_at_every_moment(self):
        self.assertGreater(self.check_cuts(pki().server), 60)

    def test_connect_step_keeps_the_limit_too(self):
        with Server(pki().server) as server:
            for side, records in (('server', 0), ('server', 2), ('client', 2)):
                with Proxy(server.port, Fault(side, records, peer.silence)) as proxy:
                    result = self.case(proxy.port, connect_timeout=LIMIT, step=1)
                self.check_failed(result, TIMEOUT, 'timeout', 'handshake', number=LIMIT)
                self.check_time(result, LIMIT, LIMIT - 1)

    def test_session_connects_after_a_failed_handshake(self):
        """A new attempt on the same session starts clean, whatever the last one left half done."""
        with Server(pki().server) as server:
            for records in range(5):
                class Once(Proxy):
                    def serve(self, connection):
                        if self.connections > 1:
                            self.fault = None
                        super().serve(connection)

                with self.subTest(records), Once(server.port, Fault('server', records, peer.half(peer.fin),
                                                                   on=True)) as proxy:
                    result = self.case(proxy.port, again=1, read='all')
                    self.assertEqual(result['ret'], SSL_CLOSE_NOTIFY, result['what'])
                    self.assertIn(common.SUCCESSES[0], result['output'])

    def test_trickle_ends_at_the_limit(self):
        with Server(pki().server) as server:
            for interval in (0.05, 0.0005):
                with Proxy(server.port, Fault('server', 1, peer.trickle(interval), on=True)) as proxy:
                    result = self.case(proxy.port, connect_timeout=LIMIT if interval > 0.01 else 200)
                self.check_failed(result, TIMEOUT, 'timeout', 'handshake')
                self.check_time(result, LIMIT)

    def test_floods_end_at_the_limit(self):
        long_message = b'\x16\x03\x03\x40\x00' + b'\x0b\xff\xff\xff' + bytes(16380)
        floods = {
            'warnings': b'\x15\x03\x03\x00\x02\x01\x5a',
            'hello requests': b'\x16\x03\x03\x00\x04\x00\x00\x00\x00',
            'hello requests, several a record': b'\x16\x03\x03\x00\x10' + bytes(16),
            'empty handshake records': b'\x16\x03\x03\x00\x00',
            'empty alerts': b'\x15\x03\x03\x00\x00',
            'change cipher spec': b'\x14\x03\x03\x00\x01\x01',
            'a message of 16 MB': long_message,
            'data': b'\x17\x03\x03\x00\x10' + bytes(16),
            'fragments of one byte': b'\x16\x03\x03\x00\x01\x02',
            'unknown handshake messages': b'\x16\x03\x03\x00\x04\x63\x00\x00\x00',
        }

        def run(name):
            with Plain(b'', peer.flood(floods[name])) as server:
                return self.case(server.port, connect_timeout=LIMIT)
        for name, result in zip(floods, parallel(run, list(floods))):
            with self.subTest(name):
                self.check_failed(result, result['ret'], result['reason'], 'handshake')
                self.assertLess(result['ret'], 0)
                self.assertNotIn(result['reason'], ('none', 'no-memory', 'certificate', 'closed', 'reset'))
                self.check_time(result, LIMIT)
                if name == 'warnings':
                    self.assertEqual(result['reason'], 'timeout')

    def test_flood_after_each_message_of_the_server(self):
        with Server(pki().server) as server:
            for records in range(1, 6):
                with Proxy(server.port, Fault('server', records, peer.flood(b'\x15\x03\x03\x00\x02\x01\x5a'))) as proxy:
                    result = self.case(proxy.port, connect_timeout=LIMIT)
                with self.subTest(records):
                    self.check_failed(result, result['ret'], result['reason'], 'handshake')
                    self.check_time(result, LIMIT)


class Nonsense(Network):
    """Answers that are not a handshake."""

    def test_connect_reports_what_is_not_tls(self):
        answers = {
            'HTTP': b'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\n\r\n<html></html>',
            'SSH': b'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n',
            'SMTP': b'220 mail.test ESMTP Postfix\r\n',
            'zeros': bytes(64),
            'ones': b'\xff' * 64,
            'unknown type': b'\x63\x03\x03\x00\x10' + bytes(16),
        }
        for name, answer in answers.items():
            for action in (peer.silence, peer.fin):
                with self.subTest(name, action=action.__name__), Plain(answer, action) as server:
                    result = self.case(server.port, connect_timeout=PLENTY)
                    self.check_failed(result, result['ret'], 'not-tls', 'handshake', what='not TLS',
                                      remedy='check the port')
                    self.check_time(result, 0)

    def test_connect_reports_a_connection_that_ends_within_a_record_header(self):
        for answer in (b'', b'H', b'HTTP', b'\x16\x03\x03'):
            with self.subTest(answer), Plain(answer, peer.fin) as server:
                self.check_failed(self.case(server.port), SSL_CONN_EOF, 'closed', 'handshake')

    def test_connect_fails_on_unexpected_records(self):
        answers = {
            'application data': b'\x17\x03\x03\x00\x05hello',
            'change cipher spec': b'\x14\x03\x03\x00\x01\x01',
            'a client hello': b'\x16\x03\x01\x00\x04\x01\x00\x00\x00',
            'a record too long': b'\x16\x03\x03\xff\xff' + bytes(70000),
            'an old version': b'\x16\x02\x00\x00\x40' + bytes(64),
            'a heartbeat': b'\x18\x03\x03\x00\x03\x01\x40\x00',
            'an alert too short': b'\x15\x03\x03\x00\x01\x02',
            'an alert too long': b'\x15\x03\x03\x00\x03\x02\x28\x00',
            'a finished': b'\x16\x03\x03\x00\x10\x14\x00\x00\x0c' + bytes(12),
            'a server hello of no bytes': b'\x16\x03\x03\x00\x04\x02\x00\x00\x00',
            'a server hello that is cut': b'\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03' + bytes(36),
            'a server hello that claims more': b'\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03' + b'\xff' * 36,
        }
        for name, answer in answers.items():
            with self.subTest(name), Plain(answer) as server:
                result = self.case(server.port, connect_timeout=PLENTY)
                self.check_failed(result, result['ret'], result['reason'], 'handshake')
                self.assertIn(result['reason'], ('other', 'not-tls'), result['what'])
                self.assertLess(result['ret'], 0)
                self.check_time(result, 0)

    def test_connect_reports_the_peer_s_alert_by_name(self):
        names = {10: 'unexpected_message', 20: 'bad_record_mac', 22: 'record_overflow', 40: 'handshake_failure',
                 42: 'bad_certificate', 43: 'unsupported_certificate', 44: 'certificate_revoked',
                 45: 'certificate_expired', 46: 'certificate_unknown', 47: 'illegal_parameter', 48: 'unknown_ca',
                 49: 'access_denied', 50: 'decode_error', 51: 'decrypt_error', 70: 'protocol_version',
                 71: 'insufficient_security', 80: 'internal_error', 86: 'inappropriate_fallback', 90: 'user_canceled',
                 109: 'missing_extension', 110: 'unsupported_extension', 112: 'unrecognized_name',
                 113: 'bad_certificate_status_response', 115: 'unknown_psk_identity', 116: 'certificate_required',
                 120: 'no_application_protocol', 200: 'unknown'}
        remedies = {22: 'Maximum length of a record sent', 40: 'cipher suite', 42: 'certificate of the device',
                    70: 'protocol version', 71: 'cipher suite', 112: 'options.server_name',
                    116: 'certificate of the device'}

        def run(number):
            with Plain(b'\x15\x03\x03\x00\x02\x02' + bytes([number]), peer.fin) as server:
                return self.case(server.port)
        for number, result in zip(names, parallel(run, list(names))):
            with self.subTest(names[number]):
                self.check_failed(result, common.SSL_ALERT, 'alert', 'handshake', number=number,
                                  what='the alert %s (%d)' % (names[number], number),
                                  remedy=remedies.get(number, "server's log"))

    def test_connect_reports_close_notify_instead_of_an_answer(self):
        for level in (1, 2):
            with self.subTest(level), Plain(bytes([0x15, 3, 3, 0, 2, level, 0]), peer.fin) as server:
                result = self.case(server.port)
                self.check_failed(result, result['ret'], result['reason'], 'handshake', what='close')
                self.assertIn(result['reason'], ('alert', 'closed'), result['what'])

    def test_warnings_before_the_server_s_hello_are_ignored(self):
        """unrecognized_name as a warning is what some servers send for every name (RFC 6066 3)."""
        with Server(pki().server) as server:
            with Proxy(server.port, Fault('server', 0, peer.replace(
                    lambda record: b'\x15\x03\x03\x00\x02\x01\x70' + record), on=True)) as proxy:
                self.check_connected(self.case(proxy.port, read='all'))

    def test_handshake_records_with_a_flipped_bit_never_connect(self):
        """In every record of the server but in its version, which nothing protects before the keys are there."""
        def flip(at):
            def change(record):
                place = at if at < len(record) else len(record) - 1
                return record[:place] + bytes([record[place] ^ 1]) + record[place:][1:]
            return peer.replace(change)

        def run(case):
            records, at = case
            with Proxy(server.port, Fault('server', records, flip(at), on=True)) as proxy:
                return self.case(proxy.port, connect_timeout=1500)
        cases = [(records, at) for records in range(5) for at in (0, 3, 4, 5, 6, 7, 8, 20, 60, -1)]
        with Server(pki().server) as server:
            results = parallel(run, cases)
        for case, result in zip(cases, results):
            with self.subTest(case):
                self.check_failed(result, result['ret'], result['reason'], result['step'])
                self.assertNotIn(result['reason'], ('none', 'no-memory'), result['what'])
                self.check_time(result, 1500)


class Data(Network):
    """After a good handshake."""

    CONNECTED = {'connect_timeout': PLENTY}
    PART = 3000

    def talk(self, tls):
        """Three records of the pattern, then the end."""
        for at in range(3):
            tls.sendall(pattern(at * self.PART, self.PART))
        common.send_and_end(tls)

    def handshake_records(self, server):
        with Proxy(server.port) as proxy:
            self.case(proxy.port, read='all')
            time.sleep(0.1)
            kinds = [kind for kind, _ in proxy.links[0].records['server']]
        return kinds.index(23)

    def read_through(self, action, records, on=False, talk=None, **keys):
        """Read to the end through a proxy that acts after `records` of the data."""
        keys = dict(dict(self.CONNECTED, read='all', reads=4096), **keys)
        with Server(pki().server, talk or self.talk) as server:
            before = self.handshake_records(server)
            with Proxy(server.port, Fault('server', before + records, action, on)) as proxy:
                return self.case(proxy.port, **keys)

    def test_read_reports_silence_reset_and_end(self):
        misbehaviours = {'silence': (peer.silence, TIMEOUT, 'timeout', errno.EAGAIN),
                         'reset': (peer.reset, NET_CONN_RESET, 'reset', errno.ECONNRESET),
                         'fin': (peer.fin, 0, 'closed', errno.ENOTCONN)}
        cases = [(name, records, on) for name in misbehaviours for records in range(4) for on in (False, True)]

        def run(case):
            name, records, on = case
            action = peer.half(misbehaviours[name][0]) if on else misbehaviours[name][0]
            return self.read_through(action, records, on, io_timeout=400)
        for case, result in zip(cases, parallel(run, cases)):
            name, records, on = case
            _, ret, reason, error = misbehaviours[name]
            with self.subTest(case):
                self.assertEqual((result['stage'], result['ret'], result['errno']), ('read', ret, error),
                                 result['what'])
                self.assertEqual((result['reason'], result['step']), (reason, 'read'))
                self.assertEqual((result['received'], result['intact']), (min(records, 3) * self.PART, 1))
                # A polling read times out again and again: not an error of the session.
                self.assertEqual('[E/tls] read failed' in result['output'], name != 'silence')
                if name == 'silence':
                    self.assertEqual(result['number'], 400)
                    self.assertIn('io_timeout', result['remedy'])
                    self.assertTrue(399 <= result['call_ms'] < late(400), result['call_ms'])
                if name == 'fin':
                    self.assertIn('data may be cut short', result['what'])

    def test_clean_end_is_not_an_error(self):
        with Server(pki().server, self.talk) as server:
            for keys in ({}, {'nonblocking': 1}, {'step': 1}, {'end': 1}):
                with self.subTest(keys):
                    result = self.case(server.port, read='all', **keys)
                    self.assertEqual((result['ret'], result['received'], result['intact'], result['code']),
                                     (SSL_CLOSE_NOTIFY, 3 * self.PART, 1, 0))
                    self.assertNotIn('[E/tls]', result['output'])
                    self.assertNotIn('[W/tls]', result['output'])

    def test_end_of_the_connection_without_close_notify_is_reported(self):
        def talk(tls):
            tls.sendall(pattern(0, 100))
            tls.shutdown(2)             # the socket's, not TLS's
        with Server(pki().server, talk) as server:
            result = self.case(server.port, read='all')
        self.check_report(dict(result, code=0), 0, 'closed', 'read', received=100, intact=1,
                          what='without close_notify', log='[E/tls]')
        self.assertEqual(result['code'], -0x9007)

    def test_a_shorter_limit_of_the_socket_applies(self):
        result = self.read_through(peer.silence, 1, rcvtimeo=300, io_timeout=9000)
        self.check_report(result, TIMEOUT, 'timeout', 'read', number=300)
        self.assertTrue(299 <= result['call_ms'] < late(300), result['call_ms'])

    def test_read_works_again_after_its_limit(self):
        for on in (False, True):
            with self.subTest('in a record' if on else 'between records'):
                action = peer.pause(1.0)
                result = self.read_through(action, 1, on, io_timeout=300, retry=20)
                self.assertEqual((result['ret'], result['received'], result['intact']),
                                 (SSL_CLOSE_NOTIFY, 3 * self.PART, 1), result['what'])
                self.assertGreaterEqual(result['timeouts'], 2)

    def test_read_works_again_after_its_limit_in_the_middle_of_a_record(self):
        def action(link, record):
            link.device.sendall(record[:100])
            time.sleep(1.0)
            link.device.sendall(record[100:])
            return True
        result = self.read_through(action, 1, True, io_timeout=300, retry=20)
        self.assertEqual((result['ret'], result['received'], result['intact']),
                         (SSL_CLOSE_NOTIFY, 3 * self.PART, 1), result['what'])
        self.assertGreaterEqual(result['timeouts'], 2)

    def test_read_keeps_its_limit_while_a_record_trickles(self):
        """A peer that sends a byte now and then has sent nothing: one record has to come within the limit."""
        for interval in (0.05, 0.0002):
            with self.subTest(interval):
                def run():
                    return self.read_through(peer.trickle(interval), 1, True, io_timeout=400, timeout=60)
                try:
                    result = run()
                except AssertionError as error:
                    self.fail('read does not come back: ' + str(error)[:300])
                self.assertEqual((result['ret'], result['received']), (TIMEOUT, self.PART), result['what'])
                self.assertLess(result['call_ms'], late(400))

    def test_damaged_record_is_reported_and_none_of_it_delivered(self):
        def flip(at):
            return peer.replace(lambda record: record[:at % len(record)] + bytes([record[at % len(record)] ^ 4]) +
                                record[at % len(record) + 1:])
        for at in (5, 12, 20, 1000, -1):
            with self.subTest(at):
                result = self.read_through(flip(at), 1, True, io_timeout=2000)
                self.check_report(result, -0x7180, 'other', 'read', received=self.PART, intact=1, what='damaged')

    def test_repeated_swapped_and_dropped_records_are_refused(self):
        kept = []

        def swap(link, record):
            kept.append(record)
            return True
        for name, action in (('repeated', peer.replace(lambda record: record + record)), ('dropped', swap)):
            with self.subTest(name):
                result = self.read_through(action, 1, True, io_timeout=2000)
                received = (2 if name == 'repeated' else 1) * self.PART
                self.check_report(result, -0x7180, 'other', 'read', received=received, intact=1, what='damaged')

    def test_plain_bytes_among_the_data_are_refused(self):
        answers = {'HTTP': b'HTTP/1.1 502 Bad Gateway\r\n\r\n', 'a plain alert': b'\x15\x03\x03\x00\x02\x01\x00',
                   'plain data': b'\x17\x03\x03\x00\x05hello', 'garbage': hashlib.sha256(b'x').digest()}
        for name, data in answers.items():
            with self.subTest(name):
                result = self.read_through(peer.send(data), 1, io_timeout=1000)
                self.assertLess(result['ret'], 0)
                self.assertEqual((result['stage'], result['received'], result['intact']), ('read', self.PART, 1))
                self.assertNotIn(result['reason'], ('none', 'closed', 'no-memory'), result['what'])
                if name == 'HTTP':
                    self.assertEqual(result['reason'], 'not-tls')

    # Writing.

    def write_to(self, talk, **keys):
        with Server(pki().server, talk) as server:
            server.socket.setsockopt(1, 8, 16384)       # SO_RCVBUF, inherited by each connection
            return self.case(server.port, **dict(self.CONNECTED, **keys))

    def test_write_gives_up_a_peer_that_does_not_read(self):
        def talk(tls):
            time.sleep(6)
        for keys in ({}, {'chunk': 4096}):
            with self.subTest(keys):
                result = self.write_to(talk, send=8000000, io_timeout=400, **keys)
                self.assertEqual((result['stage'], result['ret'], result['errno']),
                                 ('write', TIMEOUT, errno.ETIMEDOUT), result['what'])
                self.check_report(result, TIMEOUT, 'timeout', 'write', number=400, remedy='io_timeout')
                self.assertTrue(0 < result['sent'] < 8000000, result['sent'])
                self.assertTrue(399 <= result['call_ms'] < late(400), result['call_ms'])

    def test_write_returns_what_was_sent_and_continues_with_the_rest(self):
        """A peer that reads late gets every byte once, in order, although writes timed out in between."""
        total, digests = 6000000, []

        def talk(tls):
            time.sleep(1.5)
            digest, received = hashlib.sha256(), 0
            while received < total:
                data = tls.recv(65536)
                if not data:
                    break
                digest.update(data)
                received += len(data)
            digests.append((received, digest.hexdigest()))
            common.send_and_end(tls)
        result = self.write_to(talk, send=total, chunk=4096, io_timeout=200, retry=60, read='all')
        self.assertEqual((result['ret'], result['sent']), (SSL_CLOSE_NOTIFY, total), result['what'])
        self.assertGreaterEqual(result['timeouts'] + result['partials'], 1)
        self.assertEqual(digests, [(total, hashlib.sha256(pattern(0, total)).hexdigest())])

    def test_write_reports_reset(self):
        def talk(tls):
            tls.recv(1)
            tls.setsockopt(1, 13, b'\1\0\0\0\0\0\0\0')  # SO_LINGER
            tls.close()
        result = self.write_to(talk, send=8000000, chunk=4096)
        self.check_report(result, NET_CONN_RESET, 'reset', 'write')
        self.assertEqual(result['errno'], errno.ECONNRESET)

    def test_close_does_not_wait_for_a_peer_that_does_not_read(self):
        def talk(tls):
            time.sleep(3)
        result = self.write_to(talk, send=8000000, io_timeout=300)
        self.check_time(result, 2500)


if __name__ == '__main__':
    unittest.main()
