# SPDX-License-Identifier: Apache-2.0
"""Builds and runs what plan.py asks for.

Each base has one build folder, in which one configuration follows the other: ccache then compiles only what an option
changes. An image that is the same as one before is not run again. As in the bench a run counts if the server was
verified, 64 KB arrived whole, a second session did as well, and the heap came back; impostors are left to the bench.
"""
import concurrent.futures
import hashlib
import os
import subprocess
import threading
import time

from bench.measure import bench_server, measure, rom
from bench.report import runner
from bench.pricing import kept


class Failed(Exception):
    """A configuration that does not build; says why."""


class Folder:
    """The build folder of a base, and what was measured in it."""

    def __init__(self, name):
        self.name = name                        # below build/bench
        self.figures, self.runs = {}, {}        # of configurations; of images

    def measure(self, configuration, server):
        """{figure: value} of a configuration, with a server of this certificate: see kept.FIGURES, and image, error."""
        key = configuration, server
        if key not in self.figures:
            self.figures[key] = self.fresh(configuration, server)
        return self.figures[key]

    def build(self, configuration, root):
        os.makedirs(os.path.join(measure.BUILD, self.name), exist_ok=True)
        path = os.path.join(measure.BUILD, self.name, 'config')
        with open(path, 'w', encoding='utf-8') as output:
            output.write(configuration.text)
        try:
            folder = measure.build(self.name, root, config=path, **dict(configuration.arguments))
        except measure.MeasureError as error:
            raise Failed(runner.in_short(error))
        with open(os.path.join(folder, '.config'), encoding='utf-8') as built:
            if settings(built.read()) != settings(configuration.text):
                raise Failed('another configuration was built than the one that was wanted')
        return folder

    def fresh(self, configuration, server):
        root, certificate = bench_server.chain(server, 2)
        folder = self.build(configuration, root)
        image = fingerprint(folder)
        usage = rom.of(folder)
        if (image, server) not in self.runs:
            found = self.run(folder, certificate)
            # On a busy machine a session may time out: try once more.
            self.runs[image, server] = self.run(folder, certificate) if 'error' in found else found
        return dict(self.runs[image, server], rom=usage.rom, static=usage.static, image=image)

    def run(self, folder, certificate):
        try:
            row, _ = measure.figures(folder, certificate)
        except measure.MeasureError as error:
            return {'error': runner.in_short(error)}
        return {figure: row[figure] for figure in kept.OF_A_RUN} if row['verified'] else {'error': row['error']}


def settings(text):
    return {line for line in text.splitlines() if line.startswith('CONFIG_')}


def fingerprint(folder):
    """A hash of the flash contents, with and without the package."""
    found = hashlib.sha256()
    for name in ('rtthread', 'empty'):
        binary = os.path.join(folder, name + '.bin')
        subprocess.run(['arm-none-eabi-objcopy', '-O', 'binary', os.path.join(folder, name + '.elf'), binary],
                       check=True)
        with open(binary, 'rb') as source:
            found.update(source.read())
    return found.hexdigest()


def price(item, folder):
    """The price of an item of the plan, as in docs/prices.json."""
    without, having = (folder.measure(one, item.server) for one in (item.without, item.having))
    found = kept.difference(without, having)
    found.update(engine=item.base.engine, server=item.server)
    found.update({key: value for key, value in (('given', item.given), ('with', item.along)) if value})
    if '=' in item.name and item.against:
        found['against'] = item.against
    found['connects'] = 'error' not in without and 'error' not in having
    if without['image'] == having['image']:
        found['same'] = True
    return found


def step(one, settings, configuration, folder):
    """A step (bases.Step), as in docs/prices.json."""
    figures = folder.measure(configuration, 'ec')
    found = {'number': one.number, 'title': one.title, 'set': settings}
    found.update({name: figures.get(name) for name in kept.FIGURES})
    return dict(found, connects='error' not in figures)


def run(works, finished):
    """Does works: {base: [work]}, each a function of the base's Folder, and calls finished(work, result, seconds) after
    each, with a Failed where there is no result. One base in each thread."""
    stopped = threading.Event()

    def of_base(base):
        folder = Folder('prices-' + base.name)
        for work in works[base]:
            start = time.monotonic()
            if stopped.is_set():
                return
            try:
                result = work(folder)
            except Exception as error:              # of any kind: the others go on
                result = error if isinstance(error, Failed) else Failed(runner.in_short(error))
            finished(work, result, time.monotonic() - start)

    with concurrent.futures.ThreadPoolExecutor(len(works) or 1) as pool:
        try:
            list(pool.map(of_base, works))
        finally:
            stopped.set()
