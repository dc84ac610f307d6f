# SPDX-License-Identifier: Apache-2.0
"""The package's files and its menu on each RT-Thread kernel, by the names that the kernel has.

The headers are written from tests/kernels. make test compiles the profile "everything" on every
kernel, and each other profile on the oldest and the newest; make kernels all of them on all.
"""
import concurrent.futures
import functools
import os
import re
import shutil
import subprocess
import sys
import unittest

import kconfiglib

from tests.kernels import headers
from tests.tools import test_build
from tools.mbedtls_host import shared
from tools.mbedtls_settings import profiles

REPOSITORY = test_build.REPOSITORY
PROFILES = os.path.join(REPOSITORY, 'defconfig')
WARNINGS = ['-std=c99', '-D_POSIX_C_SOURCE=1', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Wundef',
            '-Wstrict-prototypes', '-Werror']

# What a BSP with lwIP or with an AT module has, before it takes the package.
STACKS = {'lwip': ('RT_USING_LWIP', 'SAL_USING_LWIP'), 'at': ('RT_USING_AT', 'AT_USING_SOCKET', 'SAL_USING_AT')}
FILES = {'files': ('RT_USING_DFS=y',), 'no files': ('RT_USING_DFS=n', 'DFS_USING_POSIX=n')}

EXAMPLES = ('PKG_USING_MBEDTLS_EXAMPLE', 'PKG_MBEDTLS_SERVER_EXAMPLE')


def newlib():
    """The folder of newlib's headers."""
    said = subprocess.run(['arm-none-eabi-gcc', '-E', '-Wp,-v', '-xc', os.devnull, '-o', os.devnull],
                          stderr=subprocess.PIPE, text=True).stderr
    folders = re.findall(r'^ (\S+)$', said, re.MULTILINE)
    return next(os.path.realpath(folder) for folder in folders if os.path.exists(folder + '/newlib.h'))


@functools.lru_cache(None)
def kernel_folder(kernel):
    folder = shared.new_folder('kernel-' + kernel)
    headers.write(kernel, folder)
    return folder


@functools.lru_cache(None)
def parsed_menu(kernel):
    os.environ['PACKAGE_ROOT'] = os.environ['PKG_MBEDTLS_DIR'] = REPOSITORY
    return kconfiglib.Kconfig(os.path.join(kernel_folder(kernel), 'Kconfig'), warn_to_stderr=False)


def menu(kernel):
    """The menu with every symbol as its default has it; one at a time."""
    config = parsed_menu(kernel)
    config.unset_values()
    config.warnings.clear()
    return config


def has(config, name):
    return name in config.syms and bool(config.syms[name].nodes)


def switch_on(config, *settings):
    """Symbols, NAME or NAME=value, as far as this kernel has them."""
    for setting in settings:
        name, _, value = setting.partition('=')
        if has(config, name):
            config.syms[name].set_value(value or 'y')


def rtconfig(kernel, profile, folder):
    """Write rtconfig.h of a kernel for a profile; returns its text and the menu's warnings."""
    config = menu(kernel)
    switch_on(config, 'PKG_USING_MBEDTLS', *STACKS['lwip'])
    profiles.apply(config, PROFILES, profile)
    switch_on(config, *EXAMPLES)
    if profile == 'everything' and kernel != '4.0.0':        # its SAL is another one
        switch_on(config, 'PKG_MBEDTLS_SAL')
    switch_on(config, 'RT_USING_HWCRYPTO', 'RT_HWCRYPTO_USING_RNG')
    switch_on(config, 'PKG_MBEDTLS_RANDOM_HWCRYPTO' if has(config, 'RT_HWCRYPTO_USING_RNG') else
              'PKG_MBEDTLS_RANDOM_BOARD')
    lines = []
    for symbol in config.unique_defined_syms:
        name, _, value = symbol.config_string.strip().partition('=')
        if value:
            lines.append('#define %s %s' % (name[len('CONFIG_'):], '' if value == 'y' else value))
    text = '\n'.join(['#pragma once'] + lines + [''])
    test_build.write(os.path.join(folder, 'rtconfig.h'), text)
    return text, list(config.warnings)


def compiler(name, kernel):
    target = ['-mcpu=cortex-m7', '-mthumb', '-fsyntax-only', '-I' + kernel_folder(kernel)]
    return ['arm-none-eabi-gcc'] + target if name == 'gcc' else \
        ['clang', '--target=arm-none-eabi'] + target + ['-isystem', newlib()]


