# SPDX-License-Identifier: Apache-2.0
"""make mutate: change one operator or constant at a time in the device code, and see whether the tests notice.

    PYTHONPATH=tests:. python3 -m mutate [--count 10] [--seed 1] [--parts trust,path]

The mutants are drawn with the seed. Each is built and tested in a clone in build/mutate, with the tests that
concern its part, the quickest first, until one fails. Prints those that survive, with file and line.
"""
import argparse
import glob
import os
import random
import re
import shutil
import subprocess
import sys

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLONE = os.path.join(REPOSITORY, 'build', 'mutate', 'clone')
LIMIT = 900                             # seconds of the tests of a mutant, which may wait for ever

# The tests of each part, from the quickest on.
TESTS = {
    'base': ['unit/test_address.c', 'unit/test_clock.c', 'unit/test_memory.c', 'fuzz', 'interop/test_session.py'],
    'random': ['unit/test_health.c', 'unit/test_seed.c', 'unit/test_random.c', 'hostile/test_random.py'],
    'net': ['unit/test_net.c', 'unit/test_resolve.c', 'hostile/test_network.py', 'interop/test_server.py'],
    'engine': ['fuzz', 'interop/test_session.py', 'interop/test_buffers.py', 'interop/test_engine_api.py',
               'interop/test_fragment.py'],
    'path': ['fuzz', 'interop/test_paths.py', 'interop/test_limbo.py'],
    'trust': ['unit/test_trust.c', 'fuzz', 'interop/test_trust.py'],
    'client': ['unit/test_options.c', 'fuzz', 'interop/test_session.py', 'hostile/test_misuse.py',
               'interop/test_resume.py', 'interop/test_datagrams.py', 'hostile/test_certificates.py'],
    'server': ['unit/test_hello.c', 'fuzz', 'interop/test_server.py', 'hostile/test_server.py'],
}

# What takes the place of an operator or a constant.
CHANGES = [
    (r' == ', [' != ']), (r' != ', [' == ']), (r' < ', [' <= ', ' >= ']), (r' <= ', [' < ']), (r' > ', [' >= ', ' <= ']),
    (r' >= ', [' > ']), (r' && ', [' || ']), (r' \|\| ', [' && ']), (r' \+ ', [' - ']), (r' - ', [' + ']),
    (r'\breturn 0;', ['return 1;']), (r'\breturn 1;', ['return 0;']), (r' \+ 1\b', ['']), (r' - 1\b', ['']),
    (r'\bbreak;', [';']), (r'(?<=\()!(?=\w)', ['']),
]


def candidates(part):
    """[(path, line from 0, column, length, text instead)] of the device code of a part."""
    found = []
    for path in sorted(glob.glob(os.path.join(REPOSITORY, 'ports', 'src', part, '*.c'))):
        is_comment = False
        with open(path, encoding='utf-8') as source:
            lines = source.read().split('\n')
        for number, line in enumerate(lines):
            is_comment = is_comment or line.lstrip().startswith('/*')
            if not is_comment and line.startswith(' ') and 'LOG_' not in line and 'TLS_HAS' not in line:
                for pattern, instead in CHANGES:
                    found += [(os.path.relpath(path, REPOSITORY), number, match.start(), len(match.group()), each)
                              for match in re.finditer(pattern, line) for each in instead]
            is_comment = is_comment and '*/' not in line
    return found


def draw(parts, count, seed):
    """Mutants in different places, as many of each part."""
    source = random.Random(seed)
    pools = [source.sample(found, len(found)) for found in map(candidates, parts)]
    ordered = [mutant for row in zip(*(pool[:count] for pool in pools)) for mutant in row]
    return ordered[:count]


def prepare():
    """A clone of the working tree, with the engines and without builds."""
    os.makedirs(os.path.dirname(CLONE), exist_ok=True)
    if not os.path.isdir(CLONE):
        subprocess.run(['git', 'clone', '-q', REPOSITORY, CLONE], check=True)
        for engine in ('mbedtls', 'mbedtls-2.28'):
            os.symlink(os.path.join(REPOSITORY, engine), os.path.join(CLONE, engine))
    listed = subprocess.run(['git', 'ls-files', '-z'], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True).stdout
    for path in filter(None, listed.decode().split('\0')):
        if os.path.isfile(os.path.join(REPOSITORY, path)):
            os.makedirs(os.path.dirname(os.path.join(CLONE, path)), exist_ok=True)
            shutil.copyfile(os.path.join(REPOSITORY, path), os.path.join(CLONE, path))


def is_caught(tests):
    """Run tests until one fails; returns its name, or ''."""
    for test in tests:
        with subprocess.Popen([sys.executable, '-B', 'tests/run.py', '--jobs', '2', test], cwd=CLONE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
            try:
                if process.wait(LIMIT) != 0:
                    return test
            except subprocess.TimeoutExpired:
                process.terminate()         # it ends what it has started
                return test + ' (no end)'
    return ''


def try_one(mutant):
    path, number, column, length, instead = mutant
    with open(os.path.join(REPOSITORY, path), encoding='utf-8') as source:
        lines = source.read().split('\n')
    before = lines[number]
    lines[number] = before[:column] + instead + before[column + length:]
    with open(os.path.join(CLONE, path), 'w', encoding='utf-8') as output:
        output.write('\n'.join(lines))
    caught = is_caught(TESTS[path.split('/')[2]])
    shutil.copyfile(os.path.join(REPOSITORY, path), os.path.join(CLONE, path))
    print('%-60s %s' % ('%s:%d' % (path, number + 1), 'caught by ' + caught if caught else
                        'SURVIVES\n    - %s\n    + %s' % (before.strip(), lines[number].strip())), flush=True)
    return bool(caught)


def main():
    parser = argparse.ArgumentParser(description='See whether the tests notice faults in the device code.')
    parser.add_argument('--count', type=int, default=10)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--parts', default='trust,path,client,random,engine,net,server')
    wanted = parser.parse_args()
    parts = wanted.parts.split(',')
    if not set(parts) <= set(TESTS):
        parser.error('the parts are: ' + ' '.join(TESTS))
    prepare()
    failing = is_caught(dict.fromkeys(test for part in parts for test in TESTS[part]))
    if failing:
        sys.exit('make mutate: %s fails without a change' % failing)
    mutants = draw(parts, wanted.count, wanted.seed)
    caught = sum(map(try_one, mutants))
    print('%d of %d mutants caught' % (caught, len(mutants)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
