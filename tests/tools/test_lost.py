# SPDX-License-Identifier: Apache-2.0
"""tools/config and the builds report settings without effect, with the replacement."""
import os
import subprocess
import sys
import tempfile
import unittest

from tools.test_build import OLD_RTCONFIG, Board, new_rtconfig
from tools.test_config import OLD_CONFIG, REPOSITORY, load, text_of
from tools.mbedtls_settings import answers

PACKAGE_ON = 'CONFIG_PKG_USING_MBEDTLS=y\n'
ON_2_28 = PACKAGE_ON + 'CONFIG_PKG_MBEDTLS_ENGINE_2_28=y\n'

# A setting, and the message about it.
WITH_3_6 = {
    # no such symbol: of an older menu, of the manual, a misprint, unknown
    'PKG_USING_MBEDTLS_V2710=y': 'is not a setting of the menu. The engine is chosen by PKG_MBEDTLS_ENGINE_3_6',
    'MBEDTLS_GCM_C=y': 'is not a setting of the menu; use PKG_MBEDTLS_GCM',
    'MBEDTLS_SSL_PROTO_TLS1=y': 'use PKG_MBEDTLS_TLS1_0; Mbed TLS 3.6 does not have it. TLS 1.2 or 1.3.',
    'MBEDTLS_SSL_EXPORT_KEYS=y': 'use PKG_MBEDTLS_SSL_EXPORT_KEYS; Mbed TLS 3.6 always has it. Use another function',
    'MBEDTLS_PK_C=y': 'use PKG_MBEDTLS_CERTIFICATES, which other settings select',
    'MBEDTLS_MD_C=y': 'it is always on',
    'MBEDTLS_NET_C=y': 'it is never on. tls_net has the same functions',
    'MBEDTLS_EC_C=y': 'use PKG_MBEDTLS_ECC',
    'PKG_MBEDTLS_NOTHING=y': 'is not a setting of the menu',
    # not with this engine
    'PKG_MBEDTLS_TLS1_0=y': 'has no effect; Mbed TLS 3.6 does not have it. TLS 1.2 or 1.3.',
    'PKG_MBEDTLS_RC4=y': 'Mbed TLS 3.6 does not have it. ChaCha20-Poly1305',
    'PKG_MBEDTLS_X509_CHECK_KEY_USAGE=y': 'Mbed TLS 3.6 always has it. It cannot be left out.',
    # dependency, selection, range, value
    'PKG_MBEDTLS_DTLS_MTU=300': 'has no effect; it depends on PKG_MBEDTLS_DTLS',
    'PKG_MBEDTLS_P256_M=y': 'it depends on !PKG_MBEDTLS_CURVE_SECP384R1, !PKG_MBEDTLS_CURVE_X25519',
    'PKG_MBEDTLS_AES=n': 'it is selected by PKG_MBEDTLS_GCM',
    'MBEDTLS_SSL_MAX_CONTENT_LEN=100': 'its range is 512 to 16384',
    'PKG_MBEDTLS_CAMELLIA=maybe': 'the value is not allowed',
}
WITH_2_28 = {
    'PKG_MBEDTLS_SHA224=y': 'has no effect; Mbed TLS 2.28 does not have it, 3.6 has',
    'PKG_MBEDTLS_TLS1_3=y': 'Mbed TLS 2.28 does not have it, 3.6 has',
    'PKG_MBEDTLS_RANDOM_DIRECT=y': 'it depends on ',
    'MBEDTLS_SSL_PROTO_TLS1=y': 'is not a setting of the menu; use PKG_MBEDTLS_TLS1_0',
}


def line_of(setting):
    name, _, value = setting.partition('=')
    return '# CONFIG_%s is not set\n' % name if value == 'n' else 'CONFIG_%s\n' % setting


