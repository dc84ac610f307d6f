# SPDX-License-Identifier: Apache-2.0
"""Settings of a .config or an rtconfig.h that have no effect in the menu, and why."""
import functools
import re

import kconfiglib

from . import macros, profiles

OURS = re.compile(r'(?:PKG_)?MBEDTLS_|PKG_USING_MBEDTLS(?:_|$)')
CONFIG = re.compile(r'CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set')
# A definition, or one in a comment. Copied from the manual's pages, "#define" and the name may be on two lines.
DEFINE = re.compile(r'(?P<off>//[ \t]*)?#[ \t]*define\s+(?P<name>\w+)[ \t]*(?P<value>"(?:[^"\\\n]|\\.)*"|[^/#\\\n]*)'
                    r'|//.*|/\*(?s:.*?)\*/')
# A line of a .config that Kconfig understands.
SOUND = re.compile(r'\s*(#.*)?$|CONFIG_\w+=("(?:[^"\\]|\\.)*"|[^"\s]*)\s*$')


@functools.lru_cache(None)
def table():
    return macros.load()


def read(path):
    """{symbol: value} of either file, in Kconfig's values: y, n, a number, a text without quotes."""
    text = text_in(path)
    found = {}
    for line in text.splitlines():
        config = CONFIG.match(line)
        if config:
            found[config.group(1) or config.group(3)] = text_of(config.group(2) or 'n')
    for define in DEFINE.finditer(text):
        if define.group('name') and not define.group('off'):
            found[define.group('name')] = text_of(define.group('value').strip() or 'y')
    return found


def text_in(path):
    with open(path, encoding='utf-8', errors='replace') as source:
        return source.read()


def garbled(path):
    """A line for each line of a .config that Kconfig passes over, because it is no setting."""
    for number, line in enumerate(text_in(path).splitlines(), 1):
        if not SOUND.match(line) or '\ufffd' in line:
            yield '%s, line %d: is no setting (CONFIG_SYMBOL=VALUE): %s' % (path, number, line.strip())


def text_of(value):
    value = value.strip()
    return kconfiglib.unescape(value[1:-1]) if value[:1] == '"' else value


def load_header(menu, wanted):
    """Sets a menu to the values of an rtconfig.h; if this menu wrote it, a missing switch is off."""
    if 'PKG_MBEDTLS_KCONFIG' in wanted:
        for symbol in menu.unique_defined_syms:
            if symbol.type == kconfiglib.BOOL and symbol.choice is None:
                symbol.set_value('n')
    for name, value in wanted.items():
        if is_known(menu, name):
            menu.syms[name].set_value(value)


def is_known(menu, name):
    return name in menu.syms and bool(menu.syms[name].nodes)


def can_be_set(symbol):
    return any(node.prompt for node in symbol.nodes)


def lines(menu, path, wanted):
    """A line for each setting of the package, {symbol: value}, that the menu does not accept."""
    for name, value in wanted.items():
        if not OURS.match(name):
            continue
        if not is_known(menu, name):
            if value != 'n':
                yield stranger(menu, path, name, value)
        elif can_be_set(menu.syms[name]) and menu.syms[name].str_value != value:
            yield without_effect(menu, path, name, value)


def without_effect(menu, path, name, value):
    return '%s: %s=%s has no effect%s' % (path, name, value, why(menu, menu.syms[name], value))


def stranger(menu, path, name, value):
    """The line for a name that the menu does not know, with what replaced it."""
    macro, said = table().find(name), ''
    if macro and macro.when == 'y':
        said = '; it is always on'
    elif macro and macro.when == 'n':
        said = '; it is never on. ' + macro.instead
    elif macro and macro.symbols:
        said = '; use ' + ', '.join(macro.symbols)
        if not any(can_be_set(menu.syms[symbol]) for symbol in macro.symbols if is_known(menu, symbol)):
            said += ', which other settings select'
        if engine_of(menu) in macro.missing:
            said += in_engine(macro, engine_of(menu))
    elif macro:
        said = '. ' + macro.instead
    return '%s: %s=%s is not a setting of the menu%s' % (path, name, value, said)


def engine_of(menu):
    for engine, switch in macros.ENGINES.items():
        if is_known(menu, switch) and menu.syms[switch].str_value == 'y':
            return engine
    return None


def in_engine(macro, engine):
    words = {'always': 'always has it', 'absent': 'does not have it'}[macro.missing[engine]]
    return '; Mbed TLS %s %s. %s' % (engine, words, macro.instead)


def why(menu, symbol, value):
    """Why a symbol does not accept a value, as the end of a sentence."""
    engine = engine_of(menu)
    if engine and symbol.visibility == 0 and value != 'n':
        for other in macros.ENGINES:
            if other != engine and is_offered_by(menu, symbol, other):
                macro = table().without(symbol.name, engine)
                return in_engine(macro, engine) if macro else \
                    '; Mbed TLS %s does not have it, %s has' % (engine, other)
    if symbol.choice and symbol.visibility:
        return '; %s is chosen' % symbol.choice.selection.name
    return profiles.reason(symbol) or '; the value is not allowed'


def is_offered_by(menu, symbol, engine):
    """Whether the menu shows a symbol with the other engine."""
    switch = menu.syms[macros.ENGINES[engine]]
    before = switch.choice.user_selection
    switch.set_value('y')
    offered = symbol.visibility > 0
    switch.unset_value()
    switch.choice.unset_value()
    if before:
        before.set_value('y')
    return offered


def differences(menu, path, wanted):
    """One line about the settings in which an rtconfig.h differs from the menu that should have written it."""
    found = []
    for symbol in menu.unique_defined_syms:
        if not OURS.match(symbol.name) or not can_be_set(symbol):
            continue
        # A header has no line for a switch that is off, or for a number that is not visible.
        written = wanted.get(symbol.name, 'n' if symbol.type == kconfiglib.BOOL else symbol.str_value)
        if written != symbol.str_value:
            found.append('%s=%s instead of %s' % (symbol.name, written, symbol.str_value or '-'))
    if found:
        more = ' and %d more' % (len(found) - 3) if len(found) > 3 else ''
        yield '%s: differs from .config: %s%s; run menuconfig or scons --useconfig=.config' \
            % (path, ', '.join(found[:3]), more)
