# SPDX-License-Identifier: Apache-2.0
"""Headers and menu of one RT-Thread kernel, written from names.txt and menu.txt."""
import os
import re

FOLDER = os.path.dirname(os.path.abspath(__file__))
TABLES = ('names.txt', 'menu.txt')

# The kernels between which names came or went.
KERNELS = ('4.0.0', '4.0.3', '4.1.1', '5.0.1', '5.1.0', '5.2.0', '5.3.0')


def number(version):
    """RT_VER_NUM."""
    major, minor, patch = map(int, version.split('.'))
    return major << 16 | minor << 8 | patch


def within(kernel, span):
    first, _, last = span.partition('-')
    return (not first or number(first) <= number(kernel)) and (not last or number(kernel) <= number(last))


def files(kernel):
    """Every header of a kernel, and its Kconfig: path and text."""
    found, path = {}, None
    for name in TABLES:
        with open(os.path.join(FOLDER, name)) as table:
            for line in table:
                heading = re.match(r'== (\S+) ?(\S*)$', line)
                if heading:
                    path = heading.group(1) if within(kernel, heading.group(2)) else None
                    if path:
                        found[path] = '#pragma once\n' if path.endswith('.h') else ''
                elif path and line.strip() and not line.startswith('#') and within(kernel, line[:12].strip()):
                    found[path] += line[12:].replace('@VERSION@', '0x%x' % number(kernel))
    return found


def write(kernel, folder):
    for path, content in files(kernel).items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'w') as header:
            header.write(content)