class Case(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w') as output:
            output.write(text)

    def config(self, *arguments):
        return subprocess.run([sys.executable, '-B', os.path.join(REPOSITORY, 'tools/config'), *arguments],
                              cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def check(self, *arguments):
        """Lines of tools/config check; its exit code says whether there are any."""
        done = self.config('check', *arguments)
        self.assertEqual(done.stderr, '')
        lines = done.stdout.splitlines()
        if done.returncode == 0:
            self.assertEqual(lines, ['all settings take effect'])
            return []
        self.assertEqual(done.returncode, 1)
        return lines


class Check(Case):

    def test_each_setting_that_does_not_hold_has_a_line_with_the_reason(self):
        for start, settings in ((PACKAGE_ON, WITH_3_6), (ON_2_28, WITH_2_28)):
            for setting, said in settings.items():
                with self.subTest(setting):
                    self.write('.config', start + line_of(setting))
                    menu = load()
                    menu.load_config(os.path.join(self.folder, '.config'))
                    wanted = answers.read(os.path.join(self.folder, '.config'))
                    before = [(symbol.name, symbol.user_value) for symbol in menu.unique_defined_syms]
                    lines = list(answers.lines(menu, '.config', wanted))
                    self.assertEqual(len(lines), 1, lines)
                    self.assertTrue(lines[0].startswith('.config: ' + setting + ' '), lines[0])
                    self.assertIn(said, lines[0])
                    # The check has changed nothing.
                    self.assertEqual([(symbol.name, symbol.user_value) for symbol in menu.unique_defined_syms], before)
                    self.assertEqual(list(answers.lines(menu, '.config', wanted)), lines)

    def test_the_command_prints_them_all(self):
        self.write('.config', PACKAGE_ON + ''.join(map(line_of, WITH_3_6)))
        self.assertEqual(len(self.check()), len(WITH_3_6))

    def test_settings_that_take_effect_are_not_reported(self):
        for text in (OLD_CONFIG, PACKAGE_ON, ON_2_28 + 'CONFIG_PKG_MBEDTLS_TLS1_0=y\nCONFIG_PKG_MBEDTLS_TLS1_1=y\n',
                     PACKAGE_ON + 'CONFIG_PKG_MBEDTLS_ROOTS="ISRG Root X1"\n# CONFIG_MBEDTLS_NET_C is not set\n'
                     'CONFIG_PKG_USING_OTHER=y\n# CONFIG_PKG_MBEDTLS_NOTHING is not set\n'):
            self.write('.config', text)
            self.assertEqual(self.check(), [], text)

    def test_what_the_menu_has_written_holds(self):
        for settings in ('PKG_MBEDTLS_ENGINE_2_28=y,PKG_MBEDTLS_SSL3=y,PKG_MBEDTLS_DTLS=y',
                         'PKG_MBEDTLS_P256_M=y,PKG_MBEDTLS_CURVE_SECP384R1=n,PKG_MBEDTLS_CURVE_X25519=n'):
            new_rtconfig(self.folder, settings)
            self.assertEqual(self.check(), [])
            self.assertEqual(self.check('rtconfig.h'), [])

    def test_an_rtconfig_h_beside_it_is_looked_at(self):
        header = new_rtconfig(self.folder)
        self.write('rtconfig.h', header.replace('\n#endif', '#define MBEDTLS_SSL_PROTO_TLS1\n'
                                                '// #define MBEDTLS_NET_C\n#endif'))
        self.assertEqual([line.partition('; ')[0] for line in self.check()],
                         ['rtconfig.h: MBEDTLS_SSL_PROTO_TLS1=y is not a setting of the menu'])
        self.write('rtconfig.h', header.replace('#define MBEDTLS_ECP_WINDOW_SIZE 2',
                                                '#define MBEDTLS_ECP_WINDOW_SIZE 5 /* faster */'))
        self.assertEqual(self.check(), ['rtconfig.h: differs from .config: MBEDTLS_ECP_WINDOW_SIZE=5 instead of 2; '
                                        'run menuconfig or scons --useconfig=.config'])

    def test_lines_that_are_no_settings_are_named(self):
        self.write('.config', PACKAGE_ON + 'CONFIG_PKG_MBEDTLS_ALPN\nPKG_MBEDTLS_ALPN=y\n\n# a comment\n'
                   'CONFIG_PKG_MBEDTLS_ALPN =y\nCONFIG_PKG_MBEDTLS_ROOTS="ISRG Root X1"\nCONFIG_RT_NAME="open\n')
        self.assertEqual([line.partition(' (')[0] for line in self.check()],
                         ['.config, line %d: is no setting' % number for number in (2, 3, 6, 8)])

    def test_a_binary_file_is_refused_with_the_line(self):
        with open(os.path.join(self.folder, '.config'), 'wb') as output:
            output.write(PACKAGE_ON.encode() + b'CONFIG_PKG_MBEDTLS_ROOTS="\xff\xfe"\n')
        for arguments in (('check',), ('profile', 'minimal-ecdsa')):
            done = self.config(*arguments)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r'^tools/config: \.config, line 2: is no setting')
            self.assertNotIn('Traceback', done.stderr)

    def test_a_configuration_of_the_engine_gets_a_line_for_each_macro(self):
        """As in the manual's chapter 6.5, also as copied from its pages, where lines are broken."""
        self.write('tls_config.h', """\
#ifndef MBEDTLS_CONFIG_H #define MBEDTLS_CONFIG_H #include <rtthread.h> #define MBEDTLS_HAVE_ASM
// #define MBEDTLS_GCM_C // #define
MBEDTLS_CCM_C #define MBEDTLS_MD_C
#define
MBEDTLS_RSA_C /* #define MBEDTLS_DHM_C */
#define MBEDTLS_SSL_CIPHERSUITES \\
    MBEDTLS_TLS_RSA_WITH_AES_256_CBC_SHA256
// a remark about #define MBEDTLS_DES_C
#define MBEDTLS_SSL_MAX_CONTENT_LEN 3584
#endif
""")
        lines = self.check('tls_config.h')
        self.assertIn('comes from menuconfig now', lines[0])
        self.assertEqual([line.partition(' ')[2].partition(' is ')[0] for line in lines[1:]],
                         ['MBEDTLS_HAVE_ASM=y', 'MBEDTLS_MD_C=y', 'MBEDTLS_RSA_C=y', 'MBEDTLS_SSL_CIPHERSUITES=y',
                          'MBEDTLS_SSL_MAX_CONTENT_LEN=3584'])

    def test_an_rtconfig_h_of_an_older_menu_is_understood_alone(self):
        self.write('rtconfig.h', OLD_RTCONFIG.format(more='#define PKG_USING_MBEDTLS_LATEST_VERSION\n'
                                                     '#define MBEDTLS_SSL_MAX_CONTENT_LEN 20000'))
        self.assertEqual([line.partition(' ')[2].partition('=')[0] for line in self.check('rtconfig.h')],
                         ['MBEDTLS_SSL_MAX_CONTENT_LEN', 'PKG_USING_MBEDTLS_LATEST_VERSION'])

    def test_a_file_without_the_package_is_refused(self):
        self.write('.config', 'CONFIG_RT_NAME_MAX=8\n')
        self.write('rtconfig.h', OLD_RTCONFIG.format(more=''))
        for arguments in (('check', '.config'), ('check', 'nowhere'), ('profile', 'minimal-ecdsa', 'rtconfig.h')):
            done = self.config(*arguments)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count('\n')), (1, '', 1))


