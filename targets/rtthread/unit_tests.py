# SPDX-License-Identifier: Apache-2.0
"""One program for each test_*.c of tests/unit, and one for tests/fuzz.

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


def _compile(env, folder, build_directory, **options):
    """The objects of a folder, {path of the source: nodes}."""
    variant = os.path.join(build_directory, 'obj', os.path.basename(folder))
    env.VariantDir(variant, folder, duplicate=0)
    objects = {}
    for path in sorted(glob.glob(os.path.join(folder, '*.c'))):
        objects[path] = env.Object(os.path.join(variant, os.path.basename(path)), **options)
        env.Depends(objects[path], os.path.join(build_directory, 'rtconfig.h'))
    return objects


def _link(env, program, paths, objects, libraries=(), flags=()):
    symbols = [symbol for path in paths for symbol in _wrapped_symbols(path)]
    return env.Program(program, objects, LIBS=list(env.get('LIBS', [])) + list(libraries),
                       LINKFLAGS=list(env['LINKFLAGS']) + ['-Wl,--wrap=' + symbol for symbol in symbols] + list(flags))


def build(env, folder, build_directory, objects, libraries=()):
    """Returns the programs, <build_directory>/unit/test_x for a folder "unit"."""
    compiled = _compile(env, folder, build_directory)
    tests = [path for path in compiled if os.path.basename(path).startswith('test_')]
    helpers = [compiled[path] for path in compiled if path not in tests]
    return [_link(env, os.path.join(build_directory, os.path.basename(folder), os.path.basename(path)[:-2]),
                  [path], [compiled[path], helpers, objects], libraries) for path in tests]


def build_together(env, folder, build_directory, objects, flags=(), **options):
    """Returns the program of all files of a folder, <build_directory>/fuzz/fuzz for a folder "fuzz"."""
    compiled = _compile(env, folder, build_directory, **options)
    name = os.path.basename(folder)
    return _link(env, os.path.join(build_directory, name, name), compiled, [list(compiled.values()), objects], flags=flags)
