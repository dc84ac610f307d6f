# SPDX-License-Identifier: Apache-2.0
"""The figures of docs/footprint.json: rows, guard, tables in documents, and the report. Nothing is built here."""
import contextlib
import html.parser
import json
import os
import re
import tempfile
import unittest
from unittest import mock

from bench import footprint
from bench.measure import bench_server, measure, rom
from bench.report import documents, recorded, report, rows, runner, table

CHAIN = {'chain': 'ec', 'length': 2}


def row(name='default-Os-ec2', **figures):
    found = {'name': name, 'engine': 'Mbed TLS 3.6.6',
             'options': dict(CHAIN, client='default', opt='-Os', lto=False, compiler='gcc 1', suite='A <suite> & more'),
             'rom': 100000, 'static': 400, 'heap_peak': 20000, 'heap_after': 15000, 'stack': 2000,
             'minsn_handshake': 70.0, 'insn_per_byte': 62.5, 'verified': True}
    return dict(found, **figures)


DETAILS = {
    'phases': {'setup': 100, 'hello': 2000, 'finished': 500},
    'heap_timeline': [(0, 0), (50, 700), (60, 100), (1500, 900), (2590, 0)],
    'heap_at_peak': [{'size': 600, 'callers': ['grow<T>', 'f']}, {'size': 300, 'callers': ['grow<T>', 'f']}],
    'rom_parts': [
        {'object': 'aes.o', 'name': 'FT0', 'kind': 'rodata', 'size': 60000},
        {'object': 'aes.o', 'name': '</script><!-- x', 'kind': 'text', 'size': 39000},
        {'object': 'tls_roots.o', 'name': 'root_0', 'kind': 'rodata', 'size': 990},
        {'object': 'tls_client.o', 'name': 'buffer', 'kind': 'bss', 'size': 5000},
        {'object': 'meter_command.o', 'name': '(strings)', 'kind': 'rodata', 'size': -6},
        {'object': '(gaps)', 'name': '(alignment)', 'kind': 'text', 'size': 16}]}


class Rows(unittest.TestCase):
    def test_every_row_has_its_own_name(self):
        names = [one.name for one in rows.rows()]
        self.assertEqual(len(names), len(set(names)))

    def test_every_client_is_built_in_every_way_with_every_chain(self):
        for client in rows.CLIENTS:
            ways = {(one.opt, one.lto) for one in rows.rows() if one.client == client}
            self.assertEqual(ways, {(opt, lto) for opt in ('-Os', '-O2') for lto in (False, True)}, client.name)
            chains = {(one.chain, one.length) for one in rows.rows() if one.client == client}
            self.assertEqual(chains, {(chain, length) for chain in client.chains for length in client.lengths})

    def test_one_build_folder_serves_all_chains(self):
        default = [one for one in rows.rows() if one.client.name == 'default']
        self.assertEqual(len(default), 16)
        self.assertEqual([len(image) for image in rows.images(default)], [4, 4, 4, 4])

    def test_words_choose_rows(self):
        self.assertEqual([one.name for one in rows.chosen(['default-Os-ec2'])], ['default-Os-ec2'])
        self.assertEqual({one.client.name for one in rows.chosen(['lowest', 'modern'])}, {'lowest-ram', 'modern'})
        self.assertEqual(len(rows.chosen(['modern-*-lto-rsa?'])), 4)
        self.assertEqual(rows.chosen([]), rows.rows())
        with self.assertRaisesRegex(ValueError, 'the clients are: default'):
            rows.chosen(['nothing'])

    def test_the_guarded_rows_exist(self):
        self.assertLessEqual(set(rows.GUARDED), {one.name for one in rows.rows()})


FIGURES = {key: value for key, value in row().items() if key not in ('name', 'engine', 'options')}


