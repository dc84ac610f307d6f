# SPDX-License-Identifier: Apache-2.0
"""One program for each test_*.c of tests/unit, or fuzz_*.c of tests/fuzz.

It is linked with every object of the build but the one with main(), and
with the other C files of its folder. A comment near its top,

    wrap: symbol symbol ...

lets it define __wrap_symbol for calls that the rest makes to symbol.
"""

import glob
import os
import re

HEAD_LINES = 40


def _wrapped_symbols(path):
    symbols = []
    with open(path, encoding='utf-8') as source:
        for _, line in zip(range(HEAD_LINES), source):
            found = re.match(r'[\s/*]*wrap:\s*([\w\s]+)', line)
            if found:
                symbols += found.group(1).split()
    return symbols


def build(env, folder, build_directory, objects, prefix='test_', libraries=(), flags=()):
    """Returns the programs, <build_directory>/unit/test_x for a folder "unit"."""
    group = os.path.basename(folder)
    variant = os.path.join(build_directory, 'obj', group)
    config = os.path.join(build_directory, 'rtconfig.h')
    env.VariantDir(variant, folder, duplicate=0)

    def compile_one(path):
        nodes = env.Object(os.path.join(variant, os.path.basename(path)))
        env.Depends(nodes, config)
        return nodes

    files = sorted(glob.glob(os.path.join(folder, '*.c')))
    tests = [path for path in files if os.path.basename(path).startswith(prefix)]
    helpers = [compile_one(path) for path in files if path not in tests]
    programs = []
    for path in tests:
        name = os.path.splitext(os.path.basename(path))[0]
        wraps = ['-Wl,--wrap=' + symbol for symbol in _wrapped_symbols(path)]
        programs += env.Program(os.path.join(build_directory, group, name),
                                [compile_one(path), helpers, objects],
                                LIBS=list(env.get('LIBS', [])) + list(libraries),
                                LINKFLAGS=list(env['LINKFLAGS']) + wraps + list(flags))
    return programs
