# SPDX-License-Identifier: Apache-2.0
"""docs/options.md: the manual's macros and what replaces them, from tools/macros.ini, Kconfig and prices."""
import json
import os

from . import answers, macros

HEAD = '''\
# The manual's macros

`tools/config document` writes this file from `tools/macros.ini` and Kconfig; the tests compare both with the engines. \
Do not edit a macro of the manual by hand: its symbol in menuconfig switches it. `tools/config check .config` \
says what replaced settings of an older `.config` or `rtconfig.h`.

- **symbol**: the symbol that switches the macro, or replaces it. Symbols with a star are not in the menu: \
other settings, mostly key exchanges, select them.
- **2.28, 3.6**: an *option* with this engine; *always* or *never* on; *absent*: the engine does not have it.
- **cost**: bytes on a Cortex-M7 when it is on, on top of the profile `default`, else `minimal-ecdsa`, else `default` \
with 2.28; for a number, the cost of its values compared with the default; empty if it was not measured \
([footprint](footprint.md)).
'''
MISPRINTS = '''
## Misprints and patterns

Names in the manual that no engine has ever had.

| as printed | manual | what is meant |
|---|---|---|
'''
TITLES = {
    '6.4.1': 'The most useful', '6.4.2': 'System', '6.4.3': 'Components', '6.4.4': 'Cipher suites',
    '6.4.5': 'Elliptic curves', '6.4.6': 'Versions of TLS', '6.4.7': 'DTLS',
}
COLUMNS = '''
## %s (%s)

| macro | manual | symbol | 2.28 | 3.6 | what it is | replacement | cost |
|---|---|---|---|---|---|---|---|
'''
PROFILES = ('default', 'minimal-ecdsa', 'default-2.28')        # the first one with a price counts
FIGURES = (('rom', 'ROM'), ('heap_peak', 'heap'), ('stack', 'stack'))


def text(menu, package):
    table = answers.table()
    prices = read_prices(os.path.join(package, 'docs', 'prices.json'))
    chapter, parts, misprints = None, [HEAD], [MISPRINTS]
    for macro in table.values():
        if macro.kind == 'older':
            continue
        if macro.means:
            misprints.append(misprint(table, macro))
            continue
        if macro.sections and macro.sections[0] in TITLES and macro.sections[0] != chapter:
            chapter = macro.sections[0]
            parts.append(COLUMNS % (TITLES[chapter], chapter))
        parts.append(row(menu, macro, prices))
    return ''.join(parts + misprints)


def row(menu, macro, prices):
    # Entries that are not macros have no state.
    states = [macro.state(engine) if macro.kind == 'macro' else '' for engine in macros.ENGINES]
    cells = ['`%s`' % macro.name, ' '.join(sorted(macro.sections)),
             ', '.join(shown(menu, symbol) for symbol in macro.symbols), *states,
             macro.says, macro.instead, cost(macro, prices)]
    return '| %s |\n' % ' | '.join(cells)


def shown(menu, symbol):
    return '`%s`%s' % (symbol, '' if answers.can_be_set(menu.syms[symbol]) else ' \\*')


def misprint(table, macro):
    meant = [name for name in macro.means if '*' in name] or [one.name for one in table.meant(macro)]
    return '| `%s` | %s | %s |\n' % (macro.name, ' '.join(macro.sections), ', '.join('`%s`' % name for name in meant))


def read_prices(path):
    """The prices of "make prices": {profile: {symbol: {figure: bytes}}}; empty if it has not run."""
    try:
        with open(path, encoding='utf-8') as source:
            prices = json.load(source)
    except (OSError, ValueError):
        return {}
    return {name: prices[name] for name in PROFILES if isinstance(prices.get(name), dict)}


def cost(macro, prices):
    """The cost of a macro's symbol; empty if it has several."""
    if len(macro.symbols) != 1:
        return ''
    for name in PROFILES:
        found = prices.get(name, {})
        if macro.symbols[0] in found:
            return bytes_of(found[macro.symbols[0]])
        values = [(key.partition('=')[2], price) for key, price in found.items()
                  if key.partition('=')[0] == macro.symbols[0]]
        if values:
            return '; '.join('%s: %s' % (value, bytes_of(price)) for value, price in values)
    return ''


def bytes_of(price):
    figures = [(word, price[key]) for key, word in FIGURES if isinstance(price.get(key), int)]
    return ', '.join('%s %+d' % figure for figure in figures if figure[1]) or ('0' if figures else '')
