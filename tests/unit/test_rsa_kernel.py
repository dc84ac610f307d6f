# SPDX-License-Identifier: Apache-2.0
"""The public operation of RSA (ports/src/alt/rsa_modexp.c) by itself, with UMAAL on a Cortex-M7 in QEMU and in C, against
Python's integers: short moduli, those with words of ones and zeros, and the usual lengths."""
import functools
import os
import random
import shutil
import subprocess
import tempfile
import unittest

from tools.mbedtls_host.device import REPOSITORY

FOLDER = os.path.dirname(os.path.abspath(__file__))
WARNINGS = ['-std=gnu99', '-Wall', '-Wextra', '-Wshadow', '-Wundef', '-Wstrict-prototypes', '-Werror']


@functools.lru_cache(None)
def cases():
    """(length, modulus, exponent, base)"""
    numbers = random.Random(1977)
    found = []
    for words in (1, 2, 3, 4, 5, 6, 7, 9, 17, 32):
        top = 2**(32 * words)
        for modulus in (top - 1, top // 2 + 1, top // 256 + 1, top - 2**16 + 1, top - top // 2**32 - 1 | 1,
                        numbers.randrange(top // 2, top) | 1):
            length = (modulus.bit_length() + 7) // 8
            for base in (0, 1, modulus - 1, modulus >> 1, numbers.randrange(modulus)):
                found.append((length, modulus, numbers.choice((3, 17, 65537)), base))
    for bits in (2048, 2056, 3072, 4096):
        modulus = numbers.getrandbits(bits) | 1 | 1 << bits - 1
        found.append((bits // 8, modulus, 65537, numbers.randrange(modulus)))
    return found


class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='rsa-')
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        with open(os.path.join(cls.folder, 'tls_config.h'), 'w') as header:
            header.write('#define MBEDTLS_BIGNUM_C\n')
        with open(os.path.join(cls.folder, 'rsa_kernel_input.h'), 'w') as header:
            header.write('static const struct input inputs[] =\n{\n%s};\n' % ''.join(
                '{ %d, %d, { %s }, { %s } },\n' % (length, exponent, *(
                    ', '.join(map(str, number.to_bytes(length, 'big'))) for number in (modulus, base)))
                for length, modulus, exponent, base in cases()))

    def check(self, compiler, command, *arguments):
        image = os.path.join(self.folder, 'program')
        subprocess.run([*compiler.split(), *WARNINGS, '-DMBEDTLS_CONFIG_FILE="tls_config.h"', '-I' + self.folder,
                        *('-I' + os.path.join(REPOSITORY, *path.split('/')) for path in (
                            'ports/src/alt', 'ports/inc', 'mbedtls/include')), '-o', image,
                        os.path.join(REPOSITORY, 'ports', 'src', 'alt', 'rsa_modexp.c'),
                        os.path.join(FOLDER, 'rsa_kernel', 'run.c'), *arguments], check=True)
        done = subprocess.run([*command, image], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=200)
        self.assertEqual(done.stdout.decode().splitlines(), [
            pow(base, exponent, modulus).to_bytes(length, 'big').hex() for length, modulus, exponent, base in cases()])
        return image

    def check_in_qemu(self, compiler, has_umaal):
        image = self.check(compiler, 'qemu-system-arm -M mps2-an500 -display none -monitor none -serial none '
                           '-semihosting-config enable=on,target=native -kernel'.split(), '-nostartfiles',
                           '-Wl,-u,vectors', '-Wl,--section-start=.vectors=0', '-Wl,-Ttext=0x100',
                           '-Wl,-Tdata=0x20000000', '-Wl,-e,reset', '-Wl,--no-warn-rwx-segments')
        code = subprocess.run(['arm-none-eabi-objdump', '-d', image], stdout=subprocess.PIPE, check=True, text=True).stdout
        self.assertEqual('\tumaal\t' in code, has_umaal)

    def test_umaal(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m7 -mthumb -Os', True)

    def test_umaal_with_link_time_optimisation(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -O2 -flto', True)

    def test_c_on_a_cortex_m3(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -Os', False)

    def test_c_on_this_machine(self):
        for compiler in ['gcc'] + ['clang'] * bool(shutil.which('clang')):
            self.check(compiler + ' -O2 -fsanitize=address,undefined -fno-sanitize-recover=all', ())


if __name__ == '__main__':
    unittest.main()
