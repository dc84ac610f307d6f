# SPDX-License-Identifier: Apache-2.0
"""Tables of the prices in Markdown files, between two comments; the first says what is in it:

    <!-- prices: steps 3.6 -->                      the way down, for an engine
    <!-- prices: all -->                            every option
    <!-- prices: SHA512=n P256_M=y default -->      what it changes to set an option so, on top of these bases (of all)
    <!-- /prices -->

PKG_MBEDTLS_ may be left out, but a symbol that begins with MBEDTLS_ is taken literally.
"""
import re

from bench.report import documents
from bench.pricing import bases, kept, lines

MARKED = re.compile(r'(<!-- prices: (.+?) -->\n).*?(<!-- /prices -->)', re.DOTALL)

CHANGES = (('rom', 'ROM'), ('static', 'static RAM'), ('heap_peak', 'heap peak'), ('heap_after', 'heap after'),
           ('stack', 'stack'), ('minsn_handshake', 'Minsn'), ('insn_per_byte', 'insn/byte'))
HEADS = {'minimal-ecdsa': 'minimal', 'default-2.28': '2.28'}
TITLES = {'default': 'default', 'minimal-ecdsa': 'minimal-ecdsa', 'default-2.28': 'default, 2.28'}
ABSENT = '–'


class TableError(Exception):
    """A mark with an unknown word."""


def plain(value):
    if value is None:
        return ABSENT
    return '{:,.1f}'.format(value) if isinstance(value, float) else '{:,}'.format(value)


def signed(value):
    if value is None:
        return ABSENT
    return '0' if not value else ('{:+,.1f}' if isinstance(value, float) else '{:+,}').format(value)


def markdown(head, rows, texts=1):
    """texts: how many columns hold no numbers on the left; the last one does not either."""
    rule = ['---'] * texts + ['---:'] * (len(head) - texts - 1) + ['---']
    return '\n'.join(['| ' + ' | '.join(head) + ' |', '|' + '|'.join(rule) + '|'] +
                     ['| ' + ' | '.join(row) + ' |' for row in rows]) + '\n'


def code(text):
    return '`%s`' % text


def conditions(price):
    """The conditions of a price, in words."""
    words = []
    if price.get('given'):
        words.append('given ' + ', '.join(code('%s=%s' % (lines.short(name), value))
                                          for name, value in price['given'].items()))
    if price.get('with'):
        words.append('with ' + ', '.join(code('%s=%s' % (lines.short(name), value))
                                         for name, value in price['with'].items()))
    if price['server'] == 'rsa':
        words.append('RSA server')
    return '; '.join(words + ([] if price['connects'] else ['not run']))


def symbol_name(name):
    known = name.startswith(('PKG_', 'MBEDTLS_')) or name in dict(bases.ARGUMENTS)
    return name if known else 'PKG_MBEDTLS_' + name


def change(prices, base, setting):
    """The price of a setting on top of a base: what an option's presence costs with =y, what it saves with =n."""
    name, _, value = setting.partition('=')
    name = symbol_name(name)
    of_base = prices.get(base, {})
    price = of_base.get('%s=%s' % (name, value)) or of_base.get(name)
    if price is None or value != 'n':
        return price
    turned = {key: -price[key] or 0 for key in kept.FIGURES if key in price}
    along = {key: {'y': 'n', 'n': 'y'}.get(other, other) for key, other in price.get('with', {}).items()}
    return dict(price, **turned, **({'with': along} if along else {}))


def changes(prices, words):
    chosen = [base.name for base in bases.BASES if base.name in words] or [base.name for base in bases.BASES]
    rows = []
    for setting in (word for word in words if '=' in word):
        for base in chosen:
            price = change(prices, base, setting)
            if price:
                rows.append((setting, base, price))
    shown = [(figure, title) for figure, title in CHANGES
             if figure == 'rom' or any(price.get(figure) for _, _, price in rows)]
    head = ['setting', 'on top of'] + [title for _, title in shown] + ['']
    cells, before = [], None
    for setting, base, price in rows:
        cells.append([code(setting) if setting != before else '', TITLES[base]] +
                     [signed(price.get(figure)) for figure, _ in shown] + [conditions(price)])
        before = setting
    return markdown(head, cells, 2)


def steps(prices, engine):
    rows, before = [], None
    for step in prices.get(kept.STEPS, {}).get(engine, []):
        settings = ' '.join(code('%s=%s' % (lines.short(name), value)) for name, value in step['set'].items())
        saved = '' if before is None else signed(step['rom'] - before['rom'])
        rows.append(['%d' % step['number'], step['title'], plain(step['rom']), saved] +
                    [plain(step[figure]) for figure in ('heap_peak', 'heap_after', 'stack', 'minsn_handshake')] +
                    [settings])
        before = step
    return markdown(['', 'step', 'ROM', '+/-', 'heap peak', 'after', 'stack', 'Minsn', 'set'], rows, 2)


def of_bases(prices):
    """The conditions of {base: price or None}; after the first base, only those that differ from it."""
    found = [(base, conditions(price)) for base, price in prices.items() if price]
    first = found[0][1]
    return '; '.join([first] * bool(first) + ['%s: %s' % (HEADS.get(base, base), text or 'none')
                                              for base, text in found[1:] if text != first])


def everything(prices):
    """What each option's presence costs, in the order of the menu."""
    names = list(dict.fromkeys(name for base in bases.BASES for name in prices.get(base.name, {})))
    head = ['option', 'ROM', 'static', 'heap', 'stack', 'Minsn', 'minimal: ROM', 'heap', '2.28: ROM', 'heap', '']
    rows = []
    for name in names:
        of = {base.name: prices.get(base.name, {}).get(name) for base in bases.BASES}
        cells = [of['default'].get(figure) if of['default'] else None
                 for figure in ('rom', 'static', 'heap_peak', 'stack', 'minsn_handshake')]
        for base in ('minimal-ecdsa', 'default-2.28'):
            cells += [of[base].get(figure) if of[base] else None for figure in ('rom', 'heap_peak')]
        rows.append([code(lines.short(name))] + [plain(cell) for cell in cells] + [of_bases(of)])
    return markdown(head, rows)


def table(prices, words):
    if words[0] == 'steps':
        return steps(prices, words[1])
    if words == ['all']:
        return everything(prices)
    wrong = [word for word in words if '=' not in word and word not in TITLES]
    if wrong:
        raise TableError('<!-- prices: %s -->: what is %s?' % (' '.join(words), ' '.join(wrong)))
    return changes(prices, words)


def renewed(text, prices):
    return MARKED.sub(lambda found: found.group(1) + table(prices, found.group(2).split()) + found.group(3), text)


def renew(prices, write=True):
    """[path] of the files whose tables were not what the prices say."""
    return documents.rewrite(documents.files(), lambda text: renewed(text, prices), write)
