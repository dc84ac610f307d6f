# SPDX-License-Identifier: Apache-2.0
"""The figures that are kept in docs/footprint.json: a list of rows, each a line, in the order of rows.py."""
import collections
import json
import os

from bench.report import rows

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILE = os.path.join(ROOT, 'docs', 'footprint.json')

# What is kept of a row.
KEPT = ('name', 'engine', 'options') + rows.FIGURES + ('verified',)

GUARDED = ('rom', 'heap_peak', 'heap_after')
GROWTH = 0.01                           # more of a guarded figure needs a new record
NOISE = {'minsn_handshake': 0.001, 'insn_per_byte': 0.001}      # two runs of the same image differ by less

RECORD = 'make footprint-record ROWS=%s'

Change = collections.namedtuple('Change', 'figure was now')


def load(path=FILE):
    """{name: row}, empty without a file."""
    try:
        with open(path, encoding='utf-8') as source:
            return {row['name']: row for row in json.load(source)}
    except FileNotFoundError:
        return {}


def text(measured):
    return '[\n' + ',\n'.join(json.dumps(row) for row in measured) + '\n]\n'


def write(path, measured):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.new', 'w', encoding='utf-8') as output:
        output.write(text(measured))
    os.replace(path + '.new', path)


def merged(record, measured):
    """[row] of a new record: measured rows replace kept ones; rows that rows.py no longer has are dropped."""
    record = dict(record, **{row['name']: {key: row[key] for key in KEPT} for row in measured})
    return [record[row.name] for row in rows.rows() if row.name in record]


def changes(row, record):
    """[Change] of the figures of a measured row that differ from its record."""
    was = record.get(row['name'])
    if was is None:
        return []
    return [Change(figure, was[figure], row[figure]) for figure in rows.FIGURES
            if row[figure] is not None and was[figure] is not None and
            abs(row[figure] - was[figure]) > was[figure] * NOISE.get(figure, 0)]


def in_words(change):
    """rom 95,288, +120 (+0.1 %)"""
    return '%s %s, %s' % (change.figure, '{:,}'.format(change.now), delta(change))


def delta(change):
    difference = round(change.now - change.was, 3)
    part = 100 * difference / change.was if change.was else 0
    return '{:+,} ({:+.1f} %)'.format(difference, part)


def guard(row, record):
    """(what is wrong with a measured row, what could be better), in words; None each if nothing is."""
    if row['name'] not in record:
        return 'docs/footprint.json has no row %s: %s' % (row['name'], RECORD % row['name']), None
    found = [change for change in changes(row, record) if change.figure in GUARDED]
    more = [change for change in found if change.now > change.was * (1 + GROWTH)]
    less = [change for change in found if change.now < change.was * (1 - GROWTH)]
    return ('%s has grown: %s. If that is the price of something, record it in the same commit: %s'
            % (row['name'], '; '.join(map(in_words, more)), RECORD % row['name']) if more else None,
            '%s has shrunk: %s. Let the record show it: %s'
            % (row['name'], '; '.join(map(in_words, less)), RECORD % row['name']) if less else None)
