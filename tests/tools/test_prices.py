# SPDX-License-Identifier: Apache-2.0
"""The price list: which builds are compared, and which texts are written. Nothing is built here."""
import os
import tempfile
import unittest
from unittest import mock

import kconfiglib

from bench.measure import measure
from bench.pricing import bases, kept, lines, menu, plan, priced, tables
from bench.report import documents
from bench.report.recorded import ROOT

KCONFIG = '''\
config PKG_USING_MBEDTLS
    bool "all"
    default y

config PKG_USING_MBEDTLS_USER_CERTS
    bool "roots"

config PKG_CIPHER
    bool "a cipher"
    help
      What it does.

      With a second paragraph.

config PKG_MAC
    bool "its authentication"
    default y
    depends on PKG_CIPHER

config PKG_WORDS
    bool "words"
    default y
    select PKG_TEXTS

config PKG_TEXTS
    bool "texts"

config PKG_SMALL
    bool "the small arithmetic"
    default n
    depends on !PKG_CURVE && PKG_LEVEL = 8

config PKG_CURVE
    bool "a curve"
    default y

config PKG_FAST
    bool "fast reduction, of all arithmetic but the small one"
    default y
    depends on !PKG_SMALL

config PKG_LEVEL
    int "a level"
    range 1 9
    default 2

config PKG_HIDDEN
    bool
    default y if PKG_CIPHER || PKG_CURVE

config PKG_NEEDS_HIDDEN
    bool "needs what has no prompt"
    depends on PKG_HIDDEN && !PKG_CURVE

config PKG_LAST
    bool "stands alone"

config PKG_EITHER
    bool "needs one of two"
    depends on PKG_MAC || PKG_LAST

config PKG_BOARD
    bool "needs another kernel"
    depends on RT_NO_SUCH_THING

choice
    prompt "clock"

config PKG_STRICT
    bool "strict"

config PKG_LAX
    bool "lax"

endchoice
'''

BASE = bases.Base('default', 'default', None, (), '3.6')


