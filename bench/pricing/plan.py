# SPDX-License-Identifier: Apache-2.0
"""Which builds it takes to price what: for each option two configurations, one without it and one with it.

    items, skipped = plan.items(['ALPN'])
"""
import collections
import fnmatch

from kconfiglib import BOOL, INT

from bench.pricing import bases
from bench.pricing.menu import Menu, Unreachable

# Configuration: the text of a .config, and arguments of SConstruct.
Configuration = collections.namedtuple('Configuration', 'text arguments')
# given: on both sides, but not in the base; along: other differences between the two, as they are with the option.
# against: of a number, its value in the base.
Item = collections.namedtuple('Item', 'base name against server without having given along')


def is_wanted(name, words):
    return not words or any(fnmatch.fnmatchcase(name.upper(), '*%s*' % word.upper()) for word in words)


def prompt(symbol):
    return next(node.prompt[0] for node in symbol.nodes if node.prompt)


def numbers(symbol):
    """[value] to price of a symbol that is a number."""
    return [str(value) for value in bases.VALUES.get(symbol.name, ())]


class Planner:
    def __init__(self, base, package=None):
        self.base = base
        self.menu = Menu(base, package) if package else Menu(base)
        self.menu.apply({})
        self.start = self.menu.values()
        self.chosen = {symbol.name for symbol in self.menu.options if symbol.user_value is not None}

    def configuration(self, settings, **arguments):
        """(Configuration, {symbol: value} of the menu)"""
        if not self.menu.apply(settings):
            raise Unreachable('cannot be had together with ' + ' '.join('='.join(pair) for pair in settings.items()))
        return Configuration(self.menu.text(), tuple(sorted(arguments.items()))), self.menu.values()

    def pair(self, name, symbol, without, having):
        """Item of a symbol with one value and with another."""
        given = self.menu.reach(symbol.name, *dict.fromkeys([without, having]))
        return self.item(name, symbol, given, {symbol.name: without}, {symbol.name: having})

    def item(self, name, symbol, given, without, having):
        """given, without, having: settings"""
        one, before = self.configuration(dict(given, **without))
        other, after = self.configuration(dict(given, **having))
        members = [member.name for member in symbol.choice.syms] if symbol.choice else [symbol.name]
        along = self.worth_telling(symbol, {
            key: after[key] for key in after
            if after[key] != before[key] and key not in members and self.menu.symbol(key).type == BOOL})
        with_rsa = before.get('PKG_MBEDTLS_RSA') == after.get('PKG_MBEDTLS_RSA') == 'y'
        server = 'rsa' if symbol.name in bases.RSA_SERVER and with_rsa else 'ec'
        return Item(self.base, name, without.get(symbol.name, ''), server, one, other, given, along)

    def worth_telling(self, symbol, along):
        """The differences that the symbol causes, and the settings of the base that go with it. Left out are
        the options of something that goes, or of its replacement."""
        through, found = {symbol.name}, None
        while found != through:
            found = set(through)
            through |= {key for key, value in along.items() if value == 'y' and found & self.menu.causes(key)}
        return {key: value for key, value in along.items()
                if (key in through if value == 'y' else key in self.chosen)}

    def of_symbol(self, symbol):
        """[Item]"""
        if symbol.name in bases.SKIPPED:
            raise Unreachable(bases.SKIPPED[symbol.name])
        if symbol.name not in bases.ROOTS and bases.HAS_BYTES.search(prompt(symbol)):
            raise Unreachable('its bytes stand in the menu: tools/roots price')
        if symbol.type == BOOL and symbol.choice:
            if symbol.choice.selection is symbol or self.start[symbol.name] == 'y':
                raise Unreachable('is what the base has chosen')
            return [self.item(symbol.name, symbol, {}, {}, {symbol.name: 'y'})]
        if symbol.type == BOOL:
            return [self.pair(symbol.name, symbol, 'n', 'y')]
        if symbol.type == INT and numbers(symbol):
            return self.of_number(symbol)
        raise Unreachable('a number: none of its values is priced' if symbol.type == INT else 'a text')

    def of_number(self, symbol):
        given = self.menu.reach(symbol.name, *numbers(symbol)[:1])
        self.menu.apply(given)
        usual = symbol.str_value
        return [self.pair('%s=%s' % (symbol.name, value), symbol, usual, value)
                for value in numbers(symbol) if value != usual]

    def of_build(self):
        """[Item] of what SConstruct's arguments change."""
        plain, _ = self.configuration({})
        return [Item(self.base, '%s=%s' % pair, '', 'ec', plain, plain._replace(arguments=(pair,)), {}, {})
                for pair in bases.ARGUMENTS]

    def items(self, words, known=()):
        """([Item], {name: why not}). known: names that are already priced; those of bases.WITH_2_28 are priced again"""
        found, skipped = [], {}
        for symbol in self.menu.options:
            names = [symbol.name] + ['%s=%s' % (symbol.name, value) for value in numbers(symbol)]
            if not any(is_wanted(name, words) for name in names):
                continue
            if symbol.name in known and symbol.name not in bases.WITH_2_28:
                continue
            try:
                found += self.of_symbol(symbol)
            except Unreachable as reason:
                skipped[symbol.name] = str(reason)
        return [item for item in found + self.of_build() if is_wanted(item.name, words)], skipped

    def steps(self):
        """[(bases.Step, {symbol: value} that it changes, Configuration)] of the steps."""
        settings, arguments, found = {}, {}, []
        for step in bases.STEPS:
            these = self.that_hold(settings, step.settings)
            if these or step.arguments:
                settings, arguments = dict(settings, **these), dict(arguments, **step.arguments)
                found.append((step, these, self.configuration(settings, **arguments)[0]))
        return found

    def that_hold(self, before, settings):
        """The settings of a step that change something; none if the first, which gives the step its title, does not."""
        offered = {name: value for name, value in settings.items() if self.menu.offers(name)}
        self.menu.apply(before)
        start = self.menu.values()
        self.menu.apply(dict(before, **offered))
        these = {name: value for name, value in offered.items()
                 if self.menu.symbol(name).str_value == value != start[name]}
        return these if not settings or next(iter(settings)) in these else {}


def items(words):
    """([Item] of all bases, {name of a base: {name: why not}})"""
    found, skipped, known = [], {}, set()
    for base in bases.BASES:
        planner = Planner(base)
        some, skipped[base.name] = planner.items(words, known if base.engine == '2.28' else ())
        found += some
        known |= {symbol.name for symbol in planner.menu.options
                  if not skipped[base.name].get(symbol.name, '').startswith('depends on')}
    return found, skipped
