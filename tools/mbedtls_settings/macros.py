# SPDX-License-Identifier: Apache-2.0
"""The manual's macros: tools/macros.ini, and the questions that it can answer by itself."""
import collections
import configparser
import fnmatch
import os
import re

FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'macros.ini')
ENGINES = collections.OrderedDict([('2.28', 'PKG_MBEDTLS_ENGINE_2_28'), ('3.6', 'PKG_MBEDTLS_ENGINE_3_6')])

KEYS = {'kind', 'manual', 'symbol', 'when', 'value', 'means', 'says', 'instead', *ENGINES}


class Macro:
    """An entry; .when is a Kconfig expression, '' if the macro takes a symbol's value or the entry is no macro."""

    def __init__(self, name, entry):
        unknown = set(entry) - KEYS
        if unknown:
            raise ValueError('%s: [%s] has no key %s' % (FILE, name, ' '.join(sorted(unknown))))
        self.name = name
        self.kind = entry.get('kind', 'macro')
        self.sections = entry.get('manual', '').split()
        self.symbols = entry.get('symbol', '').split()
        self.value = entry.get('value', '')
        self.means = entry.get('means', '').split()
        self.when = entry.get('when', '' if self.value else ' && '.join(self.symbols))
        self.missing = {engine: entry[engine] for engine in ENGINES if engine in entry}
        self.says = entry.get('says', '')
        self.instead = entry.get('instead', '')
        if self.means or self.kind != 'macro':
            self.when = ''

    def state(self, engine):
        """always, never, absent (the engine does not know it), or option."""
        return self.missing.get(engine) or {'y': 'always', 'n': 'never'}.get(self.when, 'option')


class Table(collections.OrderedDict):
    """{name: Macro}, in the manual's order."""

    def find(self, name):
        """The entry of a name that a user has written; for a misprint, that of the macro it means."""
        for pattern, macro in self.items():
            if fnmatch.fnmatchcase(name, pattern):
                return self.meant(macro)[0] if macro.means else macro
        return None

    def meant(self, macro):
        return [self[name] for pattern in macro.means for name in fnmatch.filter(self, pattern)
                if not self[name].means]

    def without(self, symbol, engine):
        """The first entry that a symbol switches on and that an engine lacks."""
        for macro in self.values():
            if symbol in macro.when.split(' || ') and engine in macro.missing:
                return macro
        return None


def load(path=FILE):
    parser = configparser.ConfigParser(interpolation=None, delimiters=('=',), comment_prefixes=('#',))
    parser.optionxform = str
    with open(path, encoding='utf-8') as source:
        parser.read_file(source)
    return Table((name, Macro(name, dict(parser[name]))) for name in parser.sections())


def symbols_of(expression):
    return re.findall(r'\b(?:PKG_)?\w*MBEDTLS\w*', expression)
