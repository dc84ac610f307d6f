# SPDX-License-Identifier: Apache-2.0
"""The result as one self-contained page: page/, and the charts of the bench's report."""
import html as markup
import json
import os
import re

from bench.report import report as bench

from . import table

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'page')
IMAGE = 'result'
FIGURES = (('rom', 'ROM, bytes'), ('static', 'static RAM, bytes'), ('heap_peak', 'heap peak, bytes'),
           ('heap_after', 'heap once connected'), ('stack', 'stack, bytes'), ('minsn_handshake', 'handshake, Minsn'))


def escape(value):
    return markup.escape(str(value))


def row(head, *cells):
    """cells: text, or (class, text)"""
    cells = [cell if isinstance(cell, tuple) else ('', cell) for cell in cells]
    return '<tr><th scope="row">%s</th>%s</tr>' % (escape(head), ''.join(
        '<td%s>%s</td>' % (' class="%s"' % style if style else '', escape(text)) for style, text in cells))


def summary(found):
    refused = sum(one['is_refused'] for one in found['refused'])
    warning = '' if found['is_proven'] else '<strong class="no">%s.</strong> ' % escape(found['proof'])
    return warning + 'Level %s: %s with %s, over %s. The image of a Cortex-M7 was run against the server: each session ' \
        'was verified, its answer of %s bytes arrived whole, and %d of %d impostors were refused.' % (
            escape(found['level']), escape(found['version']), escape(found['suite']),
            'datagrams' if found['datagrams'] else 'TCP', '{:,}'.format(found['facts']['answer']['bytes']), refused,
            len(found['refused']))


def figures(found):
    return ''.join('<div><dt>%s</dt><dd>%s</dd></div>' % (title, '{:,}'.format(found['figures'][key] or 0))
                   for key, title in FIGURES)


def steps(found):
    lines, before, most = [], None, max([one['rom'] for one in found['steps']] or [1])
    for one in found['steps']:
        change = one['rom'] - before if before is not None else 0
        bar = '<div class="fall"><span style="width:%.1f%%"></span><span style="width:%.1f%%"></span></div>' % (
            100 * one['rom'] / most, 100 * max(0, -change) / most)
        lines.append('<tr><th scope="row">%s</th><td class="number">%s</td><td class="number">%s</td><td>%s</td></tr>' % (
            escape(one['name']), '{:,}'.format(one['rom']), '{:+,}'.format(change) if change else '', bar))
        before = one['rom']
    return '\n'.join(lines)


def tries(found):
    if not found['tries']:
        return ''
    lines = [row(one['what'], ('yes', 'kept') if one['kept'] else ('no', 'taken back'), one['why'] or '')
             for one in found['tries']]
    return '<h3>What was tried</h3><table class="facts"><tbody>%s</tbody></table>' % '\n'.join(lines)


def chart(found, details):
    condensed = bench.condensed(details)
    images = {} if condensed is None else {IMAGE: {'rom': found['figures']['rom'], 'objects': condensed['objects'],
                                                  'rest': condensed['rest']}}
    return {'row': {'name': found['name'], 'image': IMAGE, 'phases': condensed['phases'] if condensed else [],
                    'heap_peak': found['figures']['heap_peak'], 'heap_after': found['figures']['heap_after']},
            'images': images, 'layers': [{'id': layer, 'title': title} for layer, title, _ in bench.LAYERS]}


def read(name):
    with open(os.path.join(PAGE, name), encoding='utf-8') as source:
        return source.read()


def html(found, details):
    """The page; details: as bench.measure has them, or None."""
    changes = [row(one['what'], (one['survives'], one['survives']), one['why'], one['remedy']) for one in found['changes']]
    refused = [row(one['what'], ('yes', 'yes') if one['is_refused'] else ('no', 'NO'), one['how'])
               for one in found['refused']]
    settings = [row(symbol, one['value'], one['why']) for symbol, one in found['reasons'].items()]
    fields = {
        'TITLE': escape('The smallest client for %s' % found['name']), 'SUMMARY': summary(found),
        'FIGURES': figures(found), 'CHANGES': '\n'.join(changes), 'REFUSED': '\n'.join(refused),
        'IDLE': 'A session %s.' % escape(found['idle']) if found['idle'] else '',
        'SETTINGS': '\n'.join(settings), 'TRIES': tries(found), 'STEPS': steps(found),
        'FACTS': '\n'.join(row(name, words) for name, words in table.rows(found['facts'])),
        'STYLE': bench.read('page.css') + read('fit.css'),
        'SCRIPT': '\n'.join([bench.read(name) for name in ('common.js', 'treemap.js', 'heap.js')] + [read('fit.js')]),
        # In a script only "</" and "<!--" have a meaning for HTML.
        'DATA': json.dumps(chart(found, details), separators=(',', ':')).replace('<', '\\u003c')}
    return re.sub('@(%s)@' % '|'.join(fields), lambda found: fields[found.group(1)], read('page.html'))
