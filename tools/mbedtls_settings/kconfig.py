# SPDX-License-Identifier: Apache-2.0
"""Kconfig -> .config -> rtconfig.h, as RT-Thread's menuconfig writes them.

Both files are written only when their content changes, so that a build tool
that compares times rebuilds nothing.
"""

import os
import re
import sys

import kconfiglib

from . import answers, profiles


class ConfigError(Exception):
    """A setting that does not hold."""


def generate(kconfig_path, defconfig, settings, build_directory, variables, profile=None):
    """Writes .config and rtconfig.h into build_directory.

    defconfig   file with CONFIG_X=value lines
    settings    text 'X=y,Y=3,Z="a,b"' that goes before what defconfig says
    variables   environment of the Kconfig files
    profile     (folder, name): settings between the two
    """
    os.environ.update(variables)
    config = kconfiglib.Kconfig(kconfig_path, warn_to_stderr=False)
    _load(config, defconfig)
    in_profile = _apply_profile(config, profile) if profile else []
    applied = _apply(config, settings)
    if profile:
        _check_profile(config, profile[1], [pair for pair in in_profile if pair[0] not in applied])
    _report_lost(config, defconfig)
    os.makedirs(build_directory, exist_ok=True)
    config.write_config(os.path.join(build_directory, '.config'),
                        header='# Generated from %s\n' % os.path.basename(defconfig),
                        save_old=False)
    _write_if_changed(os.path.join(build_directory, 'rtconfig.h'),
                      _header_text(config))
    for warning in config.warnings:
        print(warning, file=sys.stderr)


def _load(config, path):
    try:
        config.load_config(path)
    except OSError as error:
        raise ConfigError('cannot read %s: %s' % (path, error.strerror))
    unknown = sorted({name for name, _ in config.missing_syms if not answers.OURS.match(name)})
    if unknown:
        print('%s: no such symbol, ignored: %s' % (path, ' '.join(unknown)),
              file=sys.stderr)


def _report_lost(config, path):
    """Prints the settings of a file that have no effect, except those to 'n'."""
    for name, value in config.missing_syms:
        if answers.OURS.match(name) and value != 'n':
            print(answers.stranger(config, path, name, value), file=sys.stderr)
    for symbol in config.unique_defined_syms:
        wanted = symbol.user_value
        if wanted is None or wanted == 0:
            continue
        wanted = kconfiglib.TRI_TO_STR.get(wanted, wanted)
        if symbol.str_value != wanted:
            print(answers.without_effect(config, path, symbol.name, wanted), file=sys.stderr)


def _split_settings(text):
    """Cuts at commas outside quotes."""
    return re.findall(r'((?:[^,"]|"[^"]*")+)', text)


def _apply_profile(config, profile):
    try:
        return profiles.apply(config, *profile)
    except profiles.ProfileError as error:
        raise ConfigError(str(error))


def _check_profile(config, name, wanted):
    try:
        profiles.check(config, name, wanted)
    except profiles.ProfileError as error:
        raise ConfigError(str(error))


def _apply(config, text):
    """Returns the names of the symbols that it has set."""
    wanted = []
    for setting in _split_settings(text):
        name, equals, value = setting.strip().partition('=')
        name = name[len('CONFIG_'):] if name.startswith('CONFIG_') else name
        symbol = config.syms.get(name)
        if not equals:
            raise ConfigError('set=%s: want SYMBOL=VALUE' % setting)
        if symbol is None or not symbol.nodes:
            raise ConfigError('set=%s: there is no symbol %s' % (setting, name))
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        if not symbol.set_value(value):
            raise ConfigError('set=%s: %s is of type %s and cannot be %s'
                              % (setting, name,
                                 kconfiglib.TYPE_TO_STR[symbol.type], value))
        wanted.append((setting, symbol, value))
    for setting, symbol, value in wanted:
        if symbol.str_value != value:
            raise ConfigError('set=%s: %s stays "%s"%s'
                              % (setting, symbol.name, symbol.str_value,
                                 profiles.reason(symbol)))
    return [symbol.name for _, symbol, _ in wanted]


def _header_text(config):
    """A line for each symbol, so that a change moves no other line: the compiler's cache depends on it."""
    lines = ['/* Generated from Kconfig: change it there. */',
             '#ifndef RT_CONFIG_H__', '#define RT_CONFIG_H__', '']
    for symbol in config.unique_defined_syms:
        setting = symbol.config_string.strip()
        if not setting or setting.startswith('#'):
            lines.append('/* %s is not set */' % symbol.name)
            continue
        value = setting.partition('=')[2]
        lines.append(('#define %s %s' % (symbol.name, '' if value == 'y' else value))
                     .rstrip())
    return '\n'.join(lines + ['', '#endif', ''])


def _write_if_changed(path, text):
    try:
        with open(path, encoding='utf-8') as old:
            if old.read() == text:
                return
    except OSError:
        pass
    with open(path, 'w', encoding='utf-8') as new:
        new.write(text)
