# SPDX-License-Identifier: Apache-2.0
"""Rules for the text of the device code that no compiler checks."""
import glob
import os
import re
import unittest

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def conditionals(text):
    """
    The #if, #ifdef and #ifndef lines inside function bodies, each as (line number,
    line, has a comment on it or right above it).

    A body is what the package's style makes of it: a brace in the first column
    after a line that ends the parameters, up to the next brace in that column.
    """
    lines = text.splitlines()
    inside = False
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else ''
        if line == '{' and above.endswith(')'):
            inside = True
        elif line.startswith('}'):
            inside = False
        elif inside and re.match(r'\s*#\s*if', line):
            yield number + 1, line, '/*' in line or above.rstrip().endswith('*/')


def device_sources():
    return sorted(path for folder in ('ports', 'samples', 'targets', 'bench') for suffix in ('.c', '.h')
                  for path in glob.glob(os.path.join(REPOSITORY, folder, '**', '*' + suffix), recursive=True))


class ConditionalsInFunctions(unittest.TestCase):
    """Callers write TLS_HAS(); #if is for declarations that the engine or the kernel lacks."""

    def test_each_conditional_in_a_function_has_its_reason_in_a_comment(self):
        without = []
        for path in device_sources():
            with open(path, encoding='utf-8') as source:
                for number, line, has_reason in conditionals(source.read()):
                    if not has_reason:
                        without.append('%s:%d: %s' % (os.path.relpath(path, REPOSITORY), number, line))
        self.assertEqual(without, [])

    def test_a_conditional_without_a_comment_is_found(self):
        text = ('#ifdef A\nint f(void)\n{\n    g();\n#ifdef B\n    h();\n#endif\n'
                '    /* Declared with C only. */\n#ifdef C\n    i();\n#endif\n}\n#endif\n'
                'static const int table[] =\n{\n#ifdef D\n    1\n#endif\n};\n')
        self.assertEqual([(number, has_reason) for number, _, has_reason in conditionals(text)], [(5, False), (9, True)])


if __name__ == '__main__':
    unittest.main()
