# SPDX-License-Identifier: Apache-2.0
"""ROM and static RAM of the package: an image less the empty one.

    usage = rom.of('build/mps2-an500')
    usage.rom, usage.static                     # bytes
    usage.parts                                 # [Part(object, name, kind, size)], the largest first

The parts come from the linker's maps and add up to the totals, to the byte: a
part ends where the next one begins, for the maps give strings that the linker
has merged a size at each place; gaps are parts too. A part that only the empty
image has is negative.
"""
import bisect
import collections
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))   # paths in maps start here

Part = collections.namedtuple('Part', 'object name kind size')
Usage = collections.namedtuple('Usage', 'rom static parts')

ROM_SECTIONS = ('.text', '.ARM.exidx', '.data')
RAM_SECTIONS = ('.data', '.bss')
ROM_KINDS = ('text', 'rodata', 'data')          # of parts
RAM_KINDS = ('data', 'bss')

LTO = 'link-time optimisation'
GAP = ('(gaps)', '(alignment)')

# A long section name has its own line, which is joined to the next.
LONG_NAME = re.compile(r'^( ?[.\w]\S*)\n {5,}', re.MULTILINE)
INPUT = re.compile(r'^ (\.[\w.$-]+|COMMON|FSymTab|RtiFnTab)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$')
OUTPUT = re.compile(r'^(\.[\w.]+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)')
LOADED = re.compile(r'^LOAD (\S+\.o)$', re.MULTILINE)


def section_sizes(image):
    lines = subprocess.run(['arm-none-eabi-size', '-A', image], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.splitlines()
    return {words[0]: int(words[1]) for words in map(str.split, lines) if len(words) == 3 and words[1].isdigit()}


def object_of(path):
    """A short name: aes.o of .../obj/package/mbedtls/library/aes.o, libc.a(memcpy.o) of an archive."""
    archive = re.search(r'([^/]+)\(([^)]+)\)$', path)
    if archive:
        return '%s(%s)' % archive.groups()
    return LTO if '.ltrans' in path else os.path.basename(path)


def name_of(section):
    for kind in ('.text', '.rodata', '.data', '.bss'):
        if section == kind or section.startswith(kind + '.'):
            name = section[len(kind) + 1:]
            return kind[1:], '(strings)' if re.search(r'(^|\.)str1\.\d$', name) else name or '(unnamed)'
    return {'COMMON': 'bss'}.get(section, 'rodata'), section


def plain(name):
    """The name without the compiler's suffix: aes_setkey for aes_setkey.constprop.0"""
    return re.sub(r'\.(constprop|isra|part|lto_priv|cold|localalias|\d+)\b.*$', '', name)


class LinkTimeObjects:
    """The functions in the few objects that link-time optimisation makes, each with one section for all of them. The
    symbols of the image tell the functions apart; those of the input objects, which hold ordinary code as well, say
    where each came from."""

    def __init__(self, image, map_text):
        lines = subprocess.run(['arm-none-eabi-nm', '-S', image], stdout=subprocess.PIPE, text=True,
                               check=True).stdout
        self.symbols = sorted((int(start, 16), int(size, 16), name) for start, size, name in
                              re.findall(r'^(\w{8}) (\w{8}) [tTrRdDbBwW] (\S+)$', lines, re.MULTILINE))
        self.starts = [start for start, _, _ in self.symbols]
        self.owners = collections.defaultdict(set)
        files = [os.path.join(ROOT, path) for path in LOADED.findall(map_text) if '.ltrans' not in path]
        # Not nm: its plug-in for link-time optimisation hides static functions.
        listing = subprocess.run(['arm-none-eabi-readelf', '-sW', *files], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True, check=False).stdout
        path = ''
        for found in re.finditer(r'^File: (.*)$|(?:FUNC|OBJECT) +\w+ +\w+ +\d+ (\S+)$', listing, re.MULTILINE):
            path = found.group(1) or path
            if found.group(2):
                self.owners[plain(found.group(2))].add(object_of(path))

    def owner(self, name):
        """LTO itself where several objects have a static of this name."""
        found = self.owners.get(plain(name), ())
        return next(iter(found)) if len(found) == 1 else LTO

    def split(self, start, end):
        """[(object, name, size)] of a range."""
        found, at = [], start
        for first, size, name in self.symbols[bisect.bisect_left(self.starts, start):
                                              bisect.bisect_left(self.starts, end)]:
            if size and first >= at and first + size <= end:
                found += [(LTO, '(unnamed)', first - at), (self.owner(name), name, size)]
                at = first + size
        return found + [(LTO, '(unnamed)', end - at)]


def map_parts(build, name):
    """Counter of (object, name, kind) of all bytes that the linker has kept."""
    with open(os.path.join(build, name + '.map'), encoding='utf-8', errors='replace') as source:
        text = source.read().partition('\nLinker script and memory map\n')[2]
    linked = LinkTimeObjects(os.path.join(build, name + '.elf'), text) if '.ltrans' in text else None
    parts = collections.Counter()
    section, inputs = None, []
    for line in LONG_NAME.sub(r'\1 ', text).splitlines():
        heading, found = OUTPUT.match(line), INPUT.match(line)
        if heading:
            add_section(parts, section, inputs, linked)
            start, size = (int(number, 16) for number in heading.groups()[1:])
            section, inputs = (heading.group(1), start, start + size), []
        elif found and int(found.group(3), 16):
            inputs.append((int(found.group(2), 16), int(found.group(3), 16), found.group(1), found.group(4)))
    add_section(parts, section, inputs, linked)
    return parts


def add_section(parts, section, inputs, linked):
    """Adds the inputs of one output section to the parts."""
    if section is None or section[0] not in ROM_SECTIONS + RAM_SECTIONS:
        return
    _, at, end = section
    gap = GAP + ({'.ARM.exidx': 'rodata'}.get(section[0], section[0][1:]),)
    inputs.sort(key=lambda one: one[0])
    for (start, size, name, place), following in zip(inputs, [one[0] for one in inputs[1:]] + [end]):
        kind, name = name_of(name)
        owner = object_of(place)
        parts[gap] += start - at
        at = min(start + size, following)
        pieces = linked.split(start, at) if owner == LTO and name == '(unnamed)' else [(owner, name, at - start)]
        for owner, name, size in pieces:
            parts[owner, name, kind] += size
    parts[gap] += end - at


def of(build):
    full, empty = (os.path.join(build, name) for name in ('rtthread', 'empty'))
    sizes = [section_sizes(image + '.elf') for image in (full, empty)]
    rom, static = (sum(sizes[0].get(name, 0) - sizes[1].get(name, 0) for name in names)
                   for names in (ROM_SECTIONS, RAM_SECTIONS))
    parts = map_parts(build, 'rtthread')
    parts.subtract(map_parts(build, 'empty'))
    parts = [Part(*key, size) for key, size in parts.items() if size != 0]
    return Usage(rom, static, sorted(parts, key=lambda part: (-part.size, part.object, part.name)))


def by_object(usage, kinds=ROM_KINDS):
    sizes = collections.Counter()
    for part in usage.parts:
        if part.kind in kinds:
            sizes[part.object] += part.size
    return dict(sizes.most_common())
