"""Which root files the settings of menuconfig select.

certs/default holds the full set; presets.json names groups of it, and single
roots are asked for by their owners' names.
"""
from __future__ import absolute_import

import collections
import difflib
import io
import json
import os
import re
import unicodedata

from .collection import RootsError, certificate_files, collect

ALL_SYMBOL = 'PKG_USING_MBEDTLS_USE_ALL_CERTS'
NAMES_SYMBOL = 'PKG_MBEDTLS_ROOTS'
USER_SYMBOL = 'PKG_USING_MBEDTLS_USER_CERTS'
USER_ONLY_SYMBOL = 'PKG_MBEDTLS_TRUST_USER'

Preset = collections.namedtuple('Preset', 'symbol label default status files message')
Selection = collections.namedtuple('Selection', 'presets own messages')


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


def select(package_dir, setting):
    """The preset files that the settings select, the user's own files, and the
    messages to print. setting gives a symbol's value, as GetDepend does: a string
    comes with its quotes, what is not set is false."""
    enabled = [preset for preset in load_presets(package_dir) if setting(preset.symbol)]
    if setting(USER_SYMBOL) and setting(USER_ONLY_SYMBOL):
        return _user_only(package_dir, [preset.symbol for preset in enabled] +
                          [symbol for symbol in (ALL_SYMBOL, NAMES_SYMBOL) if setting(symbol) not in (None, False, '', '""')])
    files, own, messages = find_named(package_dir, _names(setting(NAMES_SYMBOL))), [], []
    for preset in enabled:
        files += [os.path.join(preset_dir(package_dir), name) for name in preset.files]
    if setting(ALL_SYMBOL):
        files += certificate_files(preset_dir(package_dir))
    else:
        messages = ['mbedtls: %s: %s' % (preset.symbol, preset.message)
                    for preset in enabled if preset.message]
    if setting(USER_SYMBOL) or not files:
        own = certificate_files(user_dir(package_dir))
        if not own and files:
            messages.append('mbedtls: %s is set, but certs/ holds no certificate' % USER_SYMBOL)
    return Selection(sorted(set(files)), own, messages)


def _user_only(package_dir, left_out):
    """Whatever else is chosen, only the user's files; symbols of public roots are named."""
    messages = ['mbedtls: not trusted, because only the roots in certs/ are: ' + ' '.join(left_out)] if left_out else []
    return Selection([], certificate_files(user_dir(package_dir)), messages)


def find_named(package_dir, names):
    """The preset files of the roots with these owners. A name may be written with
    other case, accents and punctuation, and as the file is called."""
    if not names:
        return []
    known, owners = {}, {}
    for entry in collect(certificate_files(preset_dir(package_dir))).entries:
        if entry.certificate:
            owners[_folded(entry.certificate.owner)] = entry.certificate.owner
            known[_folded(entry.certificate.owner)] = entry.path
            known.setdefault(_folded(os.path.splitext(entry.file)[0]), entry.path)
    for name in names:
        if _folded(name) not in known:
            raise RootsError(_native(
                u'mbedtls: %s: no root is called "%s"%s; "tools/roots list" prints all names'
                % (NAMES_SYMBOL, name, _suggestion(_folded(name), owners))))
    return [known[_folded(name)] for name in names]


def _names(value):
    """The names in the value of a string symbol."""
    if not value or value is True:
        return []
    if isinstance(value, bytes):
        value = value.decode('utf-8', 'replace')
    names = [name.strip() for name in re.split('[,;]', value.strip('"'))]
    return [name for name in names if name]


def _folded(name):
    """A name without case, accents and punctuation, for comparisons."""
    text = unicodedata.normalize('NFKD', u'' + name).encode('ascii', 'ignore').decode('ascii')
    return re.sub('[^a-z0-9]', '', text.lower())


def _suggestion(folded, owners):
    near = [key for key in sorted(owners) if folded in key] if folded else []
    near += [key for key in difflib.get_close_matches(folded, sorted(owners), 3, 0.7) if key not in near]
    if not near:
        return u''
    return u'; did you mean %s?' % u', '.join(owners[key] for key in near[:4])


def _native(text):
    """A text for messages: in Python 2 a str of bytes."""
    return text.encode('utf-8') if str is bytes else text


def _preset(row):
    """Plain str everywhere: the kernel's GetDepend does not accept unicode in Python 2."""
    return Preset(symbol=str(row['symbol']), label=str(row['label']), default=row['default'],
                  status=str(row['status']), files=[str(name) for name in row['files']],
                  message=str(row['message']) if row['message'] else None)
