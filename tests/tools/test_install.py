# SPDX-License-Identifier: Apache-2.0
"""tools/install, in skeleton BSPs of two kernels, with and without Env's online index."""
import os
import re
import subprocess
import sys
import unittest

import kconfiglib

from tests.kernels import headers
from tests.tools import test_build
from tests.tools.test_kernels import STACKS, switch_on
from tools.mbedtls_host import shared

INSTALL = os.path.join(test_build.REPOSITORY, 'tools', 'install')
KERNELS = ('4.0.0', '5.2.0')

# An index that has an entry of the same name, with other defaults.
INDEX = {
    'Kconfig': 'source "$PKGS_DIR/packages/Kconfig"\n',
    'packages/Kconfig': 'menu "online packages"\nsource "$PKGS_DIR/packages/security/Kconfig"\n'
                        'source "$PKGS_DIR/packages/other/Kconfig"\nendmenu\n',
    'packages/other/Kconfig': 'config PKG_USING_OTHER\n    bool "other"\n',
    'packages/security/Kconfig': 'source "$PKGS_DIR/packages/security/mbedtls/Kconfig"\n'
                                 'config PKG_USING_NEIGHBOUR\n    bool "neighbour"\n',
    'packages/security/mbedtls/Kconfig': 'menuconfig PKG_USING_MBEDTLS\n    bool "mbedtls of the index"\n'
                                         '    imply SAL_USING_TLS\n'
                                         'config MBEDTLS_SSL_MAX_CONTENT_LEN\n    int "length"\n    default 3584\n'
                                         'config PKG_MBEDTLS_OF_THE_INDEX\n    bool\n    default y\n',
}


class Bsp:
    def __init__(self, kernel, has_entry):
        self.folder = shared.new_folder('bsp')
        self.index = shared.new_folder('index')
        for path, text in INDEX.items():
            test_build.write(os.path.join(self.index, path), text if has_entry else re.sub('.*mbedtls/.*\n', '', text))
        if not has_entry:
            os.remove(os.path.join(self.index, 'packages/security/mbedtls/Kconfig'))
        menu = headers.files(kernel)['Kconfig'].replace('source "$(PACKAGE_ROOT)/Kconfig"', 'source "$PKGS_DIR/Kconfig"')
        self.kconfig = test_build.write(os.path.join(self.folder, 'Kconfig'), menu)
        self.original = test_build.read(self.kconfig)

    def install(self, *options):
        done = subprocess.run([sys.executable, INSTALL, *options, '--index', self.index, self.folder],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def menu(self):
        os.environ['PKGS_DIR'] = self.index
        before = os.getcwd()
        os.chdir(self.folder)
        try:
            config = kconfiglib.Kconfig('Kconfig', warn_to_stderr=False)
        finally:
            os.chdir(before)
        switch_on(config, 'PKG_USING_MBEDTLS', *STACKS['lwip'], 'PKG_MBEDTLS_RANDOM_BOARD')
        return config


@unittest.skipUnless(test_build.HAS_ENGINE, 'no engine: run tools/engine')
class Install(unittest.TestCase):

    def each(self):
        return [Bsp(kernel, has_entry) for kernel, has_entry in zip(KERNELS, (False, True))]

    def test_the_menu_and_the_build_are_the_packages_own(self):
        for bsp in [Bsp(kernel, has_entry) for kernel in KERNELS for has_entry in (False, True)]:
            self.assertEqual(bsp.install()[0], 0)
            self.check_build(bsp)
            config = bsp.menu()
            self.assertEqual(config.syms['MBEDTLS_SSL_MAX_CONTENT_LEN'].str_value, '16384')
            self.assertNotIn('PKG_MBEDTLS_OF_THE_INDEX', config.syms)
            self.assertEqual(config.syms['SAL_USING_TLS'].user_value, None)
            self.assertEqual(len(config.syms['PKG_USING_MBEDTLS'].nodes), 1)
            for name in ('PKG_USING_OTHER', 'PKG_USING_NEIGHBOUR'):
                self.assertTrue(config.syms[name].nodes, name)
            self.assertEqual(config.warnings, [])

    def test_run_twice_it_changes_nothing(self):
        for bsp in self.each():
            self.assertEqual(bsp.install('--check')[0], 1)
            self.assertEqual(test_build.read(bsp.kconfig), bsp.original)
            bsp.install()
            before = test_build.snapshot(bsp.folder)
            self.assertEqual(bsp.install(), (0, 'nothing to do\n'))
            self.assertEqual(bsp.install('--check'), (0, 'nothing to do\n'))
            self.assertEqual(test_build.snapshot(bsp.folder), before)

    def test_removed_it_leaves_nothing_but_the_users_roots(self):
        for bsp in self.each():
            bsp.install()
            root = test_build.write(os.path.join(bsp.folder, 'packages/mbedtls/certs/mine.pem'), 'mine')
            bsp.install()
            self.assertEqual(test_build.read(root), 'mine')
            self.assertEqual(bsp.install('--remove')[0], 0)
            self.assertEqual(test_build.read(bsp.kconfig), bsp.original)
            left = [os.path.join(folder, name) for folder, _, names in os.walk(bsp.folder) for name in names]
            self.assertEqual(sorted(left), sorted([bsp.kconfig, root]))

    def test_the_bridge_of_env_stays(self):
        bsp = Bsp('5.2.0', True)
        bridge = test_build.write(os.path.join(bsp.folder, 'packages', 'SConscript'), "Return('objs')\n")
        bsp.install()
        bsp.install('--remove')
        self.assertEqual(test_build.read(bridge), "Return('objs')\n")

    def test_a_folder_of_another_origin_is_not_overwritten(self):
        bsp = Bsp('5.2.0', False)
        own = test_build.write(os.path.join(bsp.folder, 'packages/mbedtls/SConscript'), 'own')
        code, said = bsp.install()
        self.assertEqual(code, 2)
        self.assertIn('not from tools/install', said)
        self.assertEqual(test_build.read(own), 'own')

    def check_build(self, bsp):
        lines = [symbol.config_string.strip().partition('=') for symbol in bsp.menu().unique_defined_syms]
        test_build.write(os.path.join(bsp.folder, 'rtconfig.h'), ''.join(
            '#define %s %s\n' % (name[len('CONFIG_'):], '' if value == 'y' else value) for name, _, value in lines if value))
        said = build(bsp.folder)
        objects = test_build.read(os.path.join(bsp.folder, 'compiler.log'))
        self.assertIn('packages/mbedtls/ports/src/client/tls_client.c', objects, said)
        self.assertIn('packages/mbedtls/mbedtls/library/ssl_tls.c', objects)


def build(folder):
    """scons in a BSP with a compiler that only records its arguments."""
    log, compiler = os.path.join(folder, 'compiler.log'), os.path.join(folder, 'cc')
    test_build.write(compiler, test_build.COMPILER.format(log=log))
    os.chmod(compiler, 0o755)
    test_build.write(os.path.join(folder, 'SConstruct'),
                     test_build.SCONSTRUCT.format(posix=test_build.POSIX, kernel=test_build.KERNEL))
    test_build.write(os.path.join(folder, 'SConscript'), "objs = SConscript('packages/SConscript')\nReturn('objs')\n")
    return subprocess.run(['scons', '-s', 'cc=' + compiler], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True).stdout


if __name__ == '__main__':
    unittest.main()
