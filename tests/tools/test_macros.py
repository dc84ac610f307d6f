# SPDX-License-Identifier: Apache-2.0
"""The manual's macros: each has an entry in tools/macros.ini, the entries say what Kconfig, tls_config.h and the
engines do, and docs/options.md is made of them."""
import functools
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import kconfiglib

from tools.test_config import ENGINES as FOLDERS, PROFILES, REPOSITORY, load, own_symbols, text_of
from tools.mbedtls_settings import document, macros, profiles

FOLDER = dict(zip(('3.6', '2.28'), FOLDERS))
# A profile, and settings on top.
BASES = {
    'default': ('default', {}),
    'no certificates': ('minimal-dtls-psk', {}),
    'another version': ('default', {'PKG_MBEDTLS_TLS1_3': 'y', 'PKG_MBEDTLS_TLS1_1': 'y'}),
    # The generator can be left out only where all of this holds, and AES only without it.
    'no generator': ('default', {'PKG_MBEDTLS_RANDOM_MIN_ENTROPY': '8', 'PKG_MBEDTLS_SESSION_DRBG': 'n',
                                 'PKG_MBEDTLS_RANDOM_DIRECT': 'y', 'PKG_MBEDTLS_GCM': 'n'}),
}
# Lists of removed options do not show that an engine has an option.
NO_PROOF = ('check_config.h', 'compat-1.3.h')


def names_in_the_manual():
    """{name: its sections}."""
    lines = text_of(os.path.join(REPOSITORY, 'tests', 'data', 'manual-macros.txt')).splitlines()
    return {line.split()[0]: set(line.split()[1:]) for line in lines if not line.startswith('#')}


