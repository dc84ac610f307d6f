# SPDX-License-Identifier: Apache-2.0
"""Choose, prove, prune; the best result so far is kept, whatever happens later."""
import json
import os

from .choose import ROOT, below_floor, choose
from .need import LEVELS, Need
from .rules import STEPS
from .target import FitError

PRICES = os.path.join(ROOT, 'docs', 'prices.json')


def price_of(symbol):
    """ROM of an option, as docs/prices.json has it on top of the smallest base."""
    with open(PRICES, encoding='utf-8') as source:
        prices = json.load(source)
    for base in ('minimal-ecdsa', 'default', 'default-2.28'):
        if symbol in prices.get(base, {}):
            return prices[base][symbol]['rom']
    return 0


def memory(row):
    return row['rom'] + row['static'] + row['heap_peak']


class Search:
    """say: called with each line of progress."""

    def __init__(self, images, facts, target, level, root_facts, say, tls13=False, tickets=False):
        self.images, self.facts, self.target, self.root_facts, self.say = images, facts, target, root_facts, say
        self.level, self.tls13, self.tickets = level, tls13, tickets
        self.need = self.choice = self.proof = None
        self.steps, self.tries, self.refused, self.idle = [], [], [], None
        self.has_refused = False            # every impostor

    def need_of(self, level):
        return Need(self.facts, self.target, level, self.root_facts, self.tls13, self.tickets)

    def first(self):
        """The settings of the level; if they do not work, those of the next one."""
        for level in LEVELS[LEVELS.index(self.level):]:
            need = self.need_of(level)
            need.key_kind = self.target.key_kind()
            choice = choose(need)
            self.say('level %s: %s with %s, %d settings' % (level, need.version, need.suite.name, len(choice.settings)))
            proof = self.images.prove(choice.settings)
            if proof.why is None:
                self.need, self.choice, self.proof, self.level = need, choice, proof, level
                return self.tell('proven')
            self.tries.append({'what': 'level ' + level, 'kept': False, 'why': proof.why})
            self.say('does not work: ' + proof.why)
        raise FitError('no level works with this server: ' + self.tries[-1]['why'], 5)

    def tell(self, what):
        self.say('%s; best so far: ROM %s, heap %s' % (what, *('{:,}'.format(self.proof.row[key])
                                                             for key in ('rom', 'heap_peak'))))

    def candidates(self):
        found = [(price_of(symbol), symbol) for symbol in self.choice.open]
        return [symbol for price, symbol in sorted(found, reverse=True) if price > 0]

    def prune(self):
        """Options that no fact asks for: off, build, prove, keep or take back."""
        off, candidates = [], self.candidates()
        for number, symbol in enumerate(candidates):
            choice = choose(self.need, off=off + [symbol])
            if choice.settings == self.choice.settings or below_floor(choice.settings):
                continue
            self.say('without %s (%d bytes by the price list), %d tries left'
                     % (symbol, price_of(symbol), len(candidates) - number - 1))
            proof = self.images.prove(choice.settings)
            why = proof.why
            if why is None and proof.row['rom'] >= self.proof.row['rom']:
                why = 'it saves no ROM'
            elif why is None and memory(proof.row) >= memory(self.proof.row):
                why = 'it takes as much RAM as it saves ROM'
            self.tries.append({'what': 'without ' + symbol, 'kept': why is None, 'why': why,
                               'rom': proof.row and proof.row['rom']})
            if why is None:
                off.append(symbol)
                self.choice, self.proof = choice, proof
                self.tell('kept')
            else:
                self.say('taken back: ' + why)

    def waterfall(self):
        """ROM from the defaults to the result, one group of rules after the other."""
        names = ['the defaults', 'your root only'] + STEPS
        for number, name in enumerate(names):
            settings = choose(self.need, STEPS[:max(0, number - 1)]).settings
            if number == 0:
                settings = {'PKG_USING_MBEDTLS_USER_CERTS': 'n'}
            self.say('measuring %s, %d builds left' % (name, len(names) - number))
            self.steps.append({'name': name, 'rom': self.images.rom(settings)})
        if self.proof.row['rom'] != self.steps[-1]['rom']:
            self.steps.append({'name': 'tried and left out', 'rom': self.proof.row['rom']})

    def refuse(self):
        for one in self.images.refusals(self.choice.settings, self.need):
            self.say('%s %s: %s' % ('refuses' if one.is_refused else 'ACCEPTS', one.what, one.how))
            self.refused.append(one._asdict())
        self.has_refused = not self.accepted()

    def idles(self, seconds):
        self.idle = self.images.idles(self.choice.settings, seconds)
        self.say('a session ' + self.idle)

    def accepted(self):
        return [one['what'] for one in self.refused if not one['is_refused']]
