# SPDX-License-Identifier: Apache-2.0
"""The prices in Kconfig: the last line of each option's help.

    Price: ROM +2,048, heap +16

It is the price on top of the first base that has one. Nothing else in the file is
touched; an option without a price has no such line.
"""
import os
import re

from bench.report import documents
from bench.pricing import bases, kept

FILE = os.path.join(kept.ROOT, 'Kconfig')

HEAD = re.compile(r'(?:menu)?config (\w+)\s*$')
HELP = re.compile(r'    help\s*$')
PRICE = re.compile(r'      Price: ')
INDENT = ' ' * 6

KINDS = (('rom', 'ROM'), ('static', 'static RAM'), ('heap_peak', 'heap'), ('stack', 'stack'))


def short(name):
    return re.sub(r'^PKG_(USING_)?MBEDTLS_', '', name)


def cost(price):
    """ROM +2,048, heap +16"""
    parts = ['%s %s' % (title, '{:+,}'.format(price[figure])) for figure, title in KINDS if price.get(figure)]
    if abs(price.get('minsn_handshake', 0)) >= 1:
        parts.append('Minsn %+.0f' % price['minsn_handshake'])
    return ', '.join(parts) or 'nothing'


def in_short(price):
    """A price for the terminal."""
    return cost(price) + ('' if price['connects'] else ' (no connection)')


def in_bytes(price):
    return sum(abs(price.get(figure, 0)) for figure, _ in KINDS)


def of_number(values):
    """[(value, price)] in words: only the value that changes the most bytes is named."""
    value, price = max(values, key=lambda pair: in_bytes(pair[1]))
    return '%s at %s instead of %s' % (cost(price), value, price['against'])


def is_unused(prices, name):
    """Whether the option changes no image, since the measured programs call nothing of it."""
    return all(of_base[name].get('same') for of_base in prices.values() if name in of_base)


def of_base(prices, base, name):
    """The words for an option on top of a base; None if it has no price there."""
    found = prices.get(base.name, {})
    if name in found:
        return 'nothing unless called' if is_unused(prices, name) else cost(found[name])
    values = [(key.partition('=')[2], price) for key, price in found.items() if key.partition('=')[0] == name]
    return of_number(values) if values else None


def remark(prices, name):
    """The line about an option; None without a price."""
    for base in bases.BASES:
        words = of_base(prices, base, name)
        if words:
            return 'Price: %s%s' % (words, '' if base is bases.BASES[0] else ' (%s)' % base.title)
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


def with_remark(block, text):
    """The lines of an option's block with this line, or none, at the end of its help."""
    end = len(block)
    while not block[end - 1].strip():
        end -= 1
    body, rest = block[:end], block[end:]
    helps = [number for number, line in enumerate(body) if HELP.match(line)]
    old = [number for number, line in enumerate(body) if helps and number > helps[0] and PRICE.match(line)]
    body = body[:old[0]] if old else body
    if helps and not text and len(body) == helps[0] + 1:
        body = body[:-1]                # the help has no other line
    if not text:
        return body + rest
    return body + ([] if helps else ['    help']) + [INDENT + text] + rest


def renewed(text, prices):
    lines = []
    for name, block in blocks(text.split('\n')):
        lines += with_remark(block, remark(prices, name)) if name else block
    return '\n'.join(lines)


def renew(prices, write=True, path=FILE):
    """[path] if the file was not what the prices say."""
    return documents.rewrite([path], lambda text: renewed(text, prices), write)
