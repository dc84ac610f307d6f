# SPDX-License-Identifier: Apache-2.0
"""What each option of the menu costs on the Cortex-M7.

    python3 -m bench.prices run [WORD ...]         price the options that have a word in their names
    python3 -m bench.prices documents [--check]    write the prices into Kconfig and docs/
    python3 -m bench.prices options [WORD ...]     name the options: what is switched along, what is skipped

run builds each option without and with it on top of the bases in pricing/bases.py, runs both, and keeps the
differences in docs/prices.json; the word "steps" means the steps of docs/footprint-optimization-guide.md.
Without a word everything is priced. It fails if an option does not build.
"""
import functools
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time

if importlib.util.find_spec('kconfiglib') is None:
    sys.exit('bench.prices: Python lacks kconfiglib: install python3-kconfiglib and use /usr/bin/python3')

from bench.measure import bench_server
from bench.pricing import bases, kept, lines, plan, priced, tables


def say(*texts):
    print('\n'.join(texts), flush=True)


def in_words(settings):
    return ' '.join('%s=%s' % pair for pair in settings.items())


class Run:
    """What to price, and the progress."""

    def __init__(self, words):
        self.items, self.skipped = plan.items(words)
        self.order = {base.name: [] for base in bases.BASES}
        for item in plan.items([])[0] if words else self.items:
            self.order[item.base.name].append(item.name)
        self.works = {base: [] for base in bases.BASES}
        self.prices, self.steps, self.failed, self.titles = {}, {}, [], {}
        for item in self.items:
            self.add(item.base, self.price, item, item.name)
        for base in bases.WAYS if plan.is_wanted(kept.STEPS, words) else ():
            self.add(base, self.way, base, kept.STEPS)
        self.works = {base: works for base, works in self.works.items() if works}
        self.number, self.lock = 0, threading.Lock()

    def add(self, base, function, subject, title):
        work = functools.partial(function, subject)
        self.works[base].append(work)
        self.titles[work] = '%-14s %s' % (base.name, title)

    def price(self, item, folder):
        price = priced.price(item, folder)
        with self.lock:
            self.prices.setdefault(item.base.name, {})[item.name] = price
            self.keep()
        return lines.in_short(price)

    def way(self, base, folder):
        found = [priced.step(*step, folder) for step in plan.Planner(base).steps()]
        with self.lock:
            self.steps[base.engine] = found
            self.keep()
        return '%d steps' % len(found)

    def keep(self):
        """Keeps what is measured, also when a later price fails."""
        kept.write(kept.merged(kept.load(), self.prices, self.steps, self.order))

    def finished(self, work, result, seconds):
        with self.lock:
            self.number += 1
            if isinstance(result, priced.Failed):
                self.failed.append('%s: %s' % (self.titles[work], result))
                result = 'failed: %s' % result
            say('[%d/%d] %3.0f s  %-60s %s' % (self.number, sum(map(len, self.works.values())), seconds,
                                              self.titles[work], result))

    def everything(self):
        prepare()
        priced.run(self.works, self.finished)


def prepare():
    """Makes certificates and brings engines, before threads start."""
    for server in ('ec', 'rsa'):
        bench_server.chain(server, 2)
    for engine in sorted({base.engine for base in bases.BASES}):
        subprocess.run([os.path.join(kept.ROOT, 'tools', 'engine'), engine], check=True)


def tell_skipped(skipped):
    reasons = {}
    for base, of_base in skipped.items():
        for name, reason in of_base.items():
            reasons.setdefault((name, reason), []).append(base)
    for (name, reason), where in reasons.items():
        say('not priced: %s%s: %s' % (name, '' if len(where) > 1 else ' (%s)' % where[0], reason))


def run(words):
    start = time.monotonic()
    job = Run(words)
    if not job.works:
        tell_skipped(job.skipped)
        sys.exit('bench.prices: nothing to price has %s in its name' % ' or '.join(words))
    job.everything()
    tell_skipped(job.skipped)
    say('', *job.failed)
    say('%d prices and %d ways in %d minutes, %d failed: docs/prices.json'
        % (sum(map(len, job.prices.values())), len(job.steps), (time.monotonic() - start) / 60, len(job.failed)))
    write_documents(check=False)
    return 1 if job.failed else 0


def write_documents(check):
    stale = lines.renew(kept.load(), write=not check) + tables.renew(kept.load(), write=not check)
    if check and stale:
        sys.exit('bench.prices: not what docs/prices.json says: %s: make prices-docs' % ' '.join(stale))
    say(('written: ' + ' '.join(stale)) if stale else 'all documents are what docs/prices.json says')
    return 0


def options(words):
    items, skipped = plan.items(words)
    for item in items:
        say('%-14s %-44s %s' % (item.base.name, item.name, '; '.join(
            [text + ' ' + in_words(settings) for text, settings in (('given', item.given), ('with', item.along))
             if settings])))
    tell_skipped(skipped)
    return 0


def main(arguments):
    words = [word for argument in arguments for word in argument.replace(',', ' ').split()]
    if words[:1] == ['run']:
        return run(words[1:])
    if words[:1] == ['documents'] and words[1:] in ([], ['--check']):
        return write_documents(words[1:] == ['--check'])
    if words[:1] == ['options']:
        return options(words[1:])
    sys.exit(__doc__)


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