def compile_all(kernel, profile, name, options=(), posix=True):
    """What a compiler says about the sources of a profile on a kernel; posix: sockets with POSIX names."""
    folder = shared.new_folder('profile')
    text, warnings = rtconfig(kernel, profile, folder)
    if not posix:
        test_build.write(os.path.join(folder, 'rtconfig.h'), text.replace('#define SAL_USING_POSIX', ''))
    engine = test_build.ENGINE_2_28 if '#define PKG_MBEDTLS_ENGINE_2_28' in text else test_build.ENGINE
    if not os.path.isdir(os.path.join(engine, 'library')):
        return warnings
    sources = test_build.device_sources(text)
    assert len(sources) > 18
    command = compiler(name, kernel) + WARNINGS + list(options) + test_build.include_arguments(folder, engine)
    # The engine's headers, compiled once: they take half of the time. engine/ and alt/ see other ones.
    once = test_build.write(os.path.join(folder, 'once.h'), ''.join('#include "mbedtls/%s.h"\n' % header for header in
                                                                    ('ssl', 'x509_crt', 'ctr_drbg')))
    subprocess.run([word for word in command if word != '-fsyntax-only'] + ['-x', 'c-header', once, '-o', once + '.gch'],
                   check=True)

    def run(source):
        private = os.path.basename(os.path.dirname(source)) in ('engine', 'alt')
        done = subprocess.run(command + ([] if private else ['-include', once]) + [source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout or ('%s: %s failed' % (source, name) if done.returncode else '')

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return warnings + [said for said in pool.map(run, sources) if said]


COMPILERS = ('gcc', 'clang')
LONG_TIME = '-D_USE_LONG_TIME_T'


def options(kernel):
    """The C libraries of the time before 5.0 have a time_t of 32 bits; SConscript finds the larger table of SAL's TLS."""
    return ([LONG_TIME] if headers.number(kernel) < headers.number('5.0.0') else []) + \
        (['-DTLS_SAL_HAS_MESSAGES'] if 'sendmsg' in headers.files(kernel).get('sal_tls.h', '') else [])


@unittest.skipUnless(test_build.HAS_ENGINE and shutil.which('arm-none-eabi-gcc'), 'no engine or no ARM compiler')
class Names(unittest.TestCase):

    def check(self, kernel, profile, name):
        if name == 'clang' and not shutil.which(name):
            self.skipTest('no clang')
        said = compile_all(kernel, profile, name, options(kernel))
        self.assertEqual(said, [], '\n'.join(said)[:4000])


def add_tests():
    for name in COMPILERS:
        for kernel in headers.KERNELS:
            def test(self, kernel=kernel, name=name):
                self.check(kernel, 'everything', name)
            setattr(Names, 'test_%s_compiles_everything_on_%s' % (name, kernel.replace('.', '_')), test)
    for i, profile in enumerate(sorted(set(os.listdir(PROFILES)) - {'everything'})):
        def test(self, i=i, profile=profile):
            self.check(headers.KERNELS[0 if i % 2 else -1], profile, 'clang' if i % 4 < 2 else 'gcc')
        setattr(Names, 'test_profile_%s_compiles' % re.sub(r'\W', '_', profile), test)


add_tests()


class Menu(unittest.TestCase):

    def test_no_selection_of_the_package_leaves_a_warning(self):
        for kernel in headers.KERNELS:
            for stack in STACKS:
                for files in FILES:
                    for network in ('n', 'y'):
                        with self.subTest(kernel=kernel, stack=stack, files=files, own_network=network):
                            config = menu(kernel)
                            switch_on(config, *STACKS[stack], *FILES[files], 'PKG_USING_MBEDTLS',
                                      'PKG_MBEDTLS_NET_CUSTOM=' + network, 'PKG_MBEDTLS_SAL')
                            self.check(config, network == 'n')

    def check(self, config, has_sockets):
        lines = config.write_config(os.path.join(shared.new_folder('menu'), '.config'))
        self.assertTrue(lines)
        self.assertEqual(config.warnings, [])
        if has_sockets:
            values = {name: config.syms[name].str_value for name in ('RT_USING_SAL', 'SAL_USING_POSIX', 'RT_USING_DFS')}
            self.assertEqual(set(values.values()), {'y'}, values)
            if has(config, 'RT_USING_POSIX_SELECT'):
                self.assertEqual(config.syms['RT_USING_POSIX_SELECT'].str_value, 'y')

    def test_files_of_roots_bring_the_file_system(self):
        for kernel in headers.KERNELS:
            for option in ('PKG_USING_MBEDTLS_CERTS_FROM_FS', 'PKG_MBEDTLS_TRUST_FILE'):
                config = menu(kernel)
                switch_on(config, *FILES['no files'], 'PKG_USING_MBEDTLS', 'PKG_MBEDTLS_NET_CUSTOM', option)
                self.assertEqual(config.syms[option].str_value, 'y')
                symbol = 'RT_USING_POSIX_FS' if has(config, 'RT_USING_POSIX_FS') else 'RT_USING_DFS'
                with self.subTest(kernel=kernel, option=option):
                    self.assertEqual(config.syms[symbol].str_value, 'y')
                    self.assertEqual(config.warnings, [])

    def test_every_profile_applies_without_a_warning(self):
        for kernel in headers.KERNELS:
            for profile in os.listdir(PROFILES):
                with self.subTest(kernel=kernel, profile=profile):
                    text, warnings = rtconfig(kernel, profile, shared.new_folder('profile'))
                    self.assertEqual(warnings, [])
                    self.assertIn('#define PKG_USING_MBEDTLS \n', text)


def main():
    """make kernels: every profile on every kernel, each also with 32-bit time_t and without POSIX names."""
    bad = 0
    for kernel in headers.KERNELS:
        for profile in sorted(os.listdir(PROFILES)):
            for name in COMPILERS:
                for more, posix in (((), True), ((LONG_TIME,), True), ((), False)):
                    said = compile_all(kernel, profile, name, more, posix)
                    bad += bool(said)
                    print(kernel, profile, name, ' '.join(more), '' if posix else 'sal_ names',
                          'ok' if not said else '\n' + '\n'.join(said), flush=True)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
