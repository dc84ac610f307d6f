# SPDX-License-Identifier: Apache-2.0
"""tools/roots update: presets out of Debian's package, without a network."""
import datetime
import os
import shutil
import unittest

from lib.roots import AS_OF_NOW, PROJECT, Case, content, roots, run
from tools.mbedtls_roots import pem, presets, refresh
from tools.mbedtls_roots.collection import certificate_files


class Refreshing(Case):
    """tools/roots update, from a folder or file in place of Debian's package."""

    def setUp(self):
        super().setUp()
        self.package = self.copy_package()
        self.target = presets.preset_dir(self.package)
        self.source = os.path.join(self.folder, 'debian', refresh.FOLDER)
        os.makedirs(self.source)
        for path in certificate_files(self.target):
            name = os.path.basename(path)[:-len('.pem')] + '.crt'
            shutil.copy(path, os.path.join(self.source, name))
        self.refresh('1.0', '2026-01-01')

    def refresh(self, version, today):
        """What changed, as of a day."""
        now = datetime.datetime.strptime(today, '%Y-%m-%d')
        return refresh.refresh(self.package, self.source, version, now)[0]

    def debian_package(self, version='2.0', name='ca-certificates'):
        """A package file like Debian's, out of the folder."""
        self.write('debian/DEBIAN/control', 'Package: %s\nVersion: %s\nArchitecture: all\n'
                   'Maintainer: nobody <nobody@example.org>\nDescription: test\n' % (name, version))
        path = os.path.join(self.folder, 'package.deb')
        run('dpkg-deb', '--build', '--root-owner-group', os.path.join(self.folder, 'debian'), path)
        return path

    def update(self, *arguments):
        return self.roots('update', '--package', *arguments, package=self.package, env=AS_OF_NOW)

    def test_command_goes_back_to_an_older_package_only_if_asked_to(self):
        older = self.debian_package('0.9~deb12')
        before = self.snapshot()
        code, _, error = self.update(older)
        self.assertEqual(1, code)
        self.assertIn('nothing changed: ca-certificates 0.9~deb12 is older than 1.0', error)
        self.assertEqual(before, self.snapshot())
        self.assertEqual(0, self.update(older, '--older')[0])
        self.assertIn('version `0.9~deb12`', self.readme())

    def readme(self):
        with open(os.path.join(self.target, 'README.md')) as stream:
            return stream.read()

    def snapshot(self):
        return dict((name, content(self.target, name))
                    for name in os.listdir(self.target))

    def test_committed_files_are_as_refresh_writes_them(self):
        self.assertEqual([], [path for path in certificate_files(presets.preset_dir(PROJECT))
                              if content(path).decode() != pem.encode(pem.split(content(path))[0])])

    def test_readme_records_source_version_date_and_licence(self):
        text = self.readme()
        for part in ('`ca-certificates`, version `1.0`', '| Taken on | 2026-01-01 |', 'MPL-2.0'):
            self.assertIn(part, text)
        for preset in roots.load_presets(PROJECT):
            self.assertIn('| `%s` | %d |' % (preset.symbol, len(preset.files)), text)
        self.assertRegex(text, r'\| GTS_Root_R2.pem \|.*\| browsers no longer trust it for web servers \|')

    def test_same_package_changes_nothing_on_another_day(self):
        self.assertEqual([], self.refresh('1.0', '2026-07-07'))
        self.assertIn('| Taken on | 2026-01-01 |', self.readme())

    def test_new_version_is_recorded(self):
        self.assertEqual(['README.md'], self.refresh('1.1', '2026-07-07'))
        self.assertIn('version `1.1`', self.readme())
        self.assertIn('| Taken on | 2026-07-07 |', self.readme())

    def test_certificate_that_left_the_package_is_removed(self):
        self.write('package/certs/default/stray.pem', self.good)
        self.assertEqual(['stray.pem (removed)', 'README.md'], self.refresh('1.0', '2026-07-07'))
        self.assertNotIn('stray.pem', os.listdir(self.target))

    def test_new_root_is_taken_under_a_name_in_ascii(self):
        self.write('debian/%s/F\u0151_=1=.crt' % refresh.FOLDER, pem.encode(self.good))
        self.assertEqual(['Fo__1_.pem', 'README.md'], self.refresh('1.0', '2026-07-07'))
        self.assertEqual(pem.encode(self.good), content(self.target, 'Fo__1_.pem').decode())
        self.assertIn('| Fo__1_.pem | EC P-256 | 2040-01-01 |', self.readme())

    def test_root_that_left_the_package_refuses_the_update(self):
        os.remove(os.path.join(self.source, 'ISRG_Root_X1.crt'))
        before = self.snapshot()
        with self.assertRaisesRegex(roots.RootsError, 'ISRG_Root_X1.pem of presets.json is not a usable root'):
            self.refresh('2.0', '2026-07-07')
        self.assertEqual(before, self.snapshot())

    def test_preset_that_expired_refuses_the_update(self):
        old = self.maker.der('Old', start='20100101000000Z', end='20210930000000Z')
        self.write('debian/%s/GTS_Root_R1.crt' % refresh.FOLDER, pem.encode(old))
        before = self.snapshot()
        with self.assertRaisesRegex(roots.RootsError, 'GTS_Root_R1.crt: expired on 2021-09-30'):
            self.refresh('2.0', '2026-07-07')
        self.assertEqual(before, self.snapshot())

    def test_command_takes_a_package_file_and_prints_all_that_it_does(self):
        old = self.maker.der('Old', start='20100101000000Z', end='20210930000000Z')
        self.write('debian/%s/Old.crt' % refresh.FOLDER, pem.encode(old))
        self.write('debian/%s/New.crt' % refresh.FOLDER, pem.encode(self.good))
        code, output, error = self.update(self.debian_package())
        self.assertEqual((0, ''), (code, error))
        self.assertEqual(['mbedtls: Old.crt: expired on 2021-09-30, left out', 'certs/default/New.pem',
                          'certs/default/README.md', 'Kconfig', 'ca-certificates 2.0: 3 files changed'],
                         [line for line in output.splitlines() if 'expires on' not in line])
        self.assertIn('`ca-certificates`, version `2.0`', self.readme())
        self.assertIn('| Taken on | 2026-11-23 |', self.readme())
        self.assertEqual((0, 'ca-certificates 2.0: 0 files changed\n'),
                         (code, self.update(self.debian_package())[1].split('left out\n')[-1]))

    def test_command_refuses_another_package(self):
        before = self.snapshot()
        for path in (self.debian_package(name='cowsay'), self.write('junk.deb', 'junk'), '/nowhere.deb'):
            code, _, error = self.update(path)
            self.assertEqual(1, code)
            self.assertIn('mbedtls: ', error)
        self.assertEqual(before, self.snapshot())


if __name__ == '__main__':
    unittest.main()
