# SPDX-License-Identifier: Apache-2.0
"""AES-GCM of ports/src/alt by itself, in assembly on a Cortex-M in QEMU and in C, against a model in Python's integers:
all lengths from 0 to 300."""
import functools
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from tools.mbedtls_host.device import REPOSITORY

FOLDER = os.path.dirname(os.path.abspath(__file__))
ALT = os.path.join(REPOSITORY, 'ports', 'src', 'alt')
SHARED = ['aes_alt', 'gcm_small', 'ghash', 'ghash_thumb2']
FAST, SMALL = SHARED + ['gcm_cipher_fast', 'aes_fast', 'aes_fast_thumb2'], SHARED + ['gcm_cipher', 'aes_small']
CONFIG = '#define MBEDTLS_AES_C\n#define MBEDTLS_AES_ALT\n#define MBEDTLS_GCM_C\n#define MBEDTLS_GCM_ALT\n'
WARNINGS = ['-std=gnu99', '-Wall', '-Wextra', '-Wshadow', '-Wundef', '-Wstrict-prototypes', '-Werror']
LENGTHS = 301


def double(byte):
    return byte << 1 ^ (0x11B if byte & 0x80 else 0)


def times(a, b):
    """Product in GF(2^8)."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = double(a), b >> 1
    return product


@functools.lru_cache(None)
def sbox():
    """FIPS 197 5.1.1, from the definition."""
    box = []
    for byte in range(256):
        inverse = next((x for x in range(256) if times(byte, x) == 1), 0)
        box.append(functools.reduce(lambda a, b: a ^ b, (inverse << n | inverse >> 8 - n for n in range(5))) & 255 ^ 0x63)
    return box


def expand(key):
    words, constant, count = [key[at:at + 4] for at in range(0, len(key), 4)], 1, len(key) // 4
    for at in range(count, 4 * (count + 7)):
        last = words[-1]
        if at % count == 0:
            last = bytes(sbox()[last[(n + 1) % 4]] ^ (constant if n == 0 else 0) for n in range(4))
            constant = double(constant)
        elif count == 8 and at % 8 == 4:
            last = bytes(sbox()[byte] for byte in last)
        words.append(bytes(a ^ b for a, b in zip(words[-count], last)))
    return [b''.join(words[at:at + 4]) for at in range(0, len(words), 4)]


def encrypt(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for key in keys[1:]:
        state = [sbox()[state[(at + at % 4 * 4) % 16]] for at in range(16)]
        if key is not keys[-1]:
            state = [double(state[at]) ^ double(state[at & 12 | at + 1 & 3]) ^ state[at & 12 | at + 1 & 3] ^
                     state[at & 12 | at + 2 & 3] ^ state[at & 12 | at + 3 & 3] for at in range(16)]
        state = [a ^ b for a, b in zip(state, key)]
    return bytes(state)


def ghash(hash_key, data):
    """SP 800-38D 6.3 and 6.4. The coefficient of x^0 is the top bit."""
    powers, power = [], int.from_bytes(hash_key, 'big')
    for _ in range(128):
        powers.append(power)
        power = power >> 1 ^ (0xE1 << 120 if power & 1 else 0)
    total = 0
    for at in range(0, len(data), 16):
        total ^= int.from_bytes(data[at:at + 16], 'big')
        total = functools.reduce(lambda a, b: a ^ b, (powers[n] for n in range(128) if total >> 127 - n & 1), 0)
    return total.to_bytes(16, 'big')


def padded(data):
    return data + bytes(-len(data) % 16)


def tag_of(key, iv, add, plain):
    keys = expand(key)
    stream = b''.join(encrypt(keys, iv + (2 + n).to_bytes(4, 'big')) for n in range((len(plain) + 15) // 16))
    cipher = bytes(a ^ b for a, b in zip(plain, stream))
    total = ghash(encrypt(keys, bytes(16)), padded(add) + padded(cipher) + (8 * len(add)).to_bytes(8, 'big') +
                  (8 * len(cipher)).to_bytes(8, 'big'))
    return bytes(a ^ b for a, b in zip(total, encrypt(keys, iv + bytes([0, 0, 0, 1]))))


def fill(length, seed):
    """The same numbers as in run.c."""
    found = []
    for _ in range(length):
        seed = (seed * 1103515245 + 12345) & 0xFFFFFFFF
        found.append(seed >> 16 & 255)
    return bytes(found)


@functools.lru_cache(None)
def expected():
    return [tag_of(fill(32, length)[:size], fill(12, length + 1000), fill(32, length + 2000)[:length % 32],
                   fill(length, length + 3000)).hex() for length in range(LENGTHS) for size in (16, 32)]


class Model(unittest.TestCase):
    def test_the_model_gives_the_stated_results(self):
        """FIPS 197 appendix C.3; test case 4 of the GCM specification."""
        self.assertEqual(encrypt(expand(bytes(range(32))), bytes(0x11 * n for n in range(16))).hex(),
                         '8ea2b7ca516745bfeafc49904b496089')
        self.assertEqual(tag_of(
            bytes.fromhex('feffe9928665731c6d6a8f9467308308'), bytes.fromhex('cafebabefacedbaddecaf888'),
            bytes.fromhex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
            bytes.fromhex('d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525'
                          'b16aedf5aa0de657ba637b39')).hex(), '5bc94fbc3221a5db94fae95ae7121a47')

    def test_tables_are_those_of_the_definition(self):
        with open(os.path.join(ALT, 'aes_fast.c')) as source:
            found = [int(word, 16) for word in re.findall(r'0x([0-9A-F]{8})[,\n]', source.read())]
        self.assertEqual(found, [double(s) | s << 8 | s << 16 | times(s, 3) << 24 for s in sbox()])
        with open(os.path.join(ALT, 'aes_small.c')) as source:
            found = [int(byte, 16) for byte in re.findall(r'0x([0-9a-f]{2})[,\n]', source.read())]
        self.assertEqual(found, sbox())


class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='gcm-')
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        with open(os.path.join(cls.folder, 'tls_config.h'), 'w') as header:
            header.write(CONFIG)

    def includes(self):
        return ['-DMBEDTLS_CONFIG_FILE="tls_config.h"', '-I' + self.folder,
                '-I' + os.path.join(REPOSITORY, 'ports', 'inc', 'alt'),
                '-I' + os.path.join(REPOSITORY, 'mbedtls', 'include')]

    def compile(self, compiler, sources, *arguments):
        path = os.path.join(self.folder, 'program')
        fast = ['-DPKG_MBEDTLS_AES_FAST'] if sources is FAST else []
        subprocess.run([*compiler.split(), *WARNINGS, *fast, *self.includes(), '-o', path,
                        *(os.path.join(ALT, name + '.c') for name in sources),
                        os.path.join(FOLDER, 'gcm_kernel', 'run.c'), *arguments], check=True)
        return path

    def check(self, *command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              timeout=200)
        self.assertEqual(done.stdout.decode().splitlines(), expected())

    def check_in_qemu(self, compiler, sources, has_assembly):
        image = self.compile(compiler, sources, '-nostartfiles', '-ffunction-sections', '-Wl,-u,vectors',
                             '-Wl,--gc-sections,--section-start=.vectors=0', '-Wl,-Ttext=0x100', '-Wl,-Tdata=0x20000000',
                             '-Wl,-e,reset', '-Wl,--no-warn-rwx-segments')
        code = subprocess.run(['arm-none-eabi-objdump', '-d', image], stdout=subprocess.PIPE, check=True, text=True).stdout
        self.assertEqual('ldmia.w\tip, {r8, r9, sl, fp}' in code, has_assembly)
        self.check('qemu-system-arm', '-M', 'mps2-an500', '-display', 'none', '-monitor', 'none', '-serial', 'none',
                   '-semihosting-config', 'enable=on,target=native', '-kernel', image)

    def test_assembly(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m7 -mthumb -Os', FAST, True)

    def test_assembly_with_link_time_optimisation(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O2 -flto', FAST, True)

    def test_assembly_beside_the_small_cipher(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Os', SMALL, True)

    def test_c_on_a_cortex_m0(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb -Os', FAST, False)

    def test_assembly_without_words_at_any_address(self):
        self.check_in_qemu('arm-none-eabi-gcc -mcpu=cortex-m7 -mthumb -Os -mno-unaligned-access', FAST, True)

    def test_c_on_this_machine(self):
        for compiler in ['gcc'] + ['clang'] * bool(shutil.which('clang')):
            for sources in (FAST, SMALL):
                self.check(self.compile(compiler + ' -O2 -fsanitize=address,undefined -fno-sanitize-recover=all', sources))

    def test_clang_takes_the_assembly(self):
        if not shutil.which('clang'):
            self.skipTest('no clang')
        for cpu in ('cortex-m3', 'cortex-m7', 'cortex-m33'):
            for name in ('aes_fast_thumb2', 'ghash_thumb2'):
                output = os.path.join(self.folder, 'clang.o')
                subprocess.run(['clang', '--target=arm-none-eabi', '-mcpu=' + cpu, '-mthumb', '-Os', *WARNINGS, '-c', '-o',
                                output, *self.includes(), os.path.join(ALT, name + '.c')], check=True)
                code = subprocess.run(['arm-none-eabi-objdump', '-d', output], stdout=subprocess.PIPE, check=True,
                                      text=True).stdout
                self.assertGreater(len(code.splitlines()), 50)


if __name__ == '__main__':
    unittest.main()
