"""The ROM that each choice of roots takes, and the prompts with these sizes."""
from __future__ import absolute_import

import collections
import io
import os
import re

from . import store
from .collection import certificate_files, collect
from .presets import ALL_SYMBOL, load_presets, preset_dir
from .source import write_if_changed

ALL_LABEL = 'Using all default CA'

Choice = collections.namedtuple('Choice', 'symbol label roots size')


def choices(package_dir, now):
    """The price of each choice alone. Roots that two choices share are stored
    once. now is the day on which the presets were taken and not today's, so that
    the figures change with the files only."""
    folder = preset_dir(package_dir)
    rows = [(ALL_SYMBOL, ALL_LABEL, certificate_files(folder))]
    rows += [(preset.symbol, preset.label, [os.path.join(folder, name) for name in preset.files])
             for preset in load_presets(package_dir)]
    return [_choice(symbol, label, collect(files, now=now).roots) for symbol, label, files in rows]


def _choice(symbol, label, roots):
    return Choice(symbol, label, len(roots), len(store.encode(roots)))


def with_prices(text, rows):
    """The text of Kconfig with the price in the prompt of each choice."""
    for row in rows:
        prompt = r'(?m)^(config %s\n    bool) ".*"$' % row.symbol
        text, count = re.subn(prompt, lambda found: '%s "%s (%s, %d bytes)"' % (
            found.group(1), row.label, _roots(row.roots), row.size), text)
        assert count == 1, row.symbol
    return text


def write_prices(package_dir, now):
    """Write the prices into Kconfig; returns whether it has changed."""
    path = os.path.join(package_dir, 'Kconfig')
    with io.open(path, encoding='utf-8') as stream:
        text = stream.read()
    return write_if_changed(path, with_prices(text, choices(package_dir, now)))


def _roots(count):
    return '1 root' if count == 1 else '%d roots' % count
