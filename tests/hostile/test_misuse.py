# SPDX-License-Identifier: Apache-2.0
"""Calls at the wrong time and invalid members: a readable error, no harm."""
import unittest

from . import common
from .common import (HOST, NAME, NET_CONNECT_FAILED, NET_UNKNOWN_HOST, NO_HOST, OK, SSL_CLOSE_NOTIFY, STATE, Server,
                     pki)

# Wrong call, the step that its report names.
WRONG_CALLS = {
    'read-without-init': 'read',
    'write-without-init': 'write',
    'connect-without-init': 'connect',
    'context-without-init': 'context',
    'read-without-context': 'read',
    'connect-without-context': 'connect',
    'read-without-connect': 'read',
    'write-without-connect': 'write',
    'context-twice': 'context',
    'context-once-connected': 'context',
    'connect-twice': 'connect',
    'read-nowhere': 'read',
    'read-zero': 'read',
}
HARMLESS_CALLS = ('end-without-init', 'close-nothing', 'end-without-context', 'write-nothing')


class Misuse(unittest.TestCase, common.Checks):

    @classmethod
    def setUpClass(cls):
        cls.device = common.device()
        cls.server = Server(pki().server).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def case(self, **keys):
        keys.setdefault('host', HOST)
        keys.setdefault('port', self.server.port)
        return self.device.case(**keys)

    def test_wrong_call_is_reported(self):
        for call, step in WRONG_CALLS.items():
            with self.subTest(call):
                result = self.case(misuse=call)
                self.assertEqual(result['stage'], 'misuse')
                self.check_report(result, STATE, 'state', step, what='called at the wrong time',
                                  log='called at the wrong time')

    def test_session_goes_on_after_a_wrong_call(self):
        for call in WRONG_CALLS:
            with self.subTest(call):
                result = self.case(misuse=call, go=1, read='all')
                self.assertEqual((result['misused'], result['stage'], result['ret']),
                                 (STATE, 'read', SSL_CLOSE_NOTIFY), result['what'])

    def test_harmless_calls_do_nothing(self):
        for call in HARMLESS_CALLS:
            with self.subTest(call):
                result = self.case(misuse=call)
                self.assertEqual((result['ret'], result['code']), (OK, 0))
                self.assertNotIn('[E/tls]', result['output'])

    def test_session_of_zeros_can_be_closed_and_ended(self):
        for call in ('end-without-init', 'end-without-context'):
            result = self.case(misuse=call)
            self.assertEqual((result['stage'], result['ret']), ('misuse', OK))

    def test_session_can_be_ended_twice_and_used_anew(self):
        """end=1 ends twice; the same static session then begins again."""
        results = self.device.cases(host=HOST, port=self.server.port, read='all', end=1, times=3)
        self.assertEqual([result['ret'] for result in results], [SSL_CLOSE_NOTIFY] * 3)
        self.assertEqual([(result['heap'], result['blocks'], result['fds']) for result in results], [(0, 0, 0)] * 3)

    def test_missing_host_and_port_are_reported(self):
        for keys in ({'host': '-'}, {'port': '-'}, {'host': '-', 'port': '-'}, {'host': '-', 'name': NAME}):
            with self.subTest(keys):
                result = self.case(**keys)
                self.check_failed(result, NO_HOST, 'no-host', 'connect', what='no host or no port',
                                  remedy='set session->host and session->port')

    def test_empty_host_is_refused(self):
        result = self.case(host='')
        self.assertLess(result['ret'], 0)
        self.assertNotIn('Connected', result['output'])

    def test_invalid_ports_are_refused(self):
        """A decimal from 1 to 65535, nothing else: 99999 is not taken modulo 65536."""
        low = self.server.port + 65536
        for port in ('abc', '99999', str(low), '0', '-1', '443x', 'https', ''):
            with self.subTest(port):
                connections = self.server.connections
                result = self.case(port=port)
                self.assertEqual(self.server.connections, connections, 'it has connected to another port')
                self.check_failed(result, result['ret'], result['reason'], result['step'])
                self.assertIn(result['ret'], (NET_UNKNOWN_HOST, NET_CONNECT_FAILED, NO_HOST), result['what'])
                self.assertIn('port', result['what'] + result['remedy'])
                if result['ret'] == NO_HOST:
                    self.assertIn(': %s, %s' % (HOST, port), result['what'])

    def test_invalid_hosts_are_refused(self):
        for host in ('127.0.0.1.', '127.0.0', '256.0.0.1', '::g', '..', 'a..b', 'x' * 70 + '.test', 'x' * 300):
            with self.subTest(host):
                result = self.case(host=host, connect_timeout=8000)
                self.assertLess(result['ret'], 0)
                self.assertNotIn('Certificate verified', result['output'])
                self.assertNotEqual(result['what'], 'no failure')

    def test_hosts_that_hold_more_than_a_name_are_shown(self):
        for host in ('https://a.test', 'a.test/', 'a.test/path', 'a.test:443', 'mqtts://a.test:8883', '127.0.0.1:443',
                     '[::1]', '[::1]:443', 'user@a.test', 'a.test%20', '"a.test"', '*.a.test'):
            with self.subTest(host):
                result = self.case(host=host, connect_timeout=8000)
                self.check_failed(result, NET_UNKNOWN_HOST, 'name-not-found', 'name look-up', what=': ' + host,
                                  remedy='bare name or address, without scheme, port', log=host)
        result = self.case(host='no-such-name.invalid', connect_timeout=8000)
        self.check_failed(result, NET_UNKNOWN_HOST, 'name-not-found', 'name look-up', what=': no-such-name.invalid',
                          remedy='DNS server')

    def test_tls_test_prints_its_usage(self):
        for arguments in ('https://a.test', '-h', 'a.test https', 'a.test 443 / x'):
            with self.subTest(arguments):
                _, output = self.device.run('tls_test ' + arguments)
                self.assertIn('usage: tls_test [host [port [path]]]', output)
                self.assertNotIn('MbedTLS test sample', output)

    def test_failed_session_reports_the_same_again(self):
        """again=1 after a refused certificate: the second report is the second failure's."""
        with Server(pki().stranger_server) as server:
            result = self.device.case(host=HOST, port=server.port, again=1)
        self.assertEqual((result['stage'], result['ret'], result['reason']), ('again', common.VERIFY_FAILED,
                                                                             'certificate'))
        self.assertEqual(result['output'].count('verify peer certificate fail....'), 2)


if __name__ == '__main__':
    unittest.main()
