# SPDX-License-Identifier: Apache-2.0
"""ROM and static RAM of the package: an image less the empty one.

    usage = rom.of('build/mps2-an500')
    usage.rom, usage.static                     # bytes
    usage.parts                                 # [Part(object, name, kind, size)], the largest first

The totals come from the images, the parts from the linker's maps. Their sum
differs a little: the maps count strings that the linker has merged at each
place, and gaps between sections at none.
"""
import collections
import os
import re
import subprocess

Part = collections.namedtuple('Part', 'object name kind size')
Usage = collections.namedtuple('Usage', 'rom static parts')

ROM_SECTIONS = ('.text', '.ARM.exidx', '.data')
RAM_SECTIONS = ('.data', '.bss')

# A long section name stands on a line of its own, which is joined to the next.
INPUT = re.compile(r'^ (\.[\w.$-]+|COMMON|FSymTab|RtiFnTab)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$')
OUTPUT = re.compile(r'^(\.[\w.]+)\s')


def section_sizes(image):
    lines = subprocess.run(['arm-none-eabi-size', '-A', image], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.splitlines()
    return {words[0]: int(words[1]) for words in map(str.split, lines) if len(words) == 3 and words[1].isdigit()}


def object_of(path):
    """A short name: aes.o of .../obj/package/mbedtls/library/aes.o, libc.a(memcpy.o) of an archive."""
    archive = re.search(r'([^/]+)\(([^)]+)\)$', path)
    if archive:
        return '%s(%s)' % archive.groups()
    return 'link-time optimisation' if '.ltrans' in path else os.path.basename(path)


def name_of(section):
    for kind in ('.text', '.rodata', '.data', '.bss'):
        if section == kind or section.startswith(kind + '.'):
            name = section[len(kind) + 1:]
            return kind[1:], '(strings)' if re.search(r'(^|\.)str1\.\d$', name) else name or '(unnamed)'
    return section.lstrip('.'), section


def map_parts(path):
    """Counter of (object, name, kind) over what the linker has kept."""
    parts = collections.Counter()
    with open(path, encoding='utf-8', errors='replace') as source:
        text = source.read().partition('\nLinker script and memory map\n')[2]
    text = re.sub(r'^( [.\w][^\s]*)\n {5,}', r'\1 ', text, flags=re.MULTILINE)
    output = ''
    for line in text.splitlines():
        heading = OUTPUT.match(line)
        if heading:
            output = heading.group(1)
        found = INPUT.match(line)
        if found and output in ROM_SECTIONS + RAM_SECTIONS:
            section, _, size, place = found.groups()
            kind, name = name_of(section)
            parts[object_of(place), name, kind] += int(size, 16)
    return parts


def of(build):
    full, empty = (os.path.join(build, name) for name in ('rtthread', 'empty'))
    sizes = [section_sizes(image + '.elf') for image in (full, empty)]
    rom, static = (sum(sizes[0].get(name, 0) - sizes[1].get(name, 0) for name in names)
                   for names in (ROM_SECTIONS, RAM_SECTIONS))
    parts = map_parts(full + '.map')
    parts.subtract(map_parts(empty + '.map'))
    parts = [Part(*key, size) for key, size in parts.items() if size != 0]
    return Usage(rom, static, sorted(parts, key=lambda part: (-part.size, part.object, part.name)))


def by_object(usage, kinds=('text', 'rodata', 'data')):
    sizes = collections.Counter()
    for part in usage.parts:
        if part.kind in kinds:
            sizes[part.object] += part.size
    return dict(sizes.most_common())
