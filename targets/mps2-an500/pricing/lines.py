# SPDX-License-Identifier: Apache-2.0
"""The prices in Kconfig: the last lines of each option's help, from the word "Measured" on.

    Measured: 2,048 bytes of ROM, 16 of heap (default); 1,980 of ROM (minimal-ecdsa).

Nothing else in the file is touched; an option without a price has no such line.
"""
import collections
import os
import re
import textwrap

from bench import documents
from pricing import bases, kept

FILE = os.path.join(kept.ROOT, 'Kconfig')

HEAD = re.compile(r'(?:menu)?config (\w+)\s*$')
HELP = re.compile(r'    help\s*$')
MEASURED = re.compile(r'      Measured\b')
INDENT, WIDTH = ' ' * 6, 80

KINDS = (('rom', 'ROM'), ('static', 'static RAM'), ('heap_peak', 'heap'), ('stack', 'stack'))
MOST_NAMED = 3                          # of the options that come along


def short(name):
    return re.sub(r'^PKG_(USING_)?MBEDTLS_', '', name)


def cost(price, unit='bytes of '):
    """2,048 bytes of ROM, 16 of heap"""
    parts = []
    for figure, title in KINDS:
        if price.get(figure):
            parts.append('%s %s%s' % ('{:,}'.format(price[figure]), 'of ' if parts else unit, title))
    if abs(price.get('minsn_handshake', 0)) >= 1:
        parts.append('%.0f million instructions' % price['minsn_handshake'])
    return ', '.join(parts)


def in_short(price):
    """Of a price, for the terminal."""
    return (cost(price) or 'nothing') + ('' if price['connects'] else ' (no connection)')


def where(titles, price):
    """(minimal-ecdsa, without P256_M)"""
    words = list(titles)
    along = price.get('with', {})
    for text, value in (('with', 'y'), ('without', 'n')):
        names = [short(name) for name, other in along.items() if other == value]
        if len(names) > MOST_NAMED:
            names = ['%d more' % len(names)]
        words += [text + ' ' + ', '.join(names)] if names else []
    return '(%s)' % ', '.join(words + ([] if price['connects'] else ['not run']))


def of_switch(found):
    """[(base, price)] in words; bases with the same price share them."""
    if all(price.get('same') for _, price in found):
        return 'Measured: nothing unless called.'
    groups = collections.OrderedDict()
    for base, price in found:
        groups.setdefault((cost(price), where([], price)), []).append((base.title, price))
    parts = []
    for group in groups.values():
        price = group[0][1]
        parts.append('%s %s' % (cost(price, 'of ' if parts else 'bytes of ') or 'nothing',
                                where([title for title, _ in group], price)))
    return 'Measured: %s.' % '; '.join(parts)


def of_number(base, values):
    """[(value, price)] in words."""
    costs = ['%s at %s' % (cost(price, 'bytes of ' if i == 0 else 'of ') or 'nothing', value)
             for i, (value, price) in enumerate(values)]
    return 'Measured against %s (%s): %s.' % (values[0][1]['against'], base.title, '; '.join(costs))


def remark(prices, name):
    """The sentence about an option; None without a price."""
    found = [(base, prices[base.name][name]) for base in bases.BASES if name in prices.get(base.name, {})]
    if found:
        return of_switch(found)
    for base in bases.BASES:
        values = [(key.partition('=')[2], price) for key, price in prices.get(base.name, {}).items()
                  if key.partition('=')[0] == name]
        if values:
            return of_number(base, values)
    return None


def blocks(lines):
    """[(name of the option or None, its lines)] of a Kconfig file."""
    found = [(None, [])]
    for line in lines:
        head = HEAD.match(line)
        if head or (line.strip() and not line.startswith(' ') and found[-1][0]):
            found.append((head.group(1) if head else None, []))
        found[-1][1].append(line)
    return found


def with_remark(block, sentence):
    """The lines of an option's block with this sentence, or none, at the end of its help."""
    end = len(block)
    while not block[end - 1].strip():
        end -= 1
    body, rest = block[:end], block[end:]
    helps = [number for number, line in enumerate(body) if HELP.match(line)]
    old = [number for number, line in enumerate(body) if helps and number > helps[0] and MEASURED.match(line)]
    body = body[:old[0]] if old else body
    if helps and not sentence and len(body) == helps[0] + 1:
        body = body[:-1]                # there was nothing else in it
    if not sentence:
        return body + rest
    return body + ([] if helps else ['    help']) + wrapped(sentence) + rest


def wrapped(sentence):
    return textwrap.wrap(sentence, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False,
                         break_on_hyphens=False)


def renewed(text, prices):
    lines = []
    for name, block in blocks(text.split('\n')):
        lines += with_remark(block, remark(prices, name)) if name else block
    return '\n'.join(lines)


def renew(prices, write=True, path=FILE):
    """[path] if the file was not what the prices say."""
    return documents.rewrite([path], lambda text: renewed(text, prices), write)
