# SPDX-License-Identifier: Apache-2.0
"""What the package costs, in every profile and beside its peers.

    python3 -m bench.footprint bench [WORD ...]        measure the rows that have a word in their names
    python3 -m bench.footprint record [WORD ...]       and keep the figures in docs/footprint.json
    python3 -m bench.footprint documents               write the tables of README.md and docs/ from there
    python3 -m bench.footprint rows [WORD ...]         name the rows

bench writes build/bench/footprint.json and build/bench/footprint.html, prints the table, and fails if a row does.
"""
import os
import signal
import sys

from bench.measure import measure
from bench.report import documents, recorded, report, rows, runner, table

JSON = os.path.join(measure.BUILD, 'footprint.json')
HTML = os.path.join(measure.BUILD, 'footprint.html')


def shown(path):
    return os.path.relpath(path, os.getcwd())


def say(*lines):
    print('\n'.join(lines), flush=True)


def bench(words):
    """[row], and the exit code."""
    wanted = rows.chosen(words)
    images = rows.images(wanted)
    record, number = recorded.load(), 0
    say('%d rows of %d images, %d at a time' % (len(wanted), len(images), os.cpu_count() or 1))
    runner.prepare(wanted, recorded.ROOT)

    def finished(image, results, seconds):
        nonlocal number
        number += 1
        first = image[0]
        say('[%d/%d] %-32s %4.0f s' % (number, len(images),
                                       '%s-%s' % (first.client.name, rows.variant(first.opt, first.lto)), seconds))
        for result in results:
            result.details = report.condensed(result.details)
            if not result.row['verified']:
                say('        %s: %s' % (result.row['name'], result.row['error']))

    results = runner.run(images, finished)
    measured = [result.row for result in results]
    recorded.write(JSON, measured)
    report.write(HTML, results, record)
    good = sum(row['verified'] for row in measured)
    say('', *table.table(measured), '', *table.changes(measured, record), '',
        '%d of %d rows verified; %s, %s' % (good, len(measured), shown(JSON), shown(HTML)))
    return measured, 0 if good == len(measured) else 1


def record_figures(words):
    measured, code = bench(words)
    if code != 0:
        say('nothing is recorded: name the rows that count with ROWS=')
        return code
    recorded.write(recorded.FILE, recorded.merged(recorded.load(), measured))
    say('recorded in ' + shown(recorded.FILE))
    return write_documents()


def write_documents():
    stale = documents.renew(recorded.load())
    say('tables written: ' + (' '.join(stale) or 'all were up to date'))
    return 0


def main(arguments):
    words = [word for argument in arguments for word in argument.replace(',', ' ').split()]
    try:
        if words[:1] == ['bench']:
            return bench(words[1:])[1]
        if words[:1] == ['record']:
            return record_figures(words[1:])
        if words[:1] == ['rows']:
            return say(*(row.name for row in rows.chosen(words[1:]))) or 0
        if words == ['documents']:
            return write_documents()
    except (ValueError, documents.DocumentError) as error:
        sys.exit('bench.footprint: %s' % error)
    sys.exit(__doc__)


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, signal.default_int_handler)       # keeps what is measured
    sys.exit(main(sys.argv[1:]))
