# SPDX-License-Identifier: Apache-2.0
"""The rows as a table on the terminal."""
from bench.report import recorded, rows

HEADS = ('row', 'ROM', 'static', 'heap peak', 'after', 'stack', 'Minsn', 'insn/byte')


def shown(value):
    if value is None:
        return '-'
    return '{:,.1f}'.format(value) if isinstance(value, float) else '{:,}'.format(value)


def line(row):
    """The cells of a row, and why it does not count."""
    return [row['name']] + [shown(row[figure]) for figure in rows.FIGURES], '' if row['verified'] else row['error']


def aligned(lines):
    """[text] of [(cells, remark)]: the first column to the left, figures to the right."""
    widths = [max(len(cells[i]) for cells, _ in lines) for i in range(len(HEADS))]
    return ['  '.join([cells[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])] +
                      ([remark] if remark else [])).rstrip() for cells, remark in lines]


def table(measured):
    """[text]: a heading, the manual's figures, the rows with a gap between clients."""
    published = [([one.name, shown(one.rom), '', shown(one.heap_peak)] + [''] * 4, 'as published')
                 for one in rows.MANUAL]
    text = aligned([(HEADS, '')] + published + [line(row) for row in measured])
    output, client = text[:1 + len(published)], None
    for row, one in zip(measured, text[1 + len(published):]):
        if row['options']['client'] != client:
            client = row['options']['client']
            output.append('')
        output.append(one)
    return output


def changes(measured, record):
    """[text]: what has changed against the record."""
    output = []
    for row in measured:
        found = recorded.changes(row, record)
        if found:
            output.append('  %-34s %s' % (row['name'], '; '.join(map(recorded.in_words, found))))
    same = sum(1 for row in measured if row['name'] in record and row['verified']) - len(output)
    new = sum(1 for row in measured if row['name'] not in record)
    head = 'against docs/footprint.json: %d rows changed, %d the same, %d new' % (len(output), max(same, 0), new)
    return [head + (':' if output else '')] + output
