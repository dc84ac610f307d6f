# SPDX-License-Identifier: Apache-2.0
"""The menu of the image: an option set on top of a base, and the settings that it needs.

    menu = Menu(base)
    menu.reach('PKG_MBEDTLS_ENCRYPT_THEN_MAC')      # {'PKG_MBEDTLS_CBC': 'y'}: what it needs to be switched
    menu.apply({'PKG_MBEDTLS_CBC': 'y'})
    menu.values()                                   # {symbol: value} of all that the menu shows
"""
import os

import kconfiglib
from kconfiglib import AND, EQUAL, NOT, OR, expr_items, expr_str, expr_value

from bench.pricing import bases
from tools.mbedtls_settings import profiles

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOARD = os.path.join(ROOT, 'targets', 'mps2-an500')
KERNEL = os.path.join(ROOT, 'targets', 'rtthread')


class Unreachable(Exception):
    """An option that cannot be switched against a base; says why."""


def is_prompted(symbol):
    return any(node.prompt for node in symbol.nodes)


def shortest(ways):
    """The way with the fewest settings; None if there is no way."""
    return min((way for way in ways if way is not None), key=len, default=None)


class Menu:
    def __init__(self, base, package=ROOT):
        os.environ.update(RTT_ROOT=KERNEL, PACKAGE_ROOT=package)
        self.base = base
        self.kconfig = kconfiglib.Kconfig(os.path.join(BOARD, 'Kconfig'), warn=False)
        file = os.path.realpath(os.path.join(package, 'Kconfig'))
        self.own = [symbol for symbol in self.kconfig.unique_defined_syms
                    if os.path.realpath(symbol.nodes[0].filename) == file]
        self.options = [symbol for symbol in self.own if is_prompted(symbol)]
        self.package = package

    def symbol(self, name):
        return self.kconfig.syms[name]

    def apply(self, settings):
        """Sets the base with these settings on top; false if one of them does not hold."""
        self.kconfig.load_config(os.path.join(BOARD, 'defconfig'))
        if 'PKG_USING_MBEDTLS_USER_CERTS' in self.kconfig.syms:
            self.symbol('PKG_USING_MBEDTLS_USER_CERTS').set_value('y')
        if 'PKG_MBEDTLS_TRUST_BOTH' in self.kconfig.syms:
            self.symbol('PKG_MBEDTLS_TRUST_BOTH').set_value('y')
        if self.base.profile:
            profiles.apply(self.kconfig, os.path.join(self.package, 'defconfig'), self.base.profile)
        settings = dict(dict(self.base.settings), **settings)
        for name, value in settings.items():
            self.symbol(name).set_value(value)
        return all(self.symbol(name).str_value == value for name, value in settings.items())

    def values(self):
        return {symbol.name: symbol.str_value for symbol in self.options}

    def text(self):
        """The text of the .config."""
        return ''.join(symbol.config_string for symbol in self.kconfig.unique_defined_syms)

    def causes(self, name):
        """Names of the symbols that its value depends on, apart from the user's own choice."""
        symbol = self.symbol(name)
        expressions = [symbol.direct_dep, symbol.rev_dep] + [condition for _, condition in symbol.defaults]
        return {item.name for expression in expressions for item in expr_items(expression)}

    def offers(self, name):
        return name in self.kconfig.syms and bool(self.symbol(name).nodes)

    def reach(self, name, *values):
        """Settings under which the symbol takes each of the values.

        The result satisfies its dependencies and switches off symbols that select it.
        """
        symbol, given = self.symbol(name), {}
        for _ in range(4):
            before = given
            for value in values:
                found = self._value(symbol, value, given, ())
                if found is None:
                    self.apply(given)
                    raise Unreachable(self._reason(symbol, value))
                given = {key: other for key, other in found.items() if key != name}
            if given == before:
                break
        self.apply({})
        return {key: value for key, value in given.items() if self.symbol(key).str_value != value}

    def _reason(self, symbol, value):
        if value == 'n' and expr_value(symbol.rev_dep):
            return 'is selected by ' + expr_str(symbol.rev_dep)
        needs = ' or '.join(sorted({expr_str(node.prompt[1]) for node in symbol.nodes if node.prompt}))
        return 'depends on ' + needs.replace('PKG_USING_MBEDTLS && ', '')

    def _has(self, symbol, value, settings):
        self.apply(settings)
        return symbol.str_value == value

    def _value(self, symbol, value, settings, path):
        """The settings and more, with which a symbol has a value; None if there are none."""
        if symbol in path or settings.get(symbol.name, value) != value:
            return None
        path += (symbol,)
        if self._has(symbol, value, settings):
            return dict(settings)
        if symbol.name in bases.FIXED or symbol not in self.own:
            return None
        if not is_prompted(symbol):
            return self._hidden(symbol, value, settings, path)
        settings = dict(settings, **{symbol.name: value})
        if self._has(symbol, value, settings):
            return settings
        return shortest(found for found in (self._all(way, settings, path) for way in self._ways(symbol, value))
                        if found is not None and self._has(symbol, value, found))

    def _all(self, way, settings, path):
        for expression, wanted in way * 2:          # a later setting may undo an earlier one
            settings = None if settings is None else self._expression(expression, wanted, settings, path)
        return settings

    def _ways(self, symbol, value):
        """[[(expression, what it has to be)]]"""
        shown = [(node.prompt[1], True) for node in symbol.nodes if node.prompt]
        if value == 'n':
            return [[(symbol.rev_dep, False)]] + [[(symbol.rev_dep, False), one] for one in shown]
        return [[one] for one in shown]

    def _hidden(self, symbol, value, settings, path):
        """A symbol without a prompt follows its selectors and its default's conditions."""
        causes = [symbol.rev_dep] + [condition for _, condition in symbol.defaults]
        if value == 'y':
            return shortest(self._expression(cause, True, settings, path) for cause in causes)
        return self._all([(cause, False) for cause in causes], settings, path)

    def _expression(self, expression, wanted, settings, path):
        self.apply(settings)
        if (expr_value(expression) > 0) == wanted:
            return dict(settings)
        if not isinstance(expression, tuple):
            return self._of_symbol(expression, wanted, settings, path)
        operator, parts = expression[0], expression[1:]
        if operator == NOT:
            return self._expression(parts[0], not wanted, settings, path)
        if operator in (AND, OR) and (operator == AND) == wanted:
            return self._all([(part, wanted) for part in parts], settings, path)
        if operator in (AND, OR):
            return shortest(self._expression(part, wanted, settings, path) for part in parts)
        if operator == EQUAL and wanted:
            return self._value(parts[0], parts[1].name, settings, path)
        return None

    def _of_symbol(self, symbol, wanted, settings, path):
        if symbol.is_constant:
            return None
        if wanted and is_prompted(symbol) and not symbol.visibility and symbol.rev_dep is not self.kconfig.n:
            found = self._expression(symbol.rev_dep, True, settings, path + (symbol,))
            if found is not None:
                return found
        return self._value(symbol, 'y' if wanted else 'n', settings, path)
