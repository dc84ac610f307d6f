# SPDX-License-Identifier: Apache-2.0
"""The rows as one self-contained HTML page: the files of page/, with the figures in them."""
import bisect
import collections
import html
import json
import os
import re

from bench.measure import measure, rom
from bench.report import recorded, rows, table

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'page')
SCRIPTS = ('common', 'compared', 'treemap', 'heap', 'detail')

STEPS = 60                              # of the heap's line, in each phase
HOLDERS = 14                            # lines in the table of callers that hold the heap
CHAIN_TITLES = {'ec': 'ECDSA P-256', 'rsa': 'RSA-2048'}      # psk has no chain

# Parts of a client by the names of its objects; the first that fits.
LAYERS = [
    ('roots', 'roots', r'tls_roots|tls_certificate\b'),
    ('package', 'this package', r'tls_'),
    ('libc', 'C library', r'.*\.a\('),
    ('tls', 'TLS protocol', r'ssl|tls|mps_|dtls|internal|wolfio|keys'),
    ('x509', 'certificates, keys', r'x509|asn|oid|pem|pk|base64|skey'),
    ('crypto', 'cryptography', r''),
]


def layer_of(name):
    return next(layer for layer, _, pattern in LAYERS if re.match(pattern, name))


def objects(details):
    """[{name, layer, size, parts: [[name, size, kind]]}] of an image's ROM, the largest first, and the bytes that
    belong to none of them, fewer than none if the empty image has more. All together are the ROM, to the byte."""
    parts = collections.defaultdict(list)
    for part in details['rom_parts']:
        if part['kind'] in rom.ROM_KINDS:
            parts[part['object']].append([part['name'], part['size'], part['kind']])
    found, rest = [], 0
    for name, all_parts in parts.items():
        own = [part for part in all_parts if part[1] > 0 and name != rom.GAP[0]]
        size = sum(part[1] for part in own)
        rest += sum(part[1] for part in all_parts) - size
        if own:
            found.append({'name': re.sub(r'(\.c)?\.o\b', '', name), 'layer': layer_of(name), 'size': size,
                          'parts': sorted(own, key=lambda part: -part[1])})
    return sorted(found, key=lambda one: -one['size']), rest


def highest(timeline, start, end):
    """The highest use in each of the steps between two moments. timeline: [(instructions, bytes)]"""
    times = [time for time, _ in timeline]
    steps, found = min(STEPS, max(1, end - start)), []
    for step in range(steps):
        first = bisect.bisect_right(times, start + (end - start) * step / steps)
        last = bisect.bisect_right(times, start + (end - start) * (step + 1) / steps)
        found.append(max(used for _, used in timeline[max(first - 1, 0):max(last, 1)]))
    return found


def phases(details):
    """[{name, length, heap: [bytes]}]"""
    found, start = [], 0
    for name, length in details['phases'].items():
        found.append({'name': name, 'length': length,
                      'heap': highest(details['heap_timeline'], start, start + length)})
        start += length
    return found


def condensed(details):
    """The part of measure.py's details that the page shows; None without details."""
    if details is None:
        return None
    parts, rest = objects(details)
    return {'phases': phases(details), 'objects': parts, 'rest': rest,
            'holders': [[callers, count, size] for size, count, callers in measure.heap_holders(details)[:HOLDERS]]}


def image_of(row):
    options = row['options']
    return '%s %s %s' % (options['client'], rows.variant(options['opt'], options['lto']), options['chain'])


class Report:
    def __init__(self, results, record):
        """results: [runner.Result], their details condensed"""
        self.results, self.record = results, record
        self.clients = {client.name: client for client in rows.CLIENTS}

    def client(self, row):
        name = row['options']['client']
        return self.clients.get(name) or rows.Client(name, name, None, None, None, (), ())

    def row(self, result):
        row, details, options = result.row, result.details, result.row['options']
        found = {key: row[key] for key in ('name', 'engine', 'verified') + rows.FIGURES}
        found.update(
            title=self.client(row).title, client=options['client'], peer=bool(self.client(row).peer),
            variant=options['opt'] + (' LTO' if options['lto'] else ''),
            chain='%s%s' % (options['chain'], options['length'] or ''), image=image_of(row), error=row.get('error', ''),
            suite=options.get('suite'),
            recorded=row['name'] in self.record,
            changes={change.figure: {'text': recorded.delta(change), 'up': change.now > change.was}
                     for change in recorded.changes(row, self.record)},
            phases=details['phases'] if details else [], holders=details['holders'] if details else [])
        return found

    def images(self):
        found = {}
        for result in self.results:
            if result.details and image_of(result.row) not in found:
                found[image_of(result.row)] = {'rom': result.row['rom'], 'objects': result.details['objects'],
                                               'rest': result.details['rest']}
        return found

    def data(self):
        chains = {'%s%d' % (kind, length): '%s, %d certificates' % (title, length)
                  for kind, title in CHAIN_TITLES.items() for length in rows.LENGTHS}
        chains['psk'] = 'pre-shared key'
        return {'rows': [self.row(result) for result in self.results], 'images': self.images(), 'chains': chains,
                'layers': [{'id': layer, 'title': title} for layer, title, _ in LAYERS],
                'published': [one._asdict() for one in rows.MANUAL]}

    def cell(self, row, figure):
        change = {one.figure: one for one in recorded.changes(row, self.record)}.get(figure)
        note = ''
        if change:
            note = '<span class="small %s">%s</span>' % ('worse' if change.now > change.was else 'better',
                                                         html.escape(recorded.delta(change)))
        return '<td class="number">%s%s</td>' % (table.shown(row[figure]), note)

    def line(self, row):
        state = 'yes' if row['verified'] else '<span class="wrong">no: %s</span>' % html.escape(row.get('error', ''))
        if row['name'] not in self.record:
            state += '<span class="small">no record</span>'
        name = html.escape(row['name'])
        return '<tr><th scope="row"><a href="#detail" data-row="%s">%s</a></th>%s<td>%s</td></tr>' % (
            name, name, ''.join(self.cell(row, figure) for figure in rows.FIGURES), state)

    def table(self):
        heads = ''.join('<th scope="col"%s>%s</th>' % (' class="number"' if i else '', head)
                        for i, head in enumerate(table.HEADS))
        return '<table><thead><tr>%s<th scope="col">verified</th></tr></thead>\n<tbody>\n%s\n</tbody></table>' % (
            heads, '\n'.join(self.line(result.row) for result in self.results))

    def summary(self):
        good = sum(result.row['verified'] for result in self.results)
        return '%d rows, %d of them verified: the server was checked, 64 KB arrived whole, a second connection ' \
            'worked, and impostors were refused.' % (len(self.results), good)

    def html(self):
        # In a script only "</" and "<!--" have a meaning for HTML.
        data = json.dumps(self.data(), separators=(',', ':')).replace('<', '\\u003c')
        fields = {'STYLE': read('page.css'), 'SCRIPT': scripts(), 'SUMMARY': self.summary(), 'TABLE': self.table(),
                  'DATA': data}
        return re.sub('@(%s)@' % '|'.join(fields), lambda found: fields[found.group(1)], read('page.html'))


def read(name):
    with open(os.path.join(PAGE, name), encoding='utf-8') as source:
        return source.read()


def scripts():
    return '\n'.join(read(name + '.js') for name in SCRIPTS)


def write(path, results, record):
    with open(path + '.new', 'w', encoding='utf-8') as output:
        output.write(Report(results, record).html())
    os.replace(path + '.new', path)
