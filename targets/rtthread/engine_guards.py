# SPDX-License-Identifier: Apache-2.0
"""Sources of the engine that compile to nothing in a configuration.

Most of the engine's files stand as a whole between #if and #endif: in the default
configuration two of three are switched off. A build without them is the same
program, and takes a third less time.
"""

import os
import re
import subprocess

_WORD = re.compile(r'\s*(?:defined\s*\(\s*(\w+)\s*\)|(&&|\|\||[!()]))\s*')
_PYTHON = {'&&': ' and ', '||': ' or ', '!': ' not '}
_DIRECTIVE = re.compile(r'^[ \t]*#[ \t]*(if|ifdef|ifndef|endif)\b.*', re.MULTILINE)


def macros(preprocess, **options):
    """Names of the macros behind the engine's common.h; the command preprocesses its standard input."""
    done = subprocess.run(preprocess, input='#include "common.h"\n', stdout=subprocess.PIPE, check=True,
                          universal_newlines=True, **options)
    return set(re.findall(r'^#define (\w+)', done.stdout, re.MULTILINE))


def _value(expression, defined):
    """The value of an expression that asks for definitions only; None for any other."""
    words, at = [], 0
    while at < len(expression):
        found = _WORD.match(expression, at)
        if not found:
            return None
        name, operator = found.groups()
        words.append(str(name in defined) if name else _PYTHON.get(operator, operator))
        at = found.end()
    return eval(''.join(words), {'__builtins__': {}})


def _guard(text):
    """The condition around everything that follows the first #include lines, or None."""
    text = re.sub(r'\\\n', ' ', re.sub(r'/\*.*?\*/', ' ', text, flags=re.DOTALL))
    first = re.search(r'^[ \t]*#[ \t]*include[ \t]+"common\.h"[ \t]*$', text, re.MULTILINE)
    if not first:
        return None
    rest = re.sub(r'\A(\s*#[ \t]*include[ \t].*)*', '', text[first.end():])
    opening = re.match(r'\s*#[ \t]*if[ \t]+(.*)', rest)
    depth = 0
    for directive in _DIRECTIVE.finditer(rest) if opening else ():
        depth += -1 if directive.group(1) == 'endif' else 1
        if depth == 0:
            return opening.group(1).strip() if not rest[directive.end():].strip() else None
    return None


def is_off(path, defined):
    """Whether all of a source is switched off."""
    with open(path, encoding='utf-8') as source:
        guard = _guard(source.read())
    return guard is not None and _value(guard, defined) is False


def without_empty(sources, env):
    """The sources that the configuration has a use for; those outside the engine's library/ stay."""
    defined, kept = {}, []
    for source in sources:
        path = source.srcnode().abspath
        folder = os.path.dirname(path)
        is_engine = os.path.basename(folder) == 'library' and os.path.isfile(os.path.join(folder, 'common.h'))
        if is_engine and folder not in defined:
            command = env.subst('$CC -E -dM -x c $CCFLAGS $_CCCOMCOM -I %s -' % folder)
            defined[folder] = macros(command, shell=True, cwd=env.Dir('#').abspath, env=env['ENV'])
        if not is_engine or not is_off(path, defined[folder]):
            kept.append(source)
    return kept