class SmallMenu(unittest.TestCase):
    """How the planner handles dependencies, on a menu of the test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with open(os.path.join(folder.name, 'Kconfig'), 'w', encoding='utf-8') as output:
            output.write(KCONFIG)
        self.planner = plan.Planner(BASE, folder.name)

    def item(self, name):
        (item,) = self.planner.of_symbol(self.planner.menu.symbol(name))
        return item

    def check(self, name, given, along, without='n', having='y'):
        item = self.item(name)
        self.assertEqual((item.given, item.along), (given, along))
        for configuration, value in ((item.without, without), (item.having, having)):
            line = '# CONFIG_%s is not set' % name if value == 'n' else 'CONFIG_%s=%s' % (name, value)
            self.assertIn(line, configuration.text.split('\n'))

    def test_an_option_that_is_offered_is_switched_alone(self):
        self.check('PKG_CURVE', {}, {})

    def test_symbols_that_an_option_selects_are_noted(self):
        self.check('PKG_CIPHER', {}, {'PKG_MAC': 'y'})

    def test_symbols_of_the_base_that_an_option_switches_off_are_noted(self):
        folder = self.planner.menu.package
        os.makedirs(os.path.join(folder, 'defconfig'))
        with open(os.path.join(folder, 'defconfig', 'small'), 'w', encoding='utf-8') as output:
            output.write('CONFIG_PKG_CURVE=n\nCONFIG_PKG_LEVEL=8\nCONFIG_PKG_SMALL=y\n')
        self.planner = plan.Planner(bases.Base('small', 'small', 'small', (), '3.6'), folder)
        self.check('PKG_CURVE', {}, {'PKG_SMALL': 'n'})
        self.check('PKG_SMALL', {}, {})

    def test_the_dependencies_of_an_option_are_in_both_builds(self):
        self.check('PKG_MAC', {'PKG_CIPHER': 'y'}, {})

    def test_symbols_that_select_an_option_are_off_in_both_builds(self):
        self.check('PKG_TEXTS', {'PKG_WORDS': 'n'}, {})

    def test_an_option_that_excludes_others_is_priced_without_them(self):
        self.check('PKG_SMALL', {'PKG_CURVE': 'n', 'PKG_LEVEL': '8'}, {})

    def test_a_symbol_without_a_prompt_is_reached_through_the_symbols_that_set_it(self):
        self.check('PKG_NEEDS_HIDDEN', {'PKG_CIPHER': 'y', 'PKG_CURVE': 'n'}, {})

    def test_the_way_to_an_option_is_the_shortest(self):
        self.check('PKG_EITHER', {'PKG_LAST': 'y'}, {})

    def test_a_member_of_a_choice_is_priced_against_the_one_that_is_chosen(self):
        item = self.item('PKG_LAX')
        self.assertEqual(item.along, {})
        self.assertIn('CONFIG_PKG_STRICT=y', item.without.text)
        self.assertIn('CONFIG_PKG_LAX=y', item.having.text)
        with self.assertRaisesRegex(menu.Unreachable, 'what the base has chosen'):
            self.item('PKG_STRICT')

    def test_a_number_is_priced_against_the_bases_value(self):
        with mock.patch.dict(bases.VALUES, {'PKG_LEVEL': (1, 2, 8)}):
            items = self.planner.of_symbol(self.planner.menu.symbol('PKG_LEVEL'))
        self.assertEqual([(item.name, item.against) for item in items], [('PKG_LEVEL=1', '2'), ('PKG_LEVEL=8', '2')])
        self.assertIn('CONFIG_PKG_LEVEL=8\n', items[1].having.text)

    def test_an_option_that_cannot_be_switched_has_a_reason(self):
        for name, reason in (('PKG_BOARD', 'depends on RT_NO_SUCH_THING'), ('PKG_LEVEL', 'none of its values'),
                             ('PKG_USING_MBEDTLS', 'footprint.md')):
            with self.assertRaisesRegex(menu.Unreachable, reason):
                self.item(name)


class RealMenu(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.items, cls.skipped = plan.items([])
        cls.symbols = plan.Planner(bases.BASES[0]).menu.options

    def test_every_option_is_priced_or_says_why_not(self):
        priced_somewhere = {item.name.partition('=')[0] for item in self.items}
        for symbol in self.symbols:
            reasons = [of_base.get(symbol.name) for of_base in self.skipped.values()]
            self.assertTrue(symbol.name in priced_somewhere or any(reasons), symbol.name)

    def test_options_of_2_28_only_are_priced_with_it(self):
        of_2_28 = {item.name for item in self.items if item.base.engine == '2.28'}
        self.assertLessEqual({'PKG_MBEDTLS_TLS1_1', 'PKG_MBEDTLS_SSL3', 'PKG_MBEDTLS_CERTS'}, of_2_28)
        self.assertNotIn('PKG_MBEDTLS_VERSION', of_2_28)

    def test_no_option_changes_the_board_or_the_engine_for_another(self):
        for item in self.items:
            self.assertFalse(set(item.given) & bases.FIXED, item.name)
            self.assertTrue(all('PKG_MBEDTLS_NET_CUSTOM=y' in one.text for one in (item.without, item.having)))

    def test_names_in_the_lists_are_those_of_the_menu(self):
        known = {symbol.name for symbol in self.symbols} | {'PKG_MBEDTLS_SSL_VARIABLE_BUFFER'}
        steps = {name for step in bases.STEPS for name in step.settings}
        for names in (bases.SKIPPED, bases.VALUES, bases.RSA_SERVER, bases.WITH_2_28, bases.FIXED, bases.ROOTS, steps):
            self.assertLessEqual(set(names), known)

    def test_words_choose_options(self):
        names = {item.name for item in plan.items(['alpn'])[0]}
        self.assertEqual(names, {'PKG_MBEDTLS_ALPN'})
        names = {item.name for item in plan.items(['MAX_CONTENT_LEN=20??'])[0]}
        self.assertEqual(names, {'MBEDTLS_SSL_MAX_CONTENT_LEN=2048'})

    def test_the_way_down_holds_for_both_engines(self):
        for base in bases.WAYS:
            steps = plan.Planner(base).steps()
            self.assertGreater(len(steps), 10)
            self.assertEqual([step.title for step, settings, one in steps if not settings and not one.arguments], [])
        titles = [step.title for step, _, _ in plan.Planner(bases.WAYS[1]).steps()]
        self.assertNotIn("the hardware's random numbers", titles)       # which 2.28 does not have


class Measuring(unittest.TestCase):
    """priced.py, with nothing behind it."""

    def setUp(self):
        self.folder = priced.Folder('x')
        self.runs = 0

    def measure(self, images, row=None):
        usage = mock.Mock(rom=100, static=4)
        row = row or {'verified': True, 'heap_peak': 10, 'heap_after': 5, 'stack': 3, 'minsn_handshake': 1.0,
                      'insn_per_byte': 2.0}

        def figures(*_):
            self.runs += 1
            return row, {}

        with mock.patch.object(priced.Folder, 'build', return_value='folder'), \
                mock.patch.object(priced, 'fingerprint', side_effect=images), \
                mock.patch.object(priced.rom, 'of', return_value=usage), \
                mock.patch.object(priced.bench_server, 'chain', return_value=(None, None)), \
                mock.patch.object(measure, 'figures', figures):
            one, other = plan.Configuration('a', ()), plan.Configuration('b', ())
            return priced.price(plan.Item(BASE, 'PKG_X', '', 'ec', one, other, {}, {}), self.folder)

    def test_an_image_that_is_the_same_is_not_run_again(self):
        price = self.measure(['i', 'i'])
        self.assertEqual((self.runs, price['same'], price['rom'], price['connects']), (1, True, 0, True))
        self.measure(['never', 'asked'])
        self.assertEqual(self.runs, 1)

    def test_an_option_that_prevents_connecting_has_a_price_in_rom_only(self):
        price = self.measure(['i', 'j'], {'verified': False, 'error': 'no'})
        self.assertFalse(price['connects'])
        self.assertEqual((price['rom'], 'heap_peak' in price), (0, False))
        self.assertEqual(self.runs, 4)          # each once more, since the machine might have been busy

    def test_a_failed_build_does_not_affect_the_other_prices(self):
        def work(folder):
            if not told:
                raise priced.Failed('does not build')
            return 'good'

        told = []
        priced.run({BASE: [work, work]}, lambda _, result, __: told.append(result))
        self.assertEqual([str(one) for one in told], ['does not build', 'good'])


PRICE = {'rom': 2048, 'static': 0, 'heap_peak': 16, 'heap_after': 0, 'stack': 0, 'minsn_handshake': 0.0,
         'insn_per_byte': 0, 'engine': '3.6', 'server': 'ec', 'connects': True}


class Kept(unittest.TestCase):
    def test_a_price_is_what_the_option_adds(self):
        one = dict.fromkeys(kept.FIGURES, 100)
        self.assertEqual(kept.difference(one, dict(one, rom=2148, stack=90, minsn_handshake=100.02))['rom'], 2048)
        self.assertEqual(kept.difference(one, dict(one, stack=90))['stack'], -10)
        self.assertEqual(kept.difference(one, dict(one, minsn_handshake=100.02))['minsn_handshake'], 0)
        self.assertNotIn('heap_peak', kept.difference(one, {'rom': 1, 'static': 1}))

    def test_new_prices_replace_old_ones_and_removed_options_are_dropped(self):
        old = {'default': {'A': {'rom': 1}, 'B': {'rom': 2}, 'GONE': {'rom': 3}}, 'steps': {'3.6': [1], '2.28': [2]}}
        order = {base.name: ['B', 'A', 'C'] for base in bases.BASES}
        new = kept.merged(old, {'default': {'A': {'rom': 9}}}, {'3.6': [5]}, order)
        self.assertEqual(list(new['default'].items()), [('B', {'rom': 2}), ('A', {'rom': 9})])
        self.assertEqual(new['steps'], {'3.6': [5], '2.28': [2]})

    def test_prices_are_read_as_they_were_written(self):
        prices = {'default': {'A': PRICE}, 'minimal-ecdsa': {}, 'steps': {'3.6': [{'title': 'x', 'set': {}}]}}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'prices.json')
            self.assertEqual(kept.load(path), {})
            kept.write(prices, path)
            self.assertEqual(kept.load(path), prices)


class HelpTexts(unittest.TestCase):
    def test_the_menus_help_shows_the_recorded_prices(self):
        self.assertEqual(lines.renew(kept.load(), write=False), [], 'make prices-docs')

    def test_a_remark_names_figures_that_are_not_zero(self):
        prices = {'default': {'A': dict(PRICE, rom=-1980, minsn_handshake=-16.4)}}
        self.assertEqual(lines.remark(prices, 'A'), 'Price: ROM -1,980, heap +16, Minsn -16')
        self.assertIsNone(lines.remark(prices, 'B'))

    def test_the_first_base_with_a_price_counts_and_another_one_is_named(self):
        dearer = {'A': dict(PRICE, rom=4096)}
        self.assertEqual(lines.remark({'default': {'A': PRICE}, 'default-2.28': dearer}, 'A'),
                         'Price: ROM +2,048, heap +16')
        self.assertEqual(lines.remark({'default': {}, 'default-2.28': dearer}, 'A'),
                         'Price: ROM +4,096, heap +16 (Mbed TLS 2.28)')

    def test_an_option_that_changes_no_image_costs_nothing_unless_called(self):
        nothing = dict(PRICE, rom=0, heap_peak=0)
        unused = {'default': {'A': dict(nothing, same=True)}, 'minimal-ecdsa': {'A': dict(nothing, same=True)}}
        self.assertEqual(lines.remark(unused, 'A'), 'Price: nothing unless called')
        self.assertEqual(lines.remark(dict(unused, **{'minimal-ecdsa': {'A': nothing}}), 'A'), 'Price: nothing')

    def test_a_number_shows_the_value_that_changes_the_most(self):
        prices = {'default': {'A=3': dict(PRICE, against='2', rom=0), 'A=4': dict(PRICE, against='2', heap_peak=-16)}}
        self.assertEqual(lines.remark(prices, 'A'), 'Price: ROM +2,048, heap -16 at 4 instead of 2')

    PRICES = {'default': {'PKG_CIPHER': PRICE, 'PKG_MAC': PRICE}}

    def test_only_the_last_line_of_a_help_is_written(self):
        new = lines.renewed(KCONFIG, self.PRICES)
        self.assertIn('      With a second paragraph.\n      Price: ROM +2,048, heap +16\n\n'
                      'config PKG_MAC\n', new)
        self.assertIn('    depends on PKG_CIPHER\n    help\n      Price: ROM +2,048', new)
        without = [line for line in new.split('\n') if 'Price:' not in line]
        without.remove('    help')
        rest = KCONFIG.split('\n')
        rest.remove('    help')
        without.remove('    help')
        self.assertEqual(without, rest)

    def test_writing_twice_changes_nothing_more(self):
        new = lines.renewed(KCONFIG, self.PRICES)
        self.assertEqual(lines.renewed(new, self.PRICES), new)

    def test_a_new_price_replaces_the_old_one_and_a_missing_price_removes_it(self):
        new = lines.renewed(KCONFIG, self.PRICES)
        dearer = lines.renewed(new, {'default': {'PKG_CIPHER': dict(PRICE, rom=4096)}})
        self.assertEqual([line.strip() for line in dearer.split('\n') if 'Price:' in line],
                         ['Price: ROM +4,096, heap +16'])
        self.assertEqual(lines.renewed(new, {}), KCONFIG)

    def test_each_option_has_one_line_that_fits_the_menu(self):
        with open(lines.FILE, encoding='utf-8') as source:
            blocks = lines.blocks(source.read().split('\n'))
        found = [[line for line in block if 'Price:' in line] for _, block in blocks]
        self.assertEqual(max(map(len, found)), 1)
        self.assertLessEqual(max(len(line) for block in found for line in block), 80)

    def test_symbols_dependencies_and_values_stay_the_same(self):
        with open(lines.FILE, encoding='utf-8') as source:
            text = source.read()
        everything = {symbol.name: PRICE for symbol in plan.Planner(bases.BASES[0]).menu.options}
        outcomes = []
        for content in (text, lines.renewed(text, {'default': everything}), lines.renewed(text, {})):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'Kconfig')
                with open(path, 'w', encoding='utf-8') as output:
                    output.write(content)
                found = kconfiglib.Kconfig(path, warn=False)
            outcomes.append([(symbol.name, kconfiglib.expr_str(symbol.rev_dep), kconfiglib.expr_str(symbol.direct_dep),
                              symbol.str_value)
                             for symbol in found.unique_defined_syms])
        self.assertEqual(outcomes[0], outcomes[1])
        self.assertEqual(outcomes[0], outcomes[2])


class Tables(unittest.TestCase):
    A = dict(PRICE, given={'PKG_MBEDTLS_G': 'y'}, **{'with': {'PKG_MBEDTLS_W': 'y'}})
    PRICES = {'default': {'PKG_MBEDTLS_A': A, 'MBEDTLS_N=3': dict(PRICE, rom=7)},
              'minimal-ecdsa': {'PKG_MBEDTLS_A': dict(PRICE, server='rsa', connects=False)},
              'steps': {'3.6': [dict(dict.fromkeys(kept.FIGURES, 5), number=1, title='one', set={}, rom=900),
                                dict(dict.fromkeys(kept.FIGURES, 4), number=7, title='two',
                                     set={'PKG_MBEDTLS_A': 'n'}, rom=800)]}}

    def test_the_documents_tables_are_those_of_the_prices(self):
        self.assertEqual(tables.renew(kept.load(), write=False), [], 'make prices-docs')

    def test_the_guide_has_tables(self):
        with open(os.path.join(ROOT, 'docs', 'footprint-optimization-guide.md'), encoding='utf-8') as source:
            self.assertGreater(len(tables.MARKED.findall(source.read())), 10)
        self.assertTrue(any(path.endswith('footprint-optimization-guide.md') for path in documents.files()))

    def test_the_price_of_switching_off_is_negative(self):
        on, off = (tables.table(self.PRICES, ['A=%s' % value, 'default']) for value in 'yn')
        self.assertIn('| `A=y` | default | +2,048 | +16 | given `G=y`; with `W=y` |', on)
        self.assertIn('| `A=n` | default | -2,048 | -16 | given `G=y`; with `W=n` |', off)

    def test_a_table_has_every_base_unless_some_are_named(self):
        text = tables.table(self.PRICES, ['A=y', 'MBEDTLS_N=3'])
        self.assertIn('|  | minimal-ecdsa | +2,048 | +16 | RSA server; not run |', text)
        self.assertIn('| `MBEDTLS_N=3` | default | +7 |', text)
        self.assertNotIn('minimal', tables.table(self.PRICES, ['A=y', 'default']))

    def test_a_way_shows_what_each_step_saves(self):
        self.assertIn('| 7 | two | 800 | -100 | 4 | 4 | 4 | 4 | `A=n` |', tables.table(self.PRICES, ['steps', '3.6']))

    def test_a_row_has_the_conditions_of_each_base_that_differ(self):
        one, other = dict(PRICE, given={'PKG_MBEDTLS_G': 'y'}), dict(PRICE, **{'with': {'PKG_MBEDTLS_W': 'n'}})
        for price, text in ((one, '| given `G=y` |'), (other, '| given `G=y`; minimal: with `W=n` |'),
                            (PRICE, '| given `G=y`; minimal: none |')):
            prices = {'default': {'PKG_MBEDTLS_A': one}, 'minimal-ecdsa': {'PKG_MBEDTLS_A': price}}
            self.assertIn(text, tables.table(prices, ['all']))

    def test_an_unknown_word_is_reported(self):
        with self.assertRaisesRegex(tables.TableError, 'what is defualt'):
            tables.table(self.PRICES, ['A=y', 'defualt'])

    def test_a_table_is_written_between_its_marks_and_nothing_else(self):
        text = 'before\n<!-- prices: A=y -->\nold\n<!-- /prices -->\nafter\n'
        new = tables.renewed(text, self.PRICES)
        self.assertRegex(new, r'(?s)^before\n<!-- prices: A=y -->\n\| setting .*\n<!-- /prices -->\nafter\n$')
        self.assertNotIn('old', new)
        self.assertEqual(tables.renewed(new, self.PRICES), new)


if __name__ == '__main__':
    unittest.main()
