# SPDX-License-Identifier: Apache-2.0
"""Random configurations: of those that make randconfig tries as many as have every switch on and off."""
import unittest

import kconfiglib

from chance import campaign
from chance.draw import Menu

# Six of each engine, which had every switch of the menu on and off when they were chosen. For switches that
# came later others are added.
SEEDS = [0, 4, 8, 36, 126, 184, 3, 7, 23, 81, 85, 173]
DRAWN = range(300)              # those of make randconfig


def values(menu, drawn):
    """(name, value) of each switch in a drawn configuration."""
    return {(symbol.name, drawn.settings[symbol.name]) for symbol in menu.symbols if symbol.type == kconfiglib.BOOL}


def seeds():
    """SEEDS, and more until every value that any seed draws for a switch is among them."""
    menu = Menu()
    drawn = {seed: values(menu, menu.draw(seed)) for seed in DRAWN}
    chosen = list(SEEDS)
    missing = set().union(*drawn.values()).difference(*(drawn[seed] for seed in chosen))
    while missing:
        chosen.append(max(drawn, key=lambda seed: len(drawn[seed] & missing)))
        missing -= drawn[chosen[-1]]
    return chosen


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

    def test_they_build_without_a_warning_and_connect_to_servers_with_a_common_suite(self):
        counts, failures, chosen = campaign.Counts(), [], seeds()
        for drawn, outcome in campaign.run(list(campaign.drawings(chosen))):
            counts.add(outcome)
            print('seed %d: %d sessions' % (drawn.seed, len(outcome.sessions)), flush=True)
            failures += ['seed %d, %s, %s: %s\nkept as %s' % (drawn.seed, drawn.origin, drawn.engine, failure,
                                                              campaign.path_of(drawn.seed))
                         for failure in outcome.failures]
        print('\ncount: ' + str(counts), flush=True)
        self.assertEqual(failures, [], '\n\n'.join(failures))
        self.assertGreaterEqual(counts.connected, 0.8 * len(chosen), 'too few of the configurations connect')


if __name__ == '__main__':
    unittest.main()