class Others(Case):
    """Other commands that report them."""

    def test_profile_reports_settings_whose_line_it_drops(self):
        self.write('.config', OLD_CONFIG + 'CONFIG_PKG_MBEDTLS_TLS1_0=y\nCONFIG_MBEDTLS_NET_C=y\n')
        done = self.config('profile', 'minimal-ecdsa')
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, '.config: PKG_MBEDTLS_TLS1_0=y has no effect; Mbed TLS 3.6 does not have it. '
                         'TLS 1.2 or 1.3.\n')
        text = text_of(os.path.join(self.folder, '.config'))
        self.assertNotIn('TLS1_0=y', text)
        self.assertIn('CONFIG_MBEDTLS_NET_C=y\n', text)

    def test_a_target_names_its_file(self):
        self.write('settings', text_of(os.path.join(REPOSITORY, 'targets/posix/defconfig')) +
                   'CONFIG_PKG_MBEDTLS_RC4=y\nCONFIG_MBEDTLS_SSL_PROTO_TLS1=y\nCONFIG_RT_NOTHING=y\n')
        build = os.path.join(self.folder, 'build')
        done = subprocess.run(['scons', '-s', '-f', os.path.join(REPOSITORY, 'targets/posix/SConstruct'),
                               'build=' + build, 'config=' + os.path.join(self.folder, 'settings'),
                               os.path.join(build, '.config')],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        for said in ('PKG_MBEDTLS_RC4=y has no effect; Mbed TLS 3.6 does not have it',
                     'MBEDTLS_SSL_PROTO_TLS1=y is not a setting of the menu; use PKG_MBEDTLS_TLS1_0',
                     'no such symbol, ignored: RT_NOTHING'):
            self.assertIn(said, done.stdout)

    def test_the_build_lists_unknown_macros_in_rtconfig_h(self):
        board = Board()
        text = text_of(os.path.join(board.folder, 'rtconfig.h'))
        self.assertNotIn('settings that the menu does not know', board.build('--dry-run'))
        board.set(text.replace('#endif', '#define MBEDTLS_SSL_PROTO_TLS1\n#endif'))
        said = [line for line in board.build('--dry-run').splitlines() if 'settings that the menu does not know' in line]
        self.assertEqual(len(said), 1)
        self.assertIn(': MBEDTLS_SSL_PROTO_TLS1. ', said[0])
        self.assertIn('config check rtconfig.h', said[0])
        board.set(OLD_RTCONFIG.format(more='#define PKG_MBEDTLS_RANDOM_BOARD\n#define PKG_USING_MBEDTLS_V2710'))
        self.assertNotIn('settings that the menu does not know', board.build('--dry-run'))


if __name__ == '__main__':
    unittest.main()
