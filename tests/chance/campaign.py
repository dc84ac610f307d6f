# SPDX-License-Identifier: Apache-2.0
"""Builds and tries many configurations, as many at a time as there are cores.

    for seed, outcome in run(drawings(range(20))):
        ...
"""
import concurrent.futures
import os
import queue
import tempfile

from chance.credentials import Credentials
from chance.draw import Menu
from chance.trial import Trial
from tools.mbedtls_host.device import REPOSITORY

KEPT = os.path.join(REPOSITORY, 'build', 'randconfig')


def path_of(seed):
    """The file of a configuration during its trial, and afterwards if it failed."""
    return os.path.join(KEPT, '%d.config' % seed)


def drawings(seeds):
    """Each configuration, written to its file."""
    menu = Menu()
    os.makedirs(KEPT, exist_ok=True)
    for seed in seeds:
        drawn = menu.draw(seed)
        menu.write(path_of(seed), '# Seed %d: %s\n' % (seed, drawn.origin))
        yield drawn


def loaded(path):
    """A configuration that was kept, even if its seed draws another one today."""
    return Menu().load(path, int(os.path.basename(path).partition('.')[0]))


def run(drawn, optimise='-O0', jobs=os.cpu_count() or 1):
    """Yields (configuration, outcome) in the order in which they end."""
    with tempfile.TemporaryDirectory(prefix='tls-chance-') as folder, \
            concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        credentials = Credentials(folder)
        places = queue.SimpleQueue()
        for number in range(jobs):
            places.put(Trial('chance/%d' % number, credentials))

        def one(configuration):
            place = places.get()
            try:
                return configuration, place.run(configuration, path_of(configuration.seed), optimise)
            finally:
                places.put(place)

        for done in concurrent.futures.as_completed([pool.submit(one, configuration) for configuration in drawn]):
            configuration, outcome = done.result()
            if not outcome.failures:
                os.remove(path_of(configuration.seed))
            yield configuration, outcome


class Counts:
    """Counts the outcomes."""

    def __init__(self):
        self.all = self.built = self.connected = self.alone = self.sessions = self.failed = 0
        self.passed = []

    def add(self, outcome):
        self.all += 1
        self.built += outcome.is_built
        self.failed += bool(outcome.failures)
        self.connected += bool(outcome.sessions) and not outcome.failures
        self.alone += not outcome.sessions and not outcome.failures
        self.sessions += len(outcome.sessions)
        self.passed += outcome.passed

    def __str__(self):
        return ('%d configurations: %d built, %d connected (%d sessions), %d without a server for them, %d failed'
                % (self.all, self.built, self.connected, self.sessions, self.alone, self.failed))