@mock.patch.object(bench_server, 'chain', lambda kind, length: (kind, length))
class Runner(unittest.TestCase):
    def test_a_row_that_fails_does_not_spoil_the_others(self):
        images = rows.images(rows.chosen(['default-Os-*2', 'modern-Os-ec2']))

        def build(one, _):
            if one.client.name == 'default':
                raise measure.MeasureError('build failed:\nCC x.c\nx.c:1: error: no such thing\n')
            return 'folder', 'engine'

        with mock.patch.object(runner, 'build', build), \
                mock.patch.object(measure, 'accepts', return_value=None), \
                mock.patch.object(measure, 'figures', lambda *_: (dict(FIGURES), dict(DETAILS, suite='A'))):
            seen = []
            found = [one.row for one in runner.run(images, lambda image, *_: seen.append(image))]
        good = {one['name']: one['verified'] for one in found}
        self.assertFalse(any(verified for name, verified in good.items() if name.startswith('default')), good)
        self.assertTrue(any(verified for name, verified in good.items() if name.startswith('modern')), good)
        self.assertEqual(found[0]['error'], 'build failed: x.c:1: error: no such thing')
        self.assertIsNone(found[0]['rom'])
        self.assertEqual(len(seen), len(images))
        self.assertTrue(any('no such thing' in line for line in table.table(found)))

    def test_a_client_that_accepts_an_impostor_does_not_count(self):
        with mock.patch.object(runner, 'build', return_value=('folder', 'engine')), \
                mock.patch.object(measure, 'accepts', return_value='accepts a server of another root'), \
                mock.patch.object(measure, 'figures', lambda *_: (dict(FIGURES), dict(DETAILS, suite='A'))):
            found = runner.measure_rows(rows.chosen(['default-Os-ec2']))[0].row
        self.assertEqual((found['verified'], found['error']), (False, 'accepts a server of another root'))

    def test_an_interruption_keeps_what_is_measured(self):
        images = rows.images(rows.chosen(['default-Os-ec2', 'default-O2-ec2']))

        def stop(*_):
            raise KeyboardInterrupt

        with mock.patch.object(runner, 'measure_rows', lambda image: [runner.Result(row(image[0].name))]):
            found = [one.row for one in runner.run(images, stop)]
        self.assertEqual([one['name'] for one in found], ['default-Os-ec2', 'default-O2-ec2'])
        self.assertIn(True, [one['verified'] for one in found])


class Guard(unittest.TestCase):
    RECORD = {'default-Os-ec2': row()}

    def test_growth_up_to_one_percent_passes(self):
        self.assertEqual(recorded.guard(row(rom=101000, heap_peak=20200), self.RECORD), (None, None))

    def test_more_growth_fails_with_a_remedy(self):
        for figure, value in (('rom', 101001), ('heap_peak', 20201), ('heap_after', 15151)):
            problem, hint = recorded.guard(row(**{figure: value}), self.RECORD)
            self.assertIn('%s %s, +' % (figure, '{:,}'.format(value)), problem)
            self.assertIn('make footprint-record ROWS=default-Os-ec2', problem)
            self.assertIsNone(hint)

    def test_a_decrease_passes_with_a_hint(self):
        problem, hint = recorded.guard(row(rom=90000), self.RECORD)
        self.assertIsNone(problem)
        self.assertIn('rom 90,000, -10,000 (-10.0 %)', hint)
        self.assertIn('make footprint-record', hint)

    def test_a_row_without_a_record_fails(self):
        self.assertIn('no row', recorded.guard(row(), {})[0])

    def test_noise_in_instruction_counts_is_not_a_change(self):
        self.assertEqual(recorded.changes(row(minsn_handshake=70.05), self.RECORD), [])
        self.assertEqual([change.figure for change in recorded.changes(row(minsn_handshake=70.2), self.RECORD)],
                         ['minsn_handshake'])

    def test_a_new_record_replaces_only_what_was_measured(self):
        record = {'default-Os-ec2': row(), 'default-Os-ec3': row('default-Os-ec3'), 'gone': row('gone')}
        merged = recorded.merged(record, [row(rom=5, phases={'setup': 1})])
        self.assertEqual([(one['name'], one['rom']) for one in merged],
                         [('default-Os-ec2', 5), ('default-Os-ec3', 100000)])
        self.assertNotIn('phases', merged[0])

    def test_a_record_is_read_as_it_was_written(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'footprint.json')
            self.assertEqual(recorded.load(path), {})
            recorded.write(path, [row()])
            self.assertEqual(recorded.load(path), self.RECORD)


