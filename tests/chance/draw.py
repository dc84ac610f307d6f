# SPDX-License-Identifier: Apache-2.0
"""Random configurations: the same one for the same seed.

    drawn = Menu().draw(7)
    drawn.origin, drawn.settings        # 'near minimal-rsa', {'PKG_MBEDTLS_CCM': 'y', ...}

Every second seed has Mbed TLS 2.28. A third of the seeds sets every symbol at random,
with a probability of its own; the others start at a profile and change some of its
symbols, since random values alone hardly ever give a sensible configuration. The draw
of a symbol depends on its name and the seed only: a new line in Kconfig leaves the
values of all others unchanged.
"""
import os
import random
import re
import types

import kconfiglib

from tools.mbedtls_host.device import REPOSITORY
from tools.mbedtls_settings import profiles

PROFILES = os.path.join(REPOSITORY, 'defconfig')
RTT_ROOT = os.path.join(REPOSITORY, 'targets', 'rtthread')

# Every build on Linux with the tests' roots has these.
FIXED = {
    'PKG_USING_MBEDTLS': 'y',
    'PKG_USING_MBEDTLS_USER_CERTS': 'y',
    'PKG_MBEDTLS_NET_CUSTOM': 'n',              # the board would have to bring the network
    'FINSH_ARG_MAX': '32',
}
# Symbols of the kernel that the package's depend on.
KERNEL = ['RT_USING_HWCRYPTO', 'RT_HWCRYPTO_USING_RNG', 'RT_USING_LWIP']
SOURCES = ['PKG_MBEDTLS_RANDOM_HWCRYPTO', 'PKG_MBEDTLS_RANDOM_BOARD', 'PKG_MBEDTLS_RANDOM_SEED']

# These depend on so many symbols that random values would not reach them: one seed of 16 has one of these.
DIRECT = {
    'PKG_MBEDTLS_RANDOM_MIN_ENTROPY': '8', 'PKG_MBEDTLS_RANDOM_SEED': 'n', 'PKG_MBEDTLS_RANDOM_HWCRYPTO': 'n',
    'PKG_MBEDTLS_RANDOM_BOARD': 'y', 'PKG_MBEDTLS_SESSION_DRBG': 'n', 'PKG_MBEDTLS_RANDOM_DIRECT': 'y',
}
RARE = [DIRECT, {**DIRECT, 'PKG_MBEDTLS_CHACHAPOLY': 'y', 'PKG_MBEDTLS_GCM': 'n', 'PKG_MBEDTLS_CCM': 'n',
                 'PKG_MBEDTLS_CBC': 'n', 'PKG_MBEDTLS_AES': 'n'}]

DENSITIES = [0.1, 0.3, 0.5, 0.8]                # of the symbols set, without a profile
CHANGES = [0.02, 0.05, 0.15]                    # share of a profile's symbols that change


