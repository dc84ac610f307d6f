# SPDX-License-Identifier: Apache-2.0
"""Tables of the recorded figures in Markdown files, between two comments:

    <!-- footprint: overview -->
    <!-- /footprint -->
"""
import glob
import os
import re

from bench.report import recorded, rows

MARKED = re.compile(r'(<!-- footprint: (\S+) -->\n).*?(<!-- /footprint -->)', re.DOTALL)
FILES = ('README.md', 'docs/*.md', 'bench/README.md')

HEAD = ['client', 'server', 'ROM', 'heap peak / after', 'stack', 'Minsn', 'insn/byte']
CHAINS = {'ec': 'ECDSA', 'rsa': 'RSA', 'psk': 'key'}


class DocumentError(Exception):
    """A mark with an unknown name."""


def number(value):
    return '{:,.1f}'.format(value) if isinstance(value, float) else '{:,}'.format(value)


def line(one, row):
    return [one.client.title, CHAINS[one.chain], number(row['rom']),
            '%s / %s' % (number(row['heap_peak']), number(row['heap_after'])), number(row['stack']),
            number(row['minsn_handshake']), number(row['insn_per_byte'])]


def published(one):
    return [one.title + ' (published)', '', number(one.rom), number(one.heap_peak), '', '', '']


def markdown(lines):
    texts = ['| ' + ' | '.join(cells) + ' |' for cells in [HEAD] + lines]
    return '\n'.join([texts[0], '|---|---' + '|---:' * (len(HEAD) - 2) + '|'] + texts[1:]) + '\n'


def of_variant(record, opt, lto, peers=True):
    """Lines of the rows with two certificates, for one way of building."""
    return [line(one, record[one.name]) for one in rows.rows()
            if (one.opt, one.lto) == (opt, lto) and one.length in (0, rows.LENGTHS[0]) and one.name in record
            and (peers or not one.client.peer)]


def tables(record):
    """{name: Markdown}"""
    manual = [published(one) for one in rows.MANUAL]
    found = {'overview': markdown(manual + of_variant(record, '-Os', False)),
             'profiles': markdown(of_variant(record, '-Os', False, peers=False))}
    for opt in rows.OPTS:
        for lto in (False, True):
            found[rows.variant(opt, lto)] = markdown(of_variant(record, opt, lto))
    return found


def renewed(text, record):
    """The text of a file with its tables replaced by those of the record."""
    known = tables(record)

    def replace(found):
        if found.group(2) not in known:
            raise DocumentError('there is no table "%s"; there are: %s' % (found.group(2), ' '.join(known)))
        return found.group(1) + known[found.group(2)] + found.group(3)

    return MARKED.sub(replace, text)


def files():
    return sorted(path for pattern in FILES for path in glob.glob(os.path.join(recorded.ROOT, pattern)))


def rewrite(paths, new_text, write):
    """Paths of the files whose text differs from new_text(text); with write, replaces it."""
    stale = []
    for path in paths:
        with open(path, encoding='utf-8') as source:
            text = source.read()
        new = new_text(text)
        if new != text:
            stale.append(os.path.relpath(path, recorded.ROOT))
            if write:
                with open(path, 'w', encoding='utf-8') as output:
                    output.write(new)
    return stale


def renew(record, write=True):
    """Paths of the files whose tables were not those of the record."""
    return rewrite(files(), lambda text: renewed(text, record), write)