class Documents(unittest.TestCase):
    RECORD = {'default-Os-ec2': row(), 'default-Os-lto-ec2': row('default-Os-lto-ec2', rom=90000)}

    def test_tables_of_the_repository_are_those_of_the_record(self):
        self.assertEqual(documents.renew(recorded.load(), write=False), [], 'make footprint-docs')

    def test_the_repository_has_a_table(self):
        text = ''.join(report.read(path) for path in documents.files())
        self.assertTrue(documents.MARKED.search(text))

    def test_a_table_is_written_between_its_marks_and_nothing_else(self):
        text = 'before\n<!-- footprint: Os-lto -->\nold\n<!-- /footprint -->\nafter\n'
        new = documents.renewed(text, self.RECORD)
        self.assertRegex(new, r'(?s)^before\n<!-- footprint: Os-lto -->\n\| client .*90,000.*\n<!-- /footprint -->\n'
                              r'after\n$')
        self.assertNotIn('old', new)
        self.assertEqual(documents.renewed(new, self.RECORD), new)

    def test_another_record_makes_a_table_stale(self):
        marks = '<!-- footprint: overview -->\n<!-- /footprint -->\n'
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(recorded, 'ROOT', folder):
            path = os.path.join(folder, 'README.md')
            with open(path, 'w', encoding='utf-8') as output:
                output.write(documents.renewed(marks, self.RECORD))
            self.assertEqual(documents.renew(self.RECORD, write=False), [])
            other = {'default-Os-ec2': row(rom=100001)}
            self.assertEqual(documents.renew(other, write=False), ['README.md'])
            self.assertEqual(documents.renew(other), ['README.md'])
            self.assertEqual(documents.renew(other, write=False), [])

    def test_an_unknown_table_is_reported(self):
        with self.assertRaisesRegex(documents.DocumentError, 'no table "x"; there are: overview'):
            documents.renewed('<!-- footprint: x -->\n<!-- /footprint -->', self.RECORD)

    def test_the_manuals_figures_stand_in_the_overview(self):
        overview = documents.tables(self.RECORD)['overview']
        for figure in ('159,972', '26,849', '71,975', '23,344'):
            self.assertIn(figure, overview)


