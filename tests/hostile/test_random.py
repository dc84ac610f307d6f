# SPDX-License-Identifier: Apache-2.0
"""Random sources that fail: no session begins."""
import unittest

from . import common
from .common import HOST, RANDOM, Server, pki

FAILURES = ('stuck', 'absent', 'error')


class Random(unittest.TestCase, common.Checks):

    def check_refused(self, device, option, behaviour, **keys):
        with Server(pki().server) as server:
            result = device.case(options=[option, behaviour], host=HOST, port=server.port, read='all', **keys)
        self.assertEqual(result['stage'], 'init')
        self.check_report(result, RANDOM, 'no-random', 'init', what='the random source failed',
                          remedy='menuconfig, Random source', log='[E/tls] init failed: -0x9005')
        self.assertNotIn('Connected', result['output'])
        self.assertEqual(server.connections, 0)
        for text in common.SUCCESSES:
            self.assertNotIn(text, result['output'])

    def test_init_reports_failing_function_of_the_board(self):
        for behaviour in FAILURES:
            for keys in ({}, {'end': 1}, {'verify': 'nothing'}):
                with self.subTest(behaviour, keys=keys):
                    self.check_refused(common.device(), '--board-random', behaviour, **keys)

    def test_every_configured_source_has_to_work(self):
        """Two sources: a working one does not make up for a failing one."""
        for option in ('--rng', '--board-random'):
            for behaviour in FAILURES:
                with self.subTest(option, behaviour=behaviour):
                    self.check_refused(common.variant(), option, behaviour)

    def test_each_session_of_a_device_without_randomness_is_refused(self):
        with Server(pki().server) as server:
            results = common.device().cases(options=['--board-random', 'stuck'], host=HOST, port=server.port, times=3)
        self.assertEqual([result['ret'] for result in results], [RANDOM] * 3)
        self.assertEqual([(result['heap'], result['fds']) for result in results], [(0, 0)] * 3)

    def test_hellos_of_two_starts_differ(self):
        """The client's random and its key share: today's package repeated both at each start."""
        for device in (common.device(), common.variant()):
            randoms = set()
            for _ in range(3):
                hello = first_record(device)
                randoms.add(hello[11:43])
            self.assertEqual(len(randoms), 3)


def first_record(device):
    """What the device sends first."""
    class Ear(common.Listener):
        def serve(self, connection):
            hellos.append(connection.recv(4096))

    hellos = []
    with Ear() as server:
        device.case(host=HOST, port=server.port)
    return hellos[0]


if __name__ == '__main__':
    unittest.main()