def without_comments(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*', ' ', text, flags=re.DOTALL)


class Entries(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.table = macros.load()
        cls.menu = load()
        cls.symbols = own_symbols(cls.menu)

    def test_each_name_of_the_manual_has_an_entry_with_its_sections(self):
        wanted = names_in_the_manual()
        self.assertGreater(len(wanted), 150)
        found = {name: set(macro.sections) for name, macro in self.table.items() if macro.sections}
        self.assertEqual(sorted(set(wanted) - set(found)), [])
        self.assertEqual(found, wanted)

    def test_each_symbol_is_in_the_menu(self):
        for macro in self.table.values():
            for symbol in macro.symbols + macros.symbols_of(macro.when) + [macro.value or 'PKG_USING_MBEDTLS']:
                self.assertIn(symbol, self.symbols, macro.name)

    def test_each_option_can_be_reached_from_the_menu(self):
        """By a line of the menu, or one that selects it."""
        for macro in self.table.values():
            if macro.when not in ('', 'y', 'n'):
                self.assertTrue(any(self.is_reachable(self.symbols[symbol]) for symbol in macro.symbols), macro.name)

    def is_reachable(self, symbol):
        selecting = {item.name for item in kconfiglib.expr_items(symbol.rev_dep) if isinstance(item, kconfiglib.Symbol)}
        return any(node.prompt for one in [symbol] + [self.symbols[name] for name in selecting & set(self.symbols)]
                   for node in one.nodes)

    def test_a_macro_that_does_not_exist_has_a_replacement(self):
        for macro in self.table.values():
            with self.subTest(macro.name):
                self.assertLessEqual(set(macro.missing.values()), {'absent', 'always'})
                self.assertTrue(macro.means or macro.says.endswith('.'))
                self.assertNotIn('|', macro.says + macro.instead)
                if macro.kind != 'macro' or macro.missing or macro.when == 'n':
                    self.assertTrue(macro.instead.endswith('.'))

    def test_each_misprint_means_macros_that_exist(self):
        for macro in self.table.values():
            for pattern in macro.means:
                self.assertTrue(pattern in self.table or '*' in pattern, pattern)
            if macro.means:
                self.assertNotEqual(self.table.meant(macro), [], macro.name)


class Engines(unittest.TestCase):

    def test_an_engine_has_the_macros_that_the_table_lists(self):
        for engine in FOLDER:
            known = self.names_of(engine)
            for macro in macros.load().values():
                with self.subTest(engine=engine, macro=macro.name):
                    if macro.means:
                        self.assertNotIn(macro.name, known)
                    elif macro.kind == 'macro' and macro.missing.get(engine) != 'always':
                        self.assertEqual(macro.name in known, engine not in macro.missing)

    @functools.lru_cache(None)
    def names_of(self, engine):
        folder = os.path.join(REPOSITORY, FOLDER[engine])
        if not os.path.isdir(os.path.join(folder, 'include')):
            self.skipTest('no engine here')
        known = set()
        for part in ('include', 'library'):
            for path in glob.glob(os.path.join(folder, part, '**', '*.[ch]'), recursive=True):
                if os.path.basename(path) not in NO_PROOF:
                    with open(path, encoding='utf-8', errors='replace') as source:
                        known |= set(re.findall(r'MBEDTLS_\w+', without_comments(source.read())))
        return known

    def test_the_symbols_switch_the_macros_in_3_6(self):
        self.check_switches('3.6')

    def test_the_symbols_switch_the_macros_in_2_28(self):
        self.check_switches('2.28')

    def check_switches(self, engine):
        """
        In configurations that are chosen so that each macro's condition is met in one and not in another: the engine
        sees the macro exactly where it is met.
        """
        known = self.names_of(engine)
        table = macros.load()
        always = [macro.name for macro in table.values()
                  if macro.missing.get(engine) == 'always' and macro.name in known]
        switched = [macro for macro in table.values() if macro.when and engine not in macro.missing]
        valued = [macro for macro in table.values() if macro.value]
        missing = {(macro.name, value) for macro in switched for value in (False, True)
                   if {'y': True, 'n': False}.get(macro.when, value) == value}
        missing |= {(macro.name, None) for macro in valued}
        for what, menu in self.configurations(engine, table):
            truth = {macro.name: menu.eval_string(macro.when) > 0 for macro in switched}
            truth.update(dict.fromkeys(always, True))
            if menu.eval_string('PKG_MBEDTLS_ENGINE_2_28 && PKG_MBEDTLS_SELF_TEST'):
                truth['MBEDTLS_TIMING_C'] = False       # the only one that another engine's option takes away
            values = {macro.name: menu.syms[macro.value].str_value for macro in valued}
            shown = set(truth.items()) | {(name, None) for name in values
                                          if what.partition('=')[0].endswith(' ' + table[name].value)}
            if not missing & shown:
                continue
            missing -= shown
            seen = self.seen_by(engine, menu)
            with self.subTest(engine=engine, configuration=what):
                self.assertEqual({name: name in seen for name in truth}, truth)
                self.assertEqual({name: self.resolved(seen, name) for name in values}, values)
            if not missing:
                break
        self.assertEqual(sorted(missing, key=str), [], 'no configuration of the test shows these')

    def configurations(self, engine, table):
        """(words, menu) of the bases, and of each with one symbol switched or set to an end of its range."""
        menu = load()
        names = sorted({name for macro in table.values() for name in macro.symbols + [macro.value] if name})
        for base in BASES:
            self.set_base(menu, engine, base)
            before = {name: menu.syms[name].str_value for name in names}
            yield base, menu
            for name in names:
                symbol = menu.syms[name]
                self.set_base(menu, engine, base)
                if symbol.type == kconfiglib.BOOL:
                    value = 'n' if before[name] == 'y' else 'y'
                elif symbol.ranges:
                    value = next(end.str_value for end in symbol.ranges[0][:2] if end.str_value != before[name])
                else:
                    continue
                self.enable(menu, symbol, value)
                # Without a key exchange there is no session: tls_config.h reports an error.
                if symbol.str_value != before[name] and menu.eval_string(
                        'PKG_MBEDTLS_CERTIFICATES || PKG_MBEDTLS_PSK'):
                    yield '%s, %s=%s' % (base, name, value), menu

    def set_base(self, menu, engine, base):
        menu.unset_values()
        for symbol in ('PKG_USING_MBEDTLS', 'PKG_MBEDTLS_RANDOM_BOARD'):
            menu.syms[symbol].set_value('y')
        profile, settings = BASES[base]
        profiles.apply(menu, PROFILES, profile)
        menu.syms[macros.ENGINES[engine]].set_value('y')
        for symbol, value in settings.items():
            menu.syms[symbol].set_value(value)

    def enable(self, menu, symbol, value):
        """Sets a symbol, and what it depends on, as far as that is a matter of switching symbols on."""
        for _ in range(4):
            symbol.set_value(value)
            if symbol.visibility:
                break
            wanted = [symbol.direct_dep] + [node.prompt[1] for node in symbol.nodes if node.prompt]
            for term in [term for one in wanted for term in kconfiglib.split_expr(one, kconfiglib.AND)]:
                if not kconfiglib.expr_value(term):
                    for item in [term] if isinstance(term, kconfiglib.Symbol) else kconfiglib.expr_items(term):
                        if isinstance(item, kconfiglib.Symbol) and item.choice is None and item.nodes:
                            self.enable(menu, item, 'y')
                            break

    def seen_by(self, engine, menu):
        """{macro: its text} where the engine has read its configuration."""
        lines = ['#define RT_TICK_PER_SECOND 1000\n']
        for symbol in menu.unique_defined_syms:
            setting = symbol.config_string.strip()
            if setting.startswith('CONFIG_'):
                value = setting.partition('=')[2]
                lines.append('#define %s %s\n' % (symbol.name, '' if value == 'y' else value))
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'rtconfig.h'), 'w') as output:
                output.write(''.join(lines))
            paths = [folder] + [os.path.join(REPOSITORY, path) for path in (
                'ports/inc', 'ports/inc/alt', 'targets/rtthread/include', FOLDER[engine] + '/include')]
            header = 'build_info.h' if engine == '3.6' else 'config.h'
            done = subprocess.run(['gcc', '-E', '-dM', '-x', 'c', '-'] + ['-I' + path for path in paths],
                                  input='#include "mbedtls/%s"\n' % header, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stderr[:2000])
        return dict(re.findall(r'^#define (\w+) ?(.*)$', done.stdout, re.MULTILINE))

    def resolved(self, seen, name):
        while name in seen and re.fullmatch(r'[A-Z]\w*', seen[name]):
            name = seen[name]
        return seen.get(name, '')


