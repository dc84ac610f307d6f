# SPDX-License-Identifier: Apache-2.0
"""Random configurations: twenty of those that make randconfig tries."""
import unittest

import kconfiglib

from chance import campaign
from chance.draw import Menu

# Ten of each engine. Among them are TLS 1.3 alone and with short records, the oldest
# versions, servers, datagrams, logs that say nothing, no generator, self tests.
SEEDS = [2, 4, 6, 8, 16, 22, 32, 36, 46, 52, 3, 7, 9, 11, 15, 17, 23, 25, 39, 43]
DRAWN = range(300)              # those of make randconfig


class Drawing(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.menu = Menu()
        cls.drawn = [cls.menu.draw(seed) for seed in DRAWN]

    def test_the_same_seed_draws_the_same_configuration(self):
        other = Menu()
        for seed in (7, 100, 7):
            self.assertEqual(other.draw(seed).settings, self.drawn[seed].settings)

    def test_no_configuration_breaks_a_dependency(self):
        self.assertEqual([one.warnings for one in self.drawn if one.warnings], [])

    def test_every_switch_is_drawn_both_ways(self):
        """A symbol that no draw changes would not be tested here."""
        never = []
        for symbol in self.menu.symbols:
            values = {one.settings[symbol.name] for one in self.drawn}
            if symbol.type == kconfiglib.BOOL and values != {'y', 'n'} or len(values) < 2:
                never.append(symbol.name)
        self.assertEqual(never, [])

    def test_both_engines_are_drawn_equally_often(self):
        engines = [one.engine for one in self.drawn]
        self.assertEqual(engines.count('2.28'), engines.count('3.6'))


class Configurations(unittest.TestCase):

    def test_twenty_build_without_a_warning_and_connect_to_servers_with_a_common_suite(self):
        counts, failures = campaign.Counts(), []
        for drawn, outcome in campaign.run(list(campaign.drawings(SEEDS))):
            counts.add(outcome)
            print('seed %d: %d sessions' % (drawn.seed, len(outcome.sessions)), flush=True)
            failures += ['seed %d, %s, %s: %s\nkept as %s' % (drawn.seed, drawn.origin, drawn.engine, failure,
                                                              campaign.path_of(drawn.seed))
                         for failure in outcome.failures]
        print('\ncount: ' + str(counts), flush=True)
        self.assertEqual(failures, [], '\n\n'.join(failures))
        self.assertGreaterEqual(counts.connected, 16, 'too few of the configurations connect')


if __name__ == '__main__':
    unittest.main()
