# SPDX-License-Identifier: Apache-2.0
"""Builds the images and measures their rows, as many at a time as there are cores.

A row that fails says why in 'error' and has no figures, or unverified ones; the others go on.
"""
import concurrent.futures
import contextlib
import os
import subprocess
import time

from bench.measure import bench_server, measure
from bench.peers import peers
from bench.report import rows


class Result:
    """A row's outcome: `row` for footprint.json, `details` (None if there are none) for the report."""

    def __init__(self, row, details=None):
        self.row, self.details = row, details


def head(one):
    """The part of a row that is known without measuring."""
    engine = 'Mbed TLS ' + one.client.engine if one.client.engine else one.client.title
    return {'name': one.name, 'engine': engine,
            'options': {'client': one.client.name, 'opt': one.opt, 'lto': one.lto, 'chain': one.chain,
                        'length': one.length, 'compiler': measure.compiler()}}


def failed(one, reason):
    return Result(dict(head(one), **dict.fromkeys(rows.FIGURES), verified=False, error=reason))


def in_short(error):
    """The most useful line of an exception's text: an error of the compiler or the linker, or the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    telling = [line for line in lines[1:] if 'error' in line.lower() or 'undefined reference' in line]
    return (lines[0] + (' ' + telling[0] if telling else ''))[:300]


def build(one, root):
    """The folder of the image, and the name of its engine."""
    name = '%s-%s' % (one.client.name, rows.variant(one.opt, one.lto))
    if one.client.peer:
        return peers.build(one.client.peer, root, one.opt, one.lto), peers.engine(one.client.peer)
    folder = measure.build(name, root, profile=one.client.profile, opt=one.opt, lto=one.lto)
    return folder, measure.engine_of(folder)


def measure_rows(image):
    """[Result] of the rows of one build folder. For another kind of root only the roots are compiled again."""
    results = []
    for chain in dict.fromkeys(one.chain for one in image):
        these = [one for one in image if one.chain == chain]
        try:
            folder, engine = build(these[0], bench_server.chain(chain, these[0].length)[0])
            accepts = measure.accepts(folder, chain)
        except Exception as error:              # of any kind: the other rows go on
            results += [failed(one, in_short(error)) for one in these]
            continue
        results += [measure_row(one, folder, engine, accepts) for one in these]
    return results


def measure_row(one, folder, engine, accepts):
    try:
        figures, details = measure.figures(folder, bench_server.chain(one.chain, one.length)[1])
    except Exception as error:
        return failed(one, in_short(error))
    measure.blame(figures, accepts)
    row = head(one)
    row['engine'] = engine
    row['options']['suite'] = details['suite']
    row['phases'] = details['phases']
    return Result(dict(row, **figures), details)


def prepare(wanted, root):
    """Makes certificates and brings engines and the peers' sources, before threads start. Rows whose sources cannot be
    brought fail."""
    for chain in {one.chain for one in wanted}:
        for length in {one.length for one in wanted}:
            bench_server.chain(chain, length)
        bench_server.impostors(chain)
    for engine in sorted({one.client.engine for one in wanted} - {None}):
        subprocess.run([os.path.join(root, 'tools', 'engine'), engine], check=False)
    for peer in sorted({one.client.peer for one in wanted} - {None}):
        with contextlib.suppress(peers.PeerError):
            peers.fetch(peer)


def run(images, finished):
    """Measures; finished(image, results, seconds) after each image, in the caller's thread. Returns [Result] in the
    order of the rows, also after an interruption."""
    results = {}

    def work(image):
        start = time.monotonic()
        return measure_rows(image), time.monotonic() - start

    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1)
    jobs = {pool.submit(work, image): image for image in images}
    try:
        for job in concurrent.futures.as_completed(jobs):
            done, seconds = job.result()
            results.update((result.row['name'], result) for result in done)
            finished(jobs[job], done, seconds)
    except KeyboardInterrupt:
        for job in jobs:
            job.cancel()
    pool.shutdown()
    return [results.get(one.name) or failed(one, 'interrupted') for image in images for one in image]
