# SPDX-License-Identifier: Apache-2.0
"""make randconfig: random configurations, which have to build and to connect.

    make randconfig [COUNT=300] [SEED=0]
    make randconfig CONFIG=build/randconfig/17.config

    PYTHONPATH=tests:. python3 -m randconfig [--seeds 7,36,152] [--optimise=-O1] [--verbose]

The same seed draws the same configuration, see tests/chance/draw.py; tests/chance/trial.py
tries it. A configuration that fails is kept in build/randconfig; CONFIG= tries it once more,
in build/test/chance/0.
"""
import argparse
import collections
import os
import re
import shlex
import sys
import time

from chance import campaign


def show(drawn, outcome):
    for name in outcome.sessions:
        print('    connected: ' + name)
    for reason in outcome.passed:
        print('    not tried: ' + reason)
    for failure in outcome.failures:
        print('    FAILED: ' + failure.strip().replace('\n', '\n        '))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=300)
    parser.add_argument('--seed', type=int, default=0, help='of the first; the others follow')
    parser.add_argument('--seeds', help='or these, with commas between')
    parser.add_argument('--optimise', default='-O1')
    parser.add_argument('--config', help='one that was kept')
    parser.add_argument('--verbose', action='store_true', help='each session')
    arguments = parser.parse_args()

    start = time.monotonic()
    counts, reasons = campaign.Counts(), collections.Counter()
    if arguments.config:
        drawn = [campaign.loaded(arguments.config)]
    else:
        seeds = range(arguments.seed, arguments.seed + arguments.count)
        if arguments.seeds:
            seeds = [int(seed) for seed in arguments.seeds.split(',')]
        drawn = list(campaign.drawings(seeds))
    for configuration, outcome in campaign.run(drawn, arguments.optimise):
        counts.add(outcome)
        reasons.update(re.sub(r'^.*?: |\d{2,}', lambda found: '' if ':' in found.group() else 'N', reason)
                       for reason in outcome.passed)
        print('%4d of %d  seed %d, %s, %s: %s' % (
            counts.all, len(drawn), configuration.seed, configuration.origin, configuration.engine,
            'FAILED' if outcome.failures else '%d sessions' % len(outcome.sessions)), flush=True)
        if outcome.failures or arguments.verbose or arguments.config:
            show(configuration, outcome)
        if outcome.failures:
            path = os.path.relpath(campaign.path_of(configuration.seed))
            print('    again: make randconfig CONFIG=' + shlex.quote(path), flush=True)
    for reason, count in reasons.most_common():
        print('not tried, %d times: %s' % (count, reason))
    print('%s; %.0f s' % (counts, time.monotonic() - start))
    return 1 if counts.failed else 0


if __name__ == '__main__':
    sys.exit(main())
