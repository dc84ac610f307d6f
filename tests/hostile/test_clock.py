# SPDX-License-Identifier: Apache-2.0
"""A device whose clock is not set (manual 3.2.2, 5.12.2)."""
import json
import time
import unittest

from tools.mbedtls_host.device import REASONS

from . import common
from .common import CLOCK_UNSET, CN_MISMATCH, EXPIRED, HOST, NOT_TRUSTED, SSL_CLOSE_NOTIFY, VERIFY_FAILED, Server, pki

UNSET = {'1970': '1970-01-01 00:00', '1514764800': '2018-01-01 00:00', 'none': '1970-01-01 00:00:00'}
DAY = 86400


class Clock(unittest.TestCase, common.Checks):

    @classmethod
    def setUpClass(cls):
        cls.device = common.device()

    def test_connect_refuses_an_unset_clock_before_it_connects(self):
        with Server(pki().server) as server:
            for clock, text in UNSET.items():
                for keys in ({}, {'step': 1}, {'end': 1}):
                    with self.subTest(clock, keys=keys):
                        result = self.device.case(options=['--clock', clock], host=HOST, port=server.port, **keys)
                        self.check_failed(result, CLOCK_UNSET, 'clock', 'certificate check',
                                          what='clock not set: it says ' + text, remedy='date or ntp_sync',
                                          log='clock not set: ')
                        self.assertNotIn('Connected', result['output'])
            self.assertEqual(server.connections, 0)

    def test_unset_clock_is_reported_before_the_name_is_looked_up(self):
        result = self.device.case(options=['--clock', '1970', '--resolve', 'x.test=!hang'], host='x.test', port=1)
        self.check_failed(result, CLOCK_UNSET, 'clock', 'certificate check')
        self.check_time(result, 0)

    def test_date_sets_the_clock_and_the_session_works(self):
        with Server(pki().server) as server:
            case = 'tls_case host=%s port=%d read=all' % (HOST, server.port)
            today = time.strftime('%Y %m %d %H %M %S', time.gmtime())
            _, output = self.device.run('%s; date %s; %s' % (case, today, case), ['--clock', '1970'])
        first, second = (json.loads(line[7:]) for line in output.splitlines() if line.startswith('RESULT '))
        self.assertEqual((first['ret'], REASONS[first['reason']]), (CLOCK_UNSET, 'clock'))
        self.assertEqual((second['ret'], second['code']), (SSL_CLOSE_NOTIFY, 0), second['what'])
        self.assertIn('Certificate verified success', output)

    def test_clock_before_the_build_is_unset_and_after_it_is_not(self):
        """The build's day is today or some days ago; the certificates are two days old."""
        with Server(pki().server) as server:
            for offset, ret in ((-400 * DAY, CLOCK_UNSET), (0, SSL_CLOSE_NOTIFY), (10 * DAY, SSL_CLOSE_NOTIFY),
                                (400 * DAY, VERIFY_FAILED), (30000 * DAY, VERIFY_FAILED)):
                with self.subTest(days=offset // DAY):
                    result = self.device.case(options=['--clock', str(int(time.time()) + offset)], host=HOST,
                                              port=server.port, read='all')
                    self.assertEqual(result['ret'], ret, result['what'])

    def test_session_refused_for_its_clock_cannot_connect(self):
        with Server(pki().server) as server:
            result = self.device.case(options=['--clock', '1970'], host=HOST, port=server.port, again=1)
        self.assertEqual((result['stage'], result['ret']), ('again', CLOCK_UNSET))
        self.assertEqual(server.connections, 0)


class ClockThatDoesNotCount(unittest.TestCase, common.Checks):
    """PKG_MBEDTLS_CLOCK_SKIP_DATES: everything but dates is checked while the clock is unset."""

    @classmethod
    def setUpClass(cls):
        cls.device = common.variant()
        cls.past = pki().issuing.server(common.NAME, names=['IP:' + HOST], start=-30, end=-3)
        cls.coming = pki().issuing.server(common.NAME, names=['IP:' + HOST], start=3, end=30)

    def connect(self, certificate, clock, **keys):
        with Server(certificate) as server:
            return self.device.case(options=['--clock', clock], host=HOST, port=server.port, read='all', **keys)

    def test_session_connects_with_an_unset_clock(self):
        for clock in UNSET:
            for certificate in (pki().server, pki().rsa_server, self.past, self.coming):
                with self.subTest(clock, certificate=certificate.pem):
                    self.check_connected(self.connect(certificate, clock))

    def test_wrong_name_and_unknown_issuer_are_refused_all_the_same(self):
        for clock in UNSET:
            with self.subTest(clock):
                result = self.connect(pki().server, clock, name='other.test')
                self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', flags=CN_MISMATCH)
                result = self.connect(pki().stranger_server, clock)
                self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', flags=NOT_TRUSTED,
                                  what='issued by Hostile Stranger')

    def test_dates_are_checked_again_once_the_clock_is_set(self):
        result = self.connect(self.past, 'host')
        self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', flags=EXPIRED)
        result = self.connect(self.coming, 'host')
        self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', flags=common.FUTURE)


if __name__ == '__main__':
    unittest.main()