class Menu:
    """The menu of the Linux build."""

    def __init__(self):
        os.environ.update(RTT_ROOT=RTT_ROOT, PACKAGE_ROOT=REPOSITORY)
        self.menu = kconfiglib.Kconfig(os.path.join(REPOSITORY, 'targets', 'posix', 'Kconfig'), warn_to_stderr=False)
        self.symbols = [symbol for symbol in self.menu.unique_defined_syms if self.is_drawn(symbol)]
        self.choices = [choice for choice in self.menu.unique_choices
                        if all(symbol.name.startswith('PKG_MBEDTLS_') for symbol in choice.syms)]

    @staticmethod
    def is_drawn(symbol):
        """A switch or a number of the package with a line in the menu. Texts name files and hosts."""
        return (symbol.type in (kconfiglib.BOOL, kconfiglib.INT) and not symbol.choice
                and symbol.name not in FIXED and any(node.prompt for node in symbol.nodes)
                and (symbol.name in KERNEL or re.match('(PKG_(USING_)?)?MBEDTLS_', symbol.name)))

    def draw(self, seed):
        """Set the menu at random; Kconfig takes care of dependencies."""
        for symbol in self.menu.unique_defined_syms:
            symbol.unset_value()
        for choice in self.menu.unique_choices:
            choice.unset_value()
        origin, share = self.start(seed)
        for name, value in FIXED.items():
            self.set(name, value)
        for choice in self.choices:
            self.draw_choice(choice, seed, share)
        for symbol in self.symbols:
            self.draw_symbol(symbol, seed, origin, share)
        # Twice: the range of a number may depend on a switch that came later.
        for symbol in self.symbols:
            if symbol.type == kconfiglib.INT:
                self.draw_symbol(symbol, seed, origin, share)
        if all(self.menu.syms[name].str_value == 'n' for name in SOURCES):
            self.set('PKG_MBEDTLS_RANDOM_BOARD', 'y')
        dice = random.Random('rare %d' % seed)
        if dice.random() < 1 / 16:
            for name, value in dice.choice(RARE).items():
                self.set(name, value)
        return self.drawn(seed, 'near ' + origin if origin else 'no profile')

    def load(self, path, seed):
        """Load a configuration from a file."""
        self.menu.load_config(path)
        return self.drawn(seed, os.path.basename(path))

    def drawn(self, seed, origin):
        warnings = self.warnings()
        settings = {symbol.name: symbol.str_value for symbol in self.menu.unique_defined_syms}
        engine = '2.28' if settings['PKG_MBEDTLS_ENGINE_2_28'] == 'y' else '3.6'
        return types.SimpleNamespace(seed=seed, origin=origin, engine=engine, warnings=warnings, settings=settings)

    def start(self, seed):
        """The profile to start from (None: no profile), and the share of symbols that change."""
        dice = random.Random('start %d' % seed)
        if dice.random() < 1 / 3:
            return None, dice.choice(DENSITIES)
        # A new profile takes some of the seeds, and leaves all others where they are.
        origin = min(profiles.available(PROFILES), key=lambda name: random.Random('%d %s' % (seed, name)).random())
        profiles.apply(self.menu, PROFILES, origin)
        return origin, dice.choice(CHANGES)

    def set(self, name, value):
        self.menu.syms[name].set_value(value)

    def draw_choice(self, choice, seed, share):
        names = sorted(symbol.name for symbol in choice.syms)
        if 'PKG_MBEDTLS_ENGINE_2_28' in names:
            self.set('PKG_MBEDTLS_ENGINE_2_28' if seed % 2 else 'PKG_MBEDTLS_ENGINE_3_6', 'y')
            return
        dice = random.Random('%d %s' % (seed, names[0]))
        if dice.random() < share:
            self.set(dice.choice(names), 'y')

    def draw_symbol(self, symbol, seed, origin, share):
        dice = random.Random('%d %s' % (seed, symbol.name))
        chance = dice.random()
        if symbol.type == kconfiglib.INT:
            if chance < share and symbol.visibility:
                symbol.set_value(str(self.number(symbol, dice)))
        elif origin is None:
            symbol.set_value('y' if chance < share else 'n')
        elif chance < share:
            symbol.set_value('n' if symbol.str_value == 'y' else 'y')

    @staticmethod
    def number(symbol, dice):
        """An end of its range as often as a number between them, where smaller ones are more likely."""
        low, high = next((int(low.str_value), int(high.str_value)) for low, high, condition in symbol.ranges
                         if kconfiglib.expr_value(condition))
        return dice.choice([low, high, int(low * (high / low) ** dice.random()) if low else dice.randint(low, high),
                            int(low + (high - low) * dice.random())])

    def warnings(self):
        """Kconfig's warnings about the values, above all of a select that breaks a dependency."""
        del self.menu.warnings[:]
        for symbol in self.menu.unique_defined_syms:
            _ = symbol.str_value
        return list(self.menu.warnings)

    def write(self, path, header=''):
        self.menu.write_config(path, header=header, save_old=False)
