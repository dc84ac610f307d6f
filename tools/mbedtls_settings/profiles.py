# SPDX-License-Identifier: Apache-2.0
"""Profiles: the files of defconfig/, each a set of settings for one kind of device.

A profile sets everything that any profile sets: a setting of another profile is at
its default. So the order in which profiles are applied, and the settings before, do
not matter.
"""
import os
import re

import kconfiglib

SETTING = re.compile(r'CONFIG_(\w+)=(.*)$')


class ProfileError(Exception):
    """A profile that does not exist or cannot be applied."""


def available(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def about(folder, name):
    """The comment at the beginning of a profile, in one line."""
    with open(os.path.join(folder, name), encoding='utf-8') as source:
        lines = [line[1:].strip() for line in source if line.startswith('#')]
    return ' '.join(lines)


def settings(folder, name):
    """[(symbol, value)] of a profile: one of the folder, or a file if the name has a slash."""
    if not (os.path.isfile(name) if os.sep in name else name in available(folder)):
        raise ProfileError('there is no profile %s; available: %s' % (name, ' '.join(available(folder))))
    wanted = []
    with open(os.path.join(folder, name) if os.sep not in name else name, encoding='utf-8') as source:
        for number, line in enumerate(source, 1):
            found = SETTING.match(line.strip())
            if found:
                wanted.append((found.group(1), found.group(2).strip('"')))
            elif line.strip() and not line.startswith('#'):
                raise ProfileError('%s, line %d: expected CONFIG_SYMBOL=VALUE' % (name, number))
    return wanted


def apply(menu, folder, name):
    """Applies a profile to a menu (kconfiglib.Kconfig); returns [(symbol, value)]."""
    wanted = settings(folder, name)
    for symbol, _ in wanted:
        if symbol not in menu.syms or not menu.syms[symbol].nodes:
            raise ProfileError('profile %s: there is no symbol %s' % (name, symbol))
    for profile in available(folder):
        for symbol, _ in settings(folder, profile):
            if symbol in menu.syms:
                menu.syms[symbol].unset_value()
                if menu.syms[symbol].choice:
                    menu.syms[symbol].choice.unset_value()
    for symbol, value in wanted:
        if not menu.syms[symbol].set_value(value):
            raise ProfileError('profile %s: %s cannot be %s' % (name, symbol, value))
    return wanted


def check(menu, name, wanted):
    """Raises an error that names the first setting without effect."""
    for symbol, value in wanted:
        held = menu.syms[symbol].str_value
        if held != value:
            raise ProfileError('profile %s: %s=%s has no effect, it stays "%s"%s'
                               % (name, symbol, value, held, reason(menu.syms[symbol])))


def reason(symbol):
    """Why a symbol does not accept a value, as the end of a sentence."""
    selects = [term for term in kconfiglib.split_expr(symbol.rev_dep, kconfiglib.OR) if kconfiglib.expr_value(term)]
    if selects:
        return '; it is selected by ' + ' and '.join(
            kconfiglib.expr_str(kconfiglib.split_expr(term, kconfiglib.AND)[0]) for term in selects)
    if symbol.visibility == 0:
        return '; it depends on ' + ' or '.join(sorted({unfulfilled(node) for node in symbol.nodes}))
    for low, high, condition in symbol.ranges:
        if kconfiglib.expr_value(condition):
            return '; its range is %s to %s' % (low.str_value, high.str_value)
    return ''


def unfulfilled(node):
    """Those conditions of a menu line that are not met."""
    terms = kconfiglib.split_expr(node.prompt[1] if node.prompt else node.dep, kconfiglib.AND)
    return ', '.join(kconfiglib.expr_str(term) for term in terms if not kconfiglib.expr_value(term))
