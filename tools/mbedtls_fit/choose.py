# SPDX-License-Identifier: Apache-2.0
"""Settings out of the table of rules; Kconfig resolves the rest, so no invalid configuration comes out."""
import collections
import os

import kconfiglib

from .rules import FLOOR, KEPT, RULES, STEPS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOARD = os.path.join(ROOT, 'targets', 'mps2-an500')
# What the board's defconfig says of the board, not of the server.
BOARD_SYMBOLS = ('PKG_MBEDTLS_RANDOM_BOARD', 'PKG_MBEDTLS_NET_CUSTOM', 'PKG_USING_MBEDTLS_EXAMPLE')

# settings: {symbol: value} that differ from the defaults, or that a rule or the floor decides; reasons: {symbol: (value, why)};
# open: symbols that are on and that neither a rule, the level nor the floor holds
Choice = collections.namedtuple('Choice', 'settings reasons open')


def menu():
    """The board's menu, so that what it offers is what the image gets."""
    os.environ.update(RTT_ROOT=os.path.join(os.path.dirname(BOARD), 'rtthread'), PACKAGE_ROOT=ROOT)
    config = kconfiglib.Kconfig(os.path.join(BOARD, 'Kconfig'), warn=False)
    config.load_config(os.path.join(BOARD, 'defconfig'))
    return config


def in_words(value):
    return ('y' if value else 'n') if isinstance(value, bool) else str(value)


def is_offered(symbol):
    return symbol.visibility > 0 and any(node.prompt for node in symbol.nodes)


def counts(symbol):
    """Whether the menu offers a symbol, or has switched it on because there is no other way."""
    return is_offered(symbol) or symbol.str_value == 'y'


def reason(rule, symbol, off):
    if symbol.name in off:
        return 'sessions work without it'
    return 'not needed: ' + rule.why if symbol.str_value == 'n' and not rule.is_fixed else rule.why


def is_package(symbol):
    return symbol.name.startswith(('PKG_MBEDTLS_', 'PKG_USING_MBEDTLS_', 'MBEDTLS_'))


def wanted(need, steps=STEPS):
    return [(one, in_words(one.value(need))) for one in RULES if one.step in steps]


def apply(config, need, steps=STEPS, off=()):
    """Sets the menu; again until nothing changes, since one setting makes another visible."""
    values = [(one.symbol, value) for one, value in wanted(need, steps)]
    values += [(symbol, value) for symbol, (value, _) in FLOOR.items()] + [(symbol, 'n') for symbol in off]
    for _ in range(6):
        before = [symbol.str_value for symbol in config.unique_defined_syms]
        # What is switched on first: some settings may not be off while they are the only ones.
        for symbol, value in sorted(values, key=lambda pair: pair[1] == 'n'):
            if symbol in config.syms and config.syms[symbol].nodes:
                config.syms[symbol].set_value(value)
        if before == [symbol.str_value for symbol in config.unique_defined_syms]:
            break


def differences(config):
    """{symbol: value} of what the menu offers and is not at its default."""
    start, found = menu(), {}
    for symbol in config.unique_defined_syms:
        if is_package(symbol) and is_offered(symbol) and symbol.type != kconfiglib.STRING:
            default = start.syms[symbol.name]
            is_default = default.str_value == symbol.str_value and is_offered(default)
            if symbol.user_value is not None and not is_default:
                found[symbol.name] = symbol.str_value
    return found


def choose(need, steps=STEPS, off=()):
    config = menu()
    apply(config, need, steps, off)
    reasons = {one.symbol: (config.syms[one.symbol].str_value, reason(one, config.syms[one.symbol], off))
               for one, _ in wanted(need, steps)
               if one.symbol in config.syms and counts(config.syms[one.symbol])}
    for symbol, (_, why) in FLOOR.items():
        if symbol in config.syms and counts(config.syms[symbol]):
            reasons[symbol] = (config.syms[symbol].str_value, 'floor: ' + why)
    held = {one.symbol for one in RULES if not one.try_without(need)} | set(FLOOR) | set(KEPT)
    free = [symbol.name for symbol in config.unique_defined_syms
            if is_package(symbol) and is_offered(symbol) and symbol.type == kconfiglib.BOOL and symbol.str_value == 'y'
            and symbol.choice is None and symbol.name not in held and symbol.name not in BOARD_SYMBOLS]
    settings = differences(config)
    # All that is decided, since a .config may hold another value.
    settings.update((symbol, value) for symbol, (value, _) in reasons.items() if is_offered(config.syms[symbol]))
    return Choice(settings, reasons, free)


def below_floor(settings):
    """Symbols of the floor that these settings change."""
    return [symbol for symbol, (value, _) in FLOOR.items() if settings.get(symbol, value) != value]
