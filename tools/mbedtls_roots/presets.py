"""Which root files the settings of menuconfig ask for."""
from __future__ import absolute_import

import collections
import io
import json
import os

from .collection import certificate_files

ALL_SYMBOL = 'PKG_USING_MBEDTLS_USE_ALL_CERTS'
USER_SYMBOL = 'PKG_USING_MBEDTLS_USER_CERTS'

Preset = collections.namedtuple('Preset', 'symbol label default status files message')
Selection = collections.namedtuple('Selection', 'files messages')


def user_dir(package_dir):
    return os.path.join(package_dir, 'certs')


def preset_dir(package_dir):
    return os.path.join(package_dir, 'certs', 'default')


def table_path(package_dir):
    return os.path.join(preset_dir(package_dir), 'presets.json')


def load_presets(package_dir):
    """The table of presets, in the order of the menu."""
    with io.open(table_path(package_dir), encoding='ascii') as stream:
        rows = json.load(stream)['presets']
    return [_preset(row) for row in rows]


def select(package_dir, is_enabled):
    """The files that the enabled symbols ask for, and the messages to print.
    is_enabled tells of a symbol whether it is set."""
    enabled = [preset for preset in load_presets(package_dir) if is_enabled(preset.symbol)]
    files, messages = [], []
    for preset in enabled:
        files += [os.path.join(preset_dir(package_dir), name) for name in preset.files]
    if is_enabled(ALL_SYMBOL):
        files += certificate_files(preset_dir(package_dir))
    else:
        messages = ['mbedtls: %s: %s' % (preset.symbol, preset.message)
                    for preset in enabled if preset.message]
    if is_enabled(USER_SYMBOL) or not files:
        own = certificate_files(user_dir(package_dir))
        if not own and files:
            messages.append('mbedtls: %s is set, but certs/ holds no certificate' % USER_SYMBOL)
        files += own
    return Selection(sorted(set(files)), messages)


def _preset(row):
    """Plain str everywhere: the kernel's GetDepend takes no unicode of Python 2."""
    return Preset(symbol=str(row['symbol']), label=str(row['label']), default=row['default'],
                  status=str(row['status']), files=[str(name) for name in row['files']],
                  message=str(row['message']) if row['message'] else None)