class Document(unittest.TestCase):

    def test_the_committed_document_is_what_the_command_writes(self):
        done = subprocess.run([sys.executable, '-B', os.path.join(REPOSITORY, 'tools/config'), 'document', '--check'],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    def test_it_has_a_row_for_each_name_of_the_manual(self):
        rows = re.findall(r'^\| `(\w+)` \|', text_of(os.path.join(REPOSITORY, 'docs', 'options.md')), re.MULTILINE)
        self.assertEqual(sorted(set(names_in_the_manual()) - set(rows)), [])
        self.assertEqual(len(rows), len(set(rows)))

    def prices(self, text):
        with tempfile.NamedTemporaryFile('w') as output:
            output.write(text)
            output.flush()
            return document.read_prices(output.name)

    def test_its_costs_are_those_of_the_price_list(self):
        table = macros.load()
        prices = self.prices(json.dumps({
            'default': {'PKG_MBEDTLS_CCM': {'rom': 2048, 'heap_peak': -16, 'stack': 0},
                        'PKG_MBEDTLS_SERVER': {'rom': 9}, 'PKG_MBEDTLS_ALPN': {'rom': 0, 'heap_peak': 0}},
            'minimal-ecdsa': {'PKG_MBEDTLS_CCM': {'rom': 1}, 'PKG_MBEDTLS_GCM': {'rom': 512, 'heap_peak': None}}}))
        for name, cost in (('MBEDTLS_CCM_C', 'ROM +2048, heap -16'), ('MBEDTLS_GCM_C', 'ROM +512'),
                           ('MBEDTLS_SSL_ALPN', '0'), ('MBEDTLS_DES_C', ''), ('MBEDTLS_SSL_DTLS_HELLO_VERIFY', ''),
                           ('MBEDTLS_MD_C', '')):
            self.assertEqual(document.cost(table[name], prices), cost, name)

    def test_without_a_price_list_the_costs_are_empty(self):
        for prices in (document.read_prices('/nowhere/prices.json'), self.prices('{'), self.prices('{"default": 3}')):
            self.assertEqual(document.cost(macros.load()['MBEDTLS_CCM_C'], prices), '')


if __name__ == '__main__':
    unittest.main()