class Checker(html.parser.HTMLParser):
    """Records elements that are not closed, and everything that a browser would fetch."""
    VOID = {'meta', 'link', 'input', 'br'}

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.addresses, self.ids = [], [], [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.addresses += [values[name] for name in ('src', 'href', 'action', 'data') if name in values]
        self.ids += [values['id']] if 'id' in values else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


class Report(unittest.TestCase):
    def setUp(self):
        bad = dict(row('modern-Os-ec2', rom=None, heap_peak=None, verified=False), error='build of <x> failed')
        bad['options'] = dict(bad['options'], client='modern')
        self.results = [runner.Result(row(rom=100000), report.condensed(DETAILS)), runner.Result(bad)]
        self.report = report.Report(self.results, {'default-Os-ec2': row(rom=99000)})
        self.html = self.report.html()
        self.checker = Checker()
        self.checker.feed(self.html)
        self.checker.close()

    def test_the_page_is_well_formed(self):
        self.assertEqual((self.checker.open, self.checker.wrong), ([], []))
        self.assertEqual(len(self.checker.ids), len(set(self.checker.ids)))
        self.assertEqual(re.findall(r'@[A-Z]+@', self.html), [])

    def test_the_page_loads_no_other_file(self):
        self.assertNotRegex(self.html, r'(?i)https?:|@import|url\(|fetch\(|XMLHttpRequest')
        self.assertEqual([address for address in self.checker.addresses if not address.startswith(('#', 'data:'))], [])

    def test_its_script_finds_the_elements_it_asks_for(self):
        script = report.scripts()
        asked = set(re.findall(r"(?:\$|fill|addChoices)\('([\w-]+)'", script)) - {'by-', 'cursor'}   # which it makes
        self.assertLessEqual(asked, set(self.checker.ids))

    def test_names_are_escaped_in_the_page(self):
        data = re.search(r'<script type="application/json" id="data">(.*?)</script>', self.html, re.DOTALL).group(1)
        self.assertNotIn('<', data)
        names = [part[0] for image in json.loads(data)['images'].values() for one in image['objects']
                 for part in one['parts']]
        self.assertIn('</script><!-- x', names)
        self.assertIn('build of &lt;x&gt; failed', self.html)

    def test_the_parts_of_the_treemap_are_the_rom(self):
        for image in self.report.data()['images'].values():
            self.assertEqual(sum(one['size'] for one in image['objects']) + image['rest'], image['rom'])
            for one in image['objects']:
                self.assertEqual(sum(part[1] for part in one['parts']), one['size'])
                self.assertTrue(all(part[1] > 0 for part in one['parts']))

    def test_the_heap_is_shown_at_its_highest_in_each_phase(self):
        phases = report.phases(DETAILS)
        self.assertEqual([(phase['name'], max(phase['heap'])) for phase in phases],
                         [('setup', 700), ('hello', 900), ('finished', 900)])
        self.assertEqual(phases[2]['heap'][-1], 0)
        self.assertEqual(phases[0]['heap'][0], 0)

    def test_changes_against_the_record_are_shown(self):
        self.assertIn('+1,000 (+1.0 %)', self.html)
        self.assertIn('no record', self.html)

    def test_every_object_has_its_part_of_a_client(self):
        for name, layer in {'ssl_tls.o': 'tls', 'x509_crt.o': 'x509', 'aes.o': 'crypto', 'tls_client.o': 'package',
                            'tls_roots.o': 'roots', 'libc.a(lib_a-asctime_r.o)': 'libc', 'tls13.o': 'tls',
                            'x509_minimal.c.o': 'x509'}.items():
            self.assertEqual(report.layer_of(name), layer, name)


class Parts(unittest.TestCase):
    """How rom.py reads a linker's map."""
    MAP = '''
Linker script and memory map

LOAD a.o

.text           0x00000000       0x40
 .text.f        0x00000000       0x10 a.o
                0x00000000                f
 .rodata.f.str1.1
                0x00000010       0x18 a.o
                                 0x20 (size before relaxing)
 .rodata.table  0x00000020        0x8 a.o
 *fill*         0x00000028        0x8
 .text.g        0x00000030        0xc b.o

.bss            0x20000000       0x10
 COMMON         0x20000000        0x8 b.o
'''

    def test_the_parts_add_up_to_the_byte(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'x.map'), 'w', encoding='utf-8') as output:
                output.write(self.MAP)
            parts = {key: size for key, size in rom.map_parts(folder, 'x').items() if size}
        self.assertEqual(parts, {
            ('a.o', 'f', 'text'): 0x10, ('a.o', '(strings)', 'rodata'): 0x10, ('a.o', 'table', 'rodata'): 8,
            ('b.o', 'g', 'text'): 12, rom.GAP + ('text',): 12, ('b.o', 'COMMON', 'bss'): 8, rom.GAP + ('bss',): 8})

    def test_a_compiler_suffix_does_not_hide_the_object_of_a_function(self):
        names = ('f', 'f.constprop.0', 'f.lto_priv.0.lto_priv.1', 'f.part.0.isra.0')
        self.assertEqual([rom.plain(name) for name in names], ['f'] * 4)


class Command(unittest.TestCase):
    def test_nothing_is_recorded_of_a_run_with_a_failed_row(self):
        with mock.patch.object(footprint, 'bench', return_value=([row(verified=False)], 1)), \
                mock.patch.object(recorded, 'write') as write, contextlib.redirect_stdout(None):
            self.assertEqual(footprint.record_figures([]), 1)
        write.assert_not_called()


if __name__ == '__main__':
    unittest.main()
