# SPDX-License-Identifier: Apache-2.0
"""The figures that are kept in docs/prices.json.

    {base: {option: price}, "steps": {engine: [step]}}

A price is what the option's presence costs, or a number's value against the one of the base (SYMBOL=VALUE):

    rom, static, heap_peak, heap_after, stack   bytes
    minsn_handshake                             million instructions
    insn_per_byte                               instructions for each byte received
    engine, server                              3.6 or 2.28; the server's certificate, ec or rsa
    given                                       settings of both builds that the base does not have
    with                                        settings that come, or go, with the option
    against                                     of a number: the value that the base has
    connects                                    false: ROM and static RAM only
    same                                        true: the image is the same, byte by byte

A step of the way down has the figures themselves, its number in the guide, its title, and what it sets.
"""
import json
import os

from bench.pricing import bases

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILE = os.path.join(ROOT, 'docs', 'prices.json')

SIZES = ('rom', 'static')
OF_A_RUN = ('heap_peak', 'heap_after', 'stack', 'minsn_handshake', 'insn_per_byte')
FIGURES = SIZES + OF_A_RUN
DIGITS = {'minsn_handshake': 1, 'insn_per_byte': 1}     # that are the same in two runs of one image
STEPS = 'steps'


def load(path=FILE):
    try:
        with open(path, encoding='utf-8') as source:
            return json.load(source)
    except FileNotFoundError:
        return {}


def text(prices):
    """One line for each price."""
    blocks = []
    for name, block in prices.items():
        if name == STEPS:
            block = {engine: '[\n   ' + ',\n   '.join(map(json.dumps, steps)) + '\n  ]'
                     for engine, steps in block.items()}
        else:
            block = {option: json.dumps(price) for option, price in block.items()}
        lines = ',\n'.join('  %s: %s' % (json.dumps(key), value) for key, value in block.items())
        blocks.append(' %s: {\n%s\n }' % (json.dumps(name), lines))
    return '{\n' + ',\n'.join(blocks) + '\n}\n'


def write(prices, path=FILE):
    with open(path + '.new', 'w', encoding='utf-8') as output:
        output.write(text(prices))
    os.replace(path + '.new', path)


def merged(prices, measured, steps, order):
    """New prices replace old ones. order: {base: [option]} of all options; others are dropped."""
    found = {}
    for base in bases.BASES:
        of_base = dict(prices.get(base.name, {}), **measured.get(base.name, {}))
        found[base.name] = {name: of_base[name] for name in order[base.name] if name in of_base}
    found[STEPS] = dict(prices.get(STEPS, {}), **steps)
    return found


def difference(without, having):
    """{figure: having minus without}, for the figures that both have."""
    return {figure: round(having[figure] - without[figure], DIGITS.get(figure, 0)) or 0 for figure in FIGURES
            if having.get(figure) is not None and without.get(figure) is not None}
