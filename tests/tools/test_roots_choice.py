# SPDX-License-Identifier: Apache-2.0
"""tools/mbedtls_roots: which roots the settings of menuconfig choose, and what
they cost."""
import calendar
import datetime
import os
import shutil
import subprocess
import sys
import unittest
from unittest import mock

from lib.roots import CA_EXTENSIONS, NOW, PROJECT, TOOLS, Case, content, roots, run
from tools.mbedtls_roots import LIMITS_SYMBOL, distrusted, pem, presets, price, refresh, store
from tools.mbedtls_roots.certificate import Certificate
from tools.mbedtls_roots.collection import certificate_files
from tools.mbedtls_roots.presets import NAMES_SYMBOL


class Choosing(Case):
    """select() and build(), as SConscript uses them."""

    def setUp(self):
        super().setUp()
        self.package = os.path.join(self.folder, 'package')
        os.makedirs(os.path.join(self.package, 'certs'))
        shutil.copytree(presets.preset_dir(PROJECT), presets.preset_dir(self.package))
        self.lines = []
        self.set_time(NOW)

    def set_time(self, moment):
        patch = mock.patch.dict(os.environ, SOURCE_DATE_EPOCH=str(calendar.timegm(moment.timetuple())))
        patch.start()
        self.addCleanup(patch.stop)

    def build(self, *symbols, names=None):
        settings = dict.fromkeys(symbols + (LIMITS_SYMBOL,), True)
        if names is not None:
            settings[NAMES_SYMBOL] = '"%s"' % names
        return roots.build(self.package, lambda symbol: settings.get(symbol, False),
                           os.path.join(self.folder, 'out'), self.note)

    def note(self, line):
        if line.startswith('mbedtls: trusts '):
            self.trusted = line
        else:
            self.lines.append(line)

    def built(self, *symbols, **settings):
        """The names of the certificate files that went in."""
        _, inputs = self.build(*symbols, **settings)
        return [os.path.basename(path) for path in inputs if not path.endswith('.json')]

    def add_user_root(self):
        return self.write('package/certs/mine.cer', pem.encode(self.good))

    def test_the_build_says_whom_the_firmware_trusts(self):
        self.add_user_root()
        self.build('PKG_USING_MBEDTLS_USER_CERTS')
        self.assertEqual("mbedtls: trusts 1 root of certs/ and none of Mozilla's", self.trusted)
        self.build('PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual("mbedtls: trusts no root of certs/ and 2 of Mozilla's", self.trusted)
        self.build('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_ROOT_ISRG')
        self.assertIn("trusts 1 root of certs/ and 2 of Mozilla's (for those of certs/ alone, ", self.trusted)
        self.build('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_USING_MBEDTLS_CERTS_FROM_FS')
        self.assertIn('and the files in the folder of certificates', self.trusted)

    def test_every_preset_builds_alone_from_valid_roots(self):
        table = roots.load_presets(PROJECT)
        for preset in table:
            self.assertEqual(sorted(preset.files), self.built(preset.symbol))
            expected = ['mbedtls: %s: %s' % (preset.symbol, preset.message)] if preset.message else []
            self.assertEqual(expected, self.lines, preset.symbol)
            self.assertEqual(preset.status == 'current', preset.message is None)
            self.lines.clear()

    def test_symbols_of_existing_configurations_all_map(self):
        known = set(preset.symbol for preset in roots.load_presets(PROJECT))
        for name in ('THAWTE', 'VERSIGN_PBULIC', 'VERSIGN_UNIVERSAL', 'GEOTRUST', 'DIGICERT',
                     'GODADDY', 'COMODOR', 'DST', 'CLOBALSIGN', 'ENTRUST',
                     'CERTUM_TRUSTED_NETWORK', 'AMAZON'):
            self.assertIn('PKG_USING_MBEDTLS_%s_ROOT_CA' % name, known)
        for name in ('COMMON', 'ISRG', 'GTS', 'DIGICERT_G2', 'SECTIGO'):
            self.assertIn('PKG_MBEDTLS_ROOT_%s' % name, known)

    def test_table_and_folder_agree(self):
        table = roots.load_presets(PROJECT)
        named = set(name for preset in table for name in preset.files)
        there = set(os.path.basename(path)
                    for path in certificate_files(presets.preset_dir(PROJECT)))
        self.assertEqual(set(), named - there)
        self.assertEqual(len(table), len(set(preset.symbol for preset in table)))

    def test_preset_files_are_self_issued_cas_that_were_valid_when_they_were_taken(self):
        collection = roots.collect(certificate_files(presets.preset_dir(PROJECT)),
                                   now=refresh.taken_on(PROJECT))
        self.assertGreater(len(collection.roots), 130)
        for entry in collection.entries:
            self.assertTrue(entry.is_usable, entry.line())
            self.assertTrue(entry.certificate.is_self_issued, entry.name)

    def test_owner_names_identify_each_preset(self):
        entries = roots.collect(certificate_files(presets.preset_dir(PROJECT)), now=NOW).entries
        for entry in entries:
            path, = presets.find_named(PROJECT, [entry.certificate.owner])
            self.assertEqual(entry.path, path)

    def test_current_presets_hold_no_root_that_browsers_removed(self):
        for preset in roots.load_presets(PROJECT):
            if preset.status == 'current':
                files = [os.path.join(presets.preset_dir(PROJECT), name) for name in preset.files]
                notes = [distrusted.note(root.certificate.spki_sha256) for root in roots.collect(files).roots]
                self.assertEqual([None] * len(files), notes, preset.symbol)

    def test_full_set_fits_into_67000_bytes(self):
        collection = roots.collect(certificate_files(presets.preset_dir(PROJECT)),
                                   now=refresh.taken_on(PROJECT))
        self.assertLessEqual(len(store.encode(collection.roots)), 67000)

    def test_the_default_presets_contain_the_largest_cas(self):
        files = ' '.join(name for preset in roots.load_presets(PROJECT) if preset.default
                         for name in preset.files)
        for name in ('ISRG', 'DigiCert', 'GlobalSign', 'GTS', 'Sectigo', 'USERTrust', 'Amazon'):
            self.assertIn(name, files)

    def test_replaced_root_names_its_replacement(self):
        self.build('PKG_USING_MBEDTLS_DST_ROOT_CA')
        self.assertEqual(['mbedtls: PKG_USING_MBEDTLS_DST_ROOT_CA: DST Root CA X3 expired on '
                          '2021-09-30; ISRG Root X1 and X2 replace it'], self.lines)

    def test_all_certs_takes_every_file_of_the_folder(self):
        names = self.built('PKG_USING_MBEDTLS_USE_ALL_CERTS', 'PKG_USING_MBEDTLS_DST_ROOT_CA')
        self.assertEqual(len(certificate_files(presets.preset_dir(PROJECT))), len(names))
        self.assertEqual([], [line for line in self.lines if 'expires on' not in line])

    def test_single_roots_are_taken_by_name_however_it_is_written(self):
        for names in ('ISRG Root X1, GTS Root R4', 'isrg root x1,GTS-Root-R4', 'GTS_Root_R4;  ISRG_Root_X1, '):
            self.assertEqual(['GTS_Root_R4.pem', 'ISRG_Root_X1.pem'], self.built(names=names))
        self.assertEqual(['NetLock_Arany__Class_Gold__Fotanusitvany.pem'],
                         self.built(names='NetLock Arany (Class Gold) F\u0151tan\xfas\xedtv\xe1ny'))

    def test_single_roots_come_beside_groups(self):
        self.assertEqual(['GTS_Root_R4.pem', 'ISRG_Root_X1.pem', 'ISRG_Root_X2.pem'],
                         self.built('PKG_MBEDTLS_ROOT_ISRG', names='GTS Root R4'))

    def test_empty_name_chooses_nothing(self):
        for names in ('', ' , '):
            self.assertRaises(roots.NoUsableRoot, self.build, names=names)

    def test_misspelt_name_stops_the_build_and_says_which_are_near(self):
        for name, near in (('ISRG Root X3', 'ISRG Root X1'), ('isrg', 'ISRG Root X1, ISRG Root X2'),
                           ('GST Root R1', 'GTS Root R1')):
            with self.assertRaises(roots.RootsError) as caught:
                self.build('PKG_MBEDTLS_ROOT_ISRG', names='GTS Root R4, ' + name)
            self.assertTrue(str(caught.exception).startswith(
                'mbedtls: PKG_MBEDTLS_ROOTS: no root is called "%s"; did you mean ' % name), caught.exception)
            self.assertIn(near, str(caught.exception))
        with self.assertRaisesRegex(roots.RootsError, 'no root is called "Zzz"; "tools/roots list" prints'):
            self.build(names='Zzz')

    def test_user_certs_come_beside_presets(self):
        self.add_user_root()
        names = self.built('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual(['ISRG_Root_X1.pem', 'ISRG_Root_X2.pem', 'mine.cer'], sorted(names))

    def test_user_certs_alone_leave_presets_out_and_the_build_says_so(self):
        self.add_user_root()
        names = self.built('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_TRUST_USER', 'PKG_MBEDTLS_ROOT_ISRG',
                           'PKG_USING_MBEDTLS_USE_ALL_CERTS', names='')
        self.assertEqual(names, ['mine.cer'])
        self.assertEqual(self.lines, ['mbedtls: not trusted, because only the roots in certs/ are: '
                                      'PKG_MBEDTLS_ROOT_ISRG PKG_USING_MBEDTLS_USE_ALL_CERTS'])
        self.assertEqual(self.trusted, "mbedtls: trusts 1 root of certs/ and none of Mozilla's")

    def test_user_folder_stays_out_when_a_preset_is_selected_alone(self):
        self.add_user_root()
        self.assertNotIn('mine.cer', self.built('PKG_MBEDTLS_ROOT_ISRG'))

    def test_user_folder_is_taken_when_nothing_is_selected(self):
        self.add_user_root()
        self.assertEqual(['mine.cer'], self.built())

    def test_empty_user_folder_is_reported(self):
        self.build('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual(['mbedtls: PKG_USING_MBEDTLS_USER_CERTS is set, '
                          'but certs/ holds no certificate'], self.lines)

    def test_no_usable_root_raises_an_error_with_the_remedy(self):
        for symbols in ((), ('PKG_USING_MBEDTLS_USER_CERTS',)):
            with self.assertRaises(roots.NoUsableRoot) as caught:
                self.build(*symbols)
            self.assertIn('put a PEM or DER root into certs/', str(caught.exception))
            self.assertIn('Select Root Certificate', str(caught.exception))

    def test_own_file_that_can_never_be_a_root_stops_the_build(self):
        self.add_user_root()
        self.write('package/certs/bad.pem', 'no certificate')
        self.write('package/certs/leaf.pem', self.maker.der('Leaf', extensions='subjectAltName=DNS:x\n'))
        with self.assertRaisesRegex(roots.RootsError, 'certs/ holds 2 certificates that cannot be used as a root'):
            self.build('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual('mbedtls: certs/bad.pem: unreadable: is neither PEM nor DER, refused', self.lines[0])
        self.assertIn('certs/leaf.pem: not a CA certificate', self.lines[1])
        self.build('PKG_MBEDTLS_ROOT_ISRG')         # unless certs/ is not asked for

    def test_expiry_stops_no_build_while_a_root_is_left(self):
        self.add_user_root()
        self.write('package/certs/old.pem', self.maker.der('Old', end='20270101000000Z'))
        self.build('PKG_USING_MBEDTLS_USER_CERTS')
        self.assertEqual(['mbedtls: certs/old.pem: expires on 2027-01-01, kept'], self.lines)
        self.set_time(datetime.datetime(2027, 1, 2))
        self.build('PKG_USING_MBEDTLS_USER_CERTS')
        self.assertEqual('mbedtls: certs/old.pem: expired on 2027-01-01, left out', self.lines[1])
        self.set_time(datetime.datetime(2041, 1, 1))
        self.assertRaises(roots.NoUsableRoot, self.build, 'PKG_USING_MBEDTLS_USER_CERTS')
        self.assertIn('mbedtls: certs/mine.cer: expired on 2040-01-01, left out', self.lines)

    def test_preset_that_expired_is_left_out_with_a_line(self):
        self.set_time(datetime.datetime(2036, 1, 1))
        self.build('PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual(['mbedtls: certs/default/ISRG_Root_X1.pem: expired on 2035-06-04, left out'], self.lines)

    def test_distrusted_preset_is_left_out_and_stops_nothing(self):
        path = os.path.join(presets.preset_dir(self.package), 'ISRG_Root_X1.pem')
        key = Certificate(pem.split(content(path))[0]).spki_sha256
        with mock.patch.dict(distrusted.REASONS, {key: 'lost'}):
            self.build('PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual(['mbedtls: certs/default/ISRG_Root_X1.pem: its key must not be trusted: lost, refused'],
                         self.lines)

    def test_limited_root_is_left_out_where_the_device_does_not_check_limits(self):
        self.write('package/certs/limited.pem', self.maker.der('Limited', extensions=CA_EXTENSIONS
                   + 'nameConstraints=critical,permitted;DNS:example.com\n'))
        self.build('PKG_USING_MBEDTLS_USER_CERTS')
        self.assertEqual([], self.lines)
        with mock.patch('tools.mbedtls_roots.LIMITS_SYMBOL', 'OFF'):
            self.assertRaises(roots.NoUsableRoot, self.build, 'PKG_USING_MBEDTLS_USER_CERTS')
        self.assertEqual(['mbedtls: certs/limited.pem: needs OFF, left out'], self.lines)

    def test_build_returns_c_files_and_inputs(self):
        mine = self.add_user_root()
        sources, inputs = self.build('PKG_USING_MBEDTLS_USER_CERTS')
        self.assertEqual(['tls_certificate.c', 'tls_roots.c'],
                         [os.path.basename(path) for path in sources])
        self.assertTrue(all(os.path.isfile(path) for path in sources + inputs))
        self.assertEqual([mine, presets.table_path(self.package)], inputs)

    def test_builds_are_the_same_under_every_python_at_hand(self):
        for name in ('old \u4e2d.pem', 'older.pem'):
            self.write('package/certs/' + name, self.maker.der('Old', end='20260101000000Z'))
        self.add_user_root()
        script = self.write('script.py', PYTHON_SCRIPT)
        results = {}
        for python in pythons():
            output = os.path.join(self.folder, os.path.basename(python))
            lines = run(python, '-B', script, TOOLS, self.package, output)
            results[python] = (lines, [content(output, name)
                                       for name in ('tls_certificate.c', 'tls_roots.c')])
        first = results[sys.executable]
        self.assertEqual(2, first[0].count(b'left out'))
        for python, result in results.items():
            self.assertEqual(first, result, python)


    def test_misspelt_names_are_reported_alike_under_every_installed_python(self):
        script = self.write('script.py', PYTHON_SCRIPT.replace("DST' in symbol", "DST' in symbol or "
                            "symbol == 'PKG_MBEDTLS_ROOTS' and '\"NetLock Fotanusitvany, \xc3\xa9\"'"))
        for python in pythons():
            done = subprocess.run([python, '-B', script, TOOLS, self.package, self.folder],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertIn(b'no root is called "NetLock Fotanusitvany"', done.stderr, python)


# Like SConscript: GetDepend of the kernel takes no string but a plain str.
PYTHON_SCRIPT = '''# -*- coding: utf-8 -*-
import sys
tools, package, output = sys.argv[1:]
sys.path.insert(0, tools)
import mbedtls_roots
def setting(symbol):
    assert type(symbol) is str, symbol
    return 'USER_CERTS' in symbol or 'DST' in symbol
def warn(line):
    assert type(line) is str, line
    data = line if isinstance(line, bytes) else line.encode('utf-8')
    getattr(sys.stdout, 'buffer', sys.stdout).write(data + b'\\n')
mbedtls_roots.build(package, setting, output, warn)
'''


def pythons():
    """This Python, and older ones of the machine that run."""
    found = [sys.executable]
    for name in ('python2.7', 'python3.6'):
        path = shutil.which(name)
        if path and subprocess.run([path, '-c', ''], stderr=subprocess.DEVNULL).returncode == 0:
            found.append(path)
    return found


class Prices(Case):
    """The size of a choice, as menuconfig shows it."""

    def test_prompts_of_kconfig_are_up_to_date(self):
        with open(os.path.join(PROJECT, 'Kconfig'), encoding='utf-8') as stream:
            text = stream.read()
        rows = price.choices(PROJECT, refresh.taken_on(PROJECT))
        self.assertEqual(text, price.with_prices(text, rows), 'run: tools/roots price --write')
        self.assertEqual(len(rows), text.count(' bytes)"'))

    def test_price_is_the_size_of_the_store(self):
        files = [os.path.join(presets.preset_dir(PROJECT), 'ISRG_Root_X%d.pem' % number) for number in (1, 2)]
        size = len(store.encode(roots.collect(files, now=NOW).roots))
        row, = [row for row in price.choices(PROJECT, NOW) if row.symbol == 'PKG_MBEDTLS_ROOT_ISRG']
        self.assertEqual((2, size), (row.roots, row.size))

    def test_expiry_does_not_make_a_price_stale(self):
        package = self.copy_package()
        self.roots('price', '--write', package=package)
        environment = dict(os.environ, SOURCE_DATE_EPOCH='2200000000')     # 2039
        first = self.roots('price', package=package, env=environment)
        self.assertEqual(first, self.roots('price', '--write', package=package))
        self.assertEqual((0, 18), (first[0], len(first[1].splitlines())))

    def test_stale_prompts_are_written_anew(self):
        package = self.copy_package()
        kconfig = os.path.join(package, 'Kconfig')
        self.roots('price', '--write', package=package)
        good = content(kconfig).decode()
        with open(kconfig, 'w') as stream:
            stream.write(good.replace(' bytes)"', ' biscuits)"'))
        self.assertTrue(self.roots('price', '--write', package=package)[1].endswith('Kconfig\n'))
        self.assertEqual(good, content(kconfig).decode())


if __name__ == '__main__':
    unittest.main()
