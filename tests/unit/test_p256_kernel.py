# SPDX-License-Identifier: Apache-2.0
"""The P-256 kernel (ports/src/alt/p256_*.c) by itself, against Python's integers: in C on this machine, and in
assembly (UMAAL) on a Cortex-M7 in QEMU. And what it does with secrets, under valgrind."""
import ctypes
import functools
import os
import random
import re
import shutil
import subprocess
import tempfile
import unittest

from tools.mbedtls_host.device import REPOSITORY

from . import p256_model as model
from .p256_model import B, G, N, P, R, add, multiply, to_bytes

FOLDER = os.path.dirname(os.path.abspath(__file__))
ALT = os.path.join(REPOSITORY, 'ports', 'src', 'alt')
SOURCES = [os.path.join(ALT, 'p256_%s.c' % name)
           for name in 'number field field_umaal point scalar key verify sign'.split()]
HOST = os.path.join(FOLDER, 'p256_kernel', 'host.c')
RANDOM_FAILED, INVALID_PUBKEY, INVALID_PRIVKEY, INVALID_SIGNATURE = -1, -2, -3, -4
WARNINGS = ['-std=gnu99', '-Wall', '-Wextra', '-Wshadow', '-Wundef', '-Wstrict-prototypes', '-Werror']


@functools.lru_cache(None)
def folder():
    path = tempfile.mkdtemp(prefix='p256-')
    unittest.addModuleCleanup(shutil.rmtree, path, True)
    open(os.path.join(path, 'empty.h'), 'w').close()
    return path


def compile_kernel(compiler, output, *arguments):
    path = os.path.join(folder(), output)
    subprocess.run([*compiler.split(), *WARNINGS, '-DMBEDTLS_CONFIG_FILE="empty.h"', '-I' + folder(), '-I' + ALT,
                    '-I' + os.path.join(REPOSITORY, 'ports', 'inc'), '-I' + os.path.join(REPOSITORY, 'mbedtls', 'include'),
                    '-o', path, *SOURCES, HOST, *arguments], check=True)
    return path


def field_numbers():
    """Those below the prime, and the others: carries and borrows at every word."""
    edges = {0, 1, 2, P - 2, P - 1, P, P + 1, N - 1, N, R - 1, R % P, R * R % P, P >> 1, (P + 1) >> 1}
    for at in range(8):
        word = 2**(32 * at)
        edges |= {word, word - 1, 0xFFFFFFFF * word, P - word, R - word, (R - 1) ^ (0xFFFFFFFF * word)}
    numbers = random.Random(256)
    edges |= {numbers.randrange(R) for _ in range(8)} | {numbers.randrange(P) for _ in range(4)}
    edges = {edge for edge in edges if 0 <= edge < R}
    return sorted(edge for edge in edges if edge < P), sorted(edge for edge in edges if edge >= P)


def keys():
    """Small and large ones, those whose last addition is of a point to itself, and random ones."""
    comb = [2**195 + sum((1 if index >> row & 1 else -1) * 2**(65 * row) for row in range(3)) for index in range(8)]
    special = [d for d in (1, 3, 5, 7)] + comb
    found = [number for d in special for number in (d, 2 * d, N - d, N - 2 * d)]
    found += list(range(1, 17)) + [N >> 1, (N + 1) >> 1, 2**255, 2**128, 2**224 - 1, N - 2, N - 16]
    numbers = random.Random(255)
    return sorted(set(found)) + [numbers.randrange(1, N) for _ in range(12)]


def signatures():
    """(r, s, point, hash, whether it is good): u1 and u2, the factors of the sum, are given, r and s follow."""
    numbers = random.Random(254)
    found = []
    cases = [(0, 1, 1), (0, 2, 3), (1, 1, 1), (1, 1, N - 1), (5, 5, 1), (7, 7, N - 1), (3, 1, 3), (N - 3, 1, 3),
             (N - 1, N - 1, 1), (2**64, 2**64, 1), (2**195 + 2**130 + 2**65 + 1, 1, 2**195 + 2**130 + 2**65 + 1)]
    cases += [(numbers.randrange(N), u2, numbers.randrange(1, N)) for u2 in list(range(1, 18)) + [N - 1, N - 2, N >> 1]]
    cases += [(u1, numbers.randrange(1, N), numbers.randrange(1, N)) for u1 in [1, 2, 3, N - 1, N - 2, 2**255, 2**64]]
    cases += [tuple(numbers.randrange(1, N) for _ in range(3)) for _ in range(8)]
    for u1, u2, private in cases:
        point = multiply(private, G)
        total = add(multiply(u1, G), multiply(u2, point))
        r = total[0] % N if total else 5
        s = r * pow(u2, -1, N) % N
        found.append((r, s, point, u1 * s % N, total is not None))
    # x of the sum is above the order: the point itself, with u1 = 0 and u2 = 1
    x = N
    while pow(x**3 - 3 * x + B, (P - 1) // 2, P) != 1:
        x += 1
    point = x, pow(x**3 - 3 * x + B, (P + 1) // 4, P)
    found.append((x - N, x - N, point, 0, True))
    return found


def words(number):
    return (ctypes.c_uint32 * 8)(*(number >> 32 * at & 0xFFFFFFFF for at in range(8)))


def number_of(array):
    return sum(word << 32 * at for at, word in enumerate(array))


class Kernel:
    """The kernel in C as a shared library, with traps for undefined behaviour."""
    compiler = 'gcc'

    @classmethod
    def setUpClass(cls):
        path = compile_kernel(cls.compiler, cls.__name__ + '.so', '-O1', '-shared', '-fPIC', '-fsanitize=undefined',
                              '-fsanitize-undefined-trap-on-error' if cls.compiler == 'gcc' else '-fsanitize-trap=all')
        cls.kernel = ctypes.CDLL(path)
        for name in ('plus', 'minus', 'is_zero'):
            getattr(cls.kernel, 'p256_' + name).restype = ctypes.c_uint32

    def calculate(self, name, a, b):
        result = words(0)
        carry = getattr(self.kernel, 'p256_' + name)(result, words(a), words(b))
        return number_of(result), carry

    def call(self, name, size, *arguments):
        result = ctypes.create_string_buffer(b'\xEE' * size, size)
        code = getattr(self.kernel, 'p256_' + name)(result, *arguments)
        return result.raw if code == 0 else code

    def verify(self, r, s, point, digest):
        return self.kernel.p256_ecdsa_verify(to_bytes(r, s), to_bytes(*point), digest, ctypes.c_size_t(len(digest)))

    def sign(self, private, secret, digest, fails=0):
        (ctypes.c_char * 32).in_dll(self.kernel, 'kernel_random').raw = to_bytes(secret)
        ctypes.c_int.in_dll(self.kernel, 'kernel_random_fails').value = fails
        return self.call('ecdsa_sign', 64, to_bytes(private), digest, ctypes.c_size_t(len(digest)))

    def test_the_field_at_all_edges(self):
        below, above = field_numbers()
        inverse = pow(R, -1, P)
        for a in below + above:
            for b in below:
                product = a * b * inverse % P
                self.assertEqual(self.calculate('mul', a, b)[0], product, (hex(a), hex(b)))
                self.assertEqual(self.calculate('mul', b, a)[0], product, (hex(b), hex(a)))
                if a < P:
                    self.assertEqual(self.calculate('add', a, b)[0], (a + b) % P, (hex(a), hex(b)))
                    self.assertEqual(self.calculate('sub', a, b)[0], (a - b) % P, (hex(a), hex(b)))

    def test_numbers_at_all_edges(self):
        below, above = field_numbers()
        for a in below + above:
            self.assertEqual(self.kernel.p256_is_zero(words(a)), 0xFFFFFFFF if a == 0 else 0)
            for carry in (0, 1):
                half = words(a)
                self.kernel.p256_halve(half, carry)
                self.assertEqual(number_of(half), (a + carry * R) >> 1)
            for b in below + above:
                self.assertEqual(self.calculate('plus', a, b), ((a + b) % R, (a + b) // R))
                self.assertEqual(self.calculate('minus', a, b), ((a - b) % R, 0xFFFFFFFF if a < b else 0))

    def test_products_of_points_at_all_edges(self):
        peer = multiply(1234567, G)
        for key in keys():
            self.assertEqual(self.call('public_from_private', 64, to_bytes(key)), to_bytes(*multiply(key, G)), hex(key))
            self.assertEqual(self.call('ecdh_shared_secret', 32, to_bytes(key), to_bytes(*peer)),
                             to_bytes(multiply(key, peer)[0]), hex(key))

    def test_private_keys_out_of_range(self):
        for key in (0, N, N + 1, R - 1):
            self.assertEqual(self.kernel.p256_validate_privkey(to_bytes(key)), INVALID_PRIVKEY)
            self.assertEqual(self.call('public_from_private', 64, to_bytes(key)), INVALID_PRIVKEY)
            self.assertEqual(self.call('ecdh_shared_secret', 32, to_bytes(key), to_bytes(*G)), INVALID_PRIVKEY)
            self.assertEqual(self.sign(key, 5, bytes(32)), INVALID_PRIVKEY)

    def test_points_that_are_not_on_the_curve(self):
        self.assertEqual(self.kernel.p256_validate_pubkey(to_bytes(*G)), 0)
        wrong = [(0, 0), (G[0], G[1] ^ 1), (G[1], G[0]), (P, P), (R - 1, R - 1), (G[0], 0), (0, G[1])]
        x = next(x for x in range(100) if pow(x**3 - 3 * x + B, (P - 1) // 2, P) == 1)
        y = pow(x**3 - 3 * x + B, (P + 1) // 4, P)
        self.assertEqual(self.kernel.p256_validate_pubkey(to_bytes(x, y)), 0)
        wrong += [(x + P, y)]                       # the same modulo the prime
        for point in wrong:
            self.assertEqual(self.kernel.p256_validate_pubkey(to_bytes(*point)), INVALID_PUBKEY, point)
            self.assertEqual(self.call('ecdh_shared_secret', 32, to_bytes(5), to_bytes(*point)), INVALID_PUBKEY)
            self.assertEqual(self.verify(5, 5, point, bytes(32)), INVALID_PUBKEY)

    def test_sums_of_verifications_at_all_edges(self):
        for r, s, point, number, is_good in signatures():
            digest = to_bytes(number)
            self.assertEqual(self.verify(r, s, point, digest), 0 if is_good else INVALID_SIGNATURE, (r, s))
            # The opposite sum has the same x.
            self.assertEqual(self.verify(r, N - s, point, digest), 0 if is_good else INVALID_SIGNATURE)
            self.assertEqual(self.verify(r, s % (N - 1) + 1, point, digest), INVALID_SIGNATURE)
            self.assertEqual(self.verify(r % (N - 1) + 1, s, point, digest), INVALID_SIGNATURE)
            for bad in (0, N, R - 1):
                self.assertEqual(self.verify(bad, s, point, digest), INVALID_SIGNATURE)
                self.assertEqual(self.verify(r, bad, point, digest), INVALID_SIGNATURE)

    def test_signatures_are_those_of_the_definition(self):
        numbers = random.Random(253)
        for length in (0, 1, 20, 31, 32, 33, 64):
            for private in (1, N - 1, numbers.randrange(1, N)):
                digest = bytes(numbers.randrange(256) for _ in range(length))
                secret = numbers.randrange(1, N)
                r, s = model.sign(private, secret, digest)
                self.assertEqual(self.sign(private, secret, digest), to_bytes(r, s))
                self.assertEqual(self.verify(r, s, multiply(private, G), digest), 0)
        for digest in (b'\xFF' * 32, to_bytes(N), to_bytes(N - 1), to_bytes(N + 1)):
            self.assertEqual(self.sign(3, 7, digest), to_bytes(*model.sign(3, 7, digest)))

    def test_a_signature_without_a_good_secret_number_fails(self):
        for secret, fails in ((0, 0), (N, 0), (R - 1, 0), (5, -1)):
            self.assertEqual(self.sign(3, secret, bytes(32), fails), RANDOM_FAILED)
        # s = 0: the hash is - r d
        self.assertEqual(self.sign(3, 5, to_bytes(-multiply(5, G)[0] * 3 % N)), RANDOM_FAILED)


class KernelGcc(Kernel, unittest.TestCase):
    pass


@unittest.skipUnless(shutil.which('clang'), 'no clang')
class KernelClang(Kernel, unittest.TestCase):
    compiler = 'clang'


class Constants(unittest.TestCase):
    def test_constants_are_those_of_the_definition(self):
        for name, numbers in model.constants().items():
            with open(os.path.join(ALT, name)) as source:
                found = re.findall(r'0x[0-9A-F]{8}(?:,\s+0x[0-9A-F]{8}){7}', source.read())
            self.assertEqual([re.sub(r'\s+', ' ', line) for line in found], [model.words(number) for number in numbers])


@unittest.skipUnless(shutil.which('valgrind'), 'no valgrind')
class Secrets(unittest.TestCase):
    """No branch and no address depends on a private key, the secret number of a signature, or what follows."""

    def run_with_secrets(self, compiler, level, *arguments):
        path = compile_kernel(compiler, 'secret-%s%s' % (compiler, level), level, '-gdwarf-4', '-include',
                              'valgrind/memcheck.h',
                              '-DP256_PUBLIC(variable)=VALGRIND_MAKE_MEM_DEFINED(&(variable), sizeof(variable))',
                              os.path.join(FOLDER, 'p256_kernel', 'secret.c'), *arguments)
        return subprocess.run(['valgrind', '--quiet', '--error-exitcode=9', path], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)

    def test_secrets_decide_no_branch_and_no_address(self):
        for compiler, level in (('gcc', '-Os'), ('gcc', '-O2'), ('clang', '-Os'), ('clang', '-O2')):
            with self.subTest(compiler=compiler, level=level):
                if not shutil.which(compiler):
                    self.skipTest('no ' + compiler)
                done = self.run_with_secrets(compiler, level)
                self.assertEqual((done.returncode, done.stdout), (0, '0\n'), done.stdout[:2000])

    def test_a_branch_on_a_secret_is_found(self):
        self.assertEqual(self.run_with_secrets('gcc', '-Os', '-DLEAK').returncode, 9)


def c_array(numbers):
    return ', '.join('0x%02x' % byte for byte in numbers)


@unittest.skipUnless(shutil.which('arm-none-eabi-gcc') and shutil.which('qemu-system-arm'), 'no Cortex-M')
class CortexM(unittest.TestCase):
    """Cortex-M7 in QEMU, which has UMAAL; and the C form on the same processor, compiled for a Cortex-M3."""

    @classmethod
    def setUpClass(cls):
        below, above = field_numbers()
        cls.keys, cls.peer = keys(), multiply(1234567, G)
        with open(os.path.join(folder(), 'p256_kernel_input.h'), 'w') as header:
            header.write('#define BELOW_PRIME %d\nstatic const uint8_t field_numbers[][32] = {\n%s};\n' % (
                len(below), ''.join('{ %s },\n' % c_array(to_bytes(number)) for number in below + above)))
            header.write('static const uint8_t keys[][32] = {\n%s};\n' % ''.join(
                '{ %s },\n' % c_array(to_bytes(key)) for key in cls.keys))
            header.write('static const uint8_t peer[64] = { %s };\n' % c_array(to_bytes(*cls.peer)))
            header.write('static const struct { uint8_t sig[64], pub[64], hash[32]; } signatures[] = {\n%s};\n' % ''.join(
                '{ { %s }, { %s }, { %s } },\n' % (c_array(to_bytes(r, s)), c_array(to_bytes(*point)),
                                                   c_array(to_bytes(number)))
                for r, s, point, number, _ in signatures()))

    @functools.lru_cache(None)
    def expected():
        below, above = field_numbers()
        inverse, lines = pow(R, -1, P), []
        for a in below + above:
            for b in below:
                lines += [to_bytes(a * b * inverse % P)] * 2
                if a < P:
                    lines += [to_bytes((a + b) % P), to_bytes((a - b) % P)]
        peer = multiply(1234567, G)
        for key, secret in zip(keys(), reversed(keys())):
            lines += [to_bytes(*multiply(key, G)), to_bytes(multiply(key, peer)[0])]
            r, s = model.sign(key, secret, to_bytes(key))
            lines += [to_bytes(r, s) if s else bytes([-RANDOM_FAILED])]
        lines += [b'' if is_good else bytes([-INVALID_SIGNATURE]) for *_, is_good in signatures()]
        return [line.hex() for line in lines]

    def run_image(self, compiler, name):
        image = compile_kernel(compiler, name, os.path.join(FOLDER, 'p256_kernel', 'target.c'), '-nostartfiles',
                               '-ffunction-sections', '-Wl,--gc-sections,--section-start=.vectors=0', '-Wl,-Ttext=0x100',
                               '-Wl,-Tdata=0x20000000', '-Wl,-e,reset,-u,vectors', '-Wl,--no-warn-rwx-segments')
        done = subprocess.run(['qemu-system-arm', '-M', 'mps2-an500', '-display', 'none', '-monitor', 'none', '-serial',
                               'none', '-semihosting-config', 'enable=on,target=native', '-kernel', image],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=200)
        self.assertEqual(done.stdout.decode().splitlines(), CortexM.expected())
        return image

    def symbols(self, image):
        return subprocess.run(['arm-none-eabi-nm', image], stdout=subprocess.PIPE, check=True, text=True).stdout

    def test_umaal(self):
        image = self.run_image('arm-none-eabi-gcc -mcpu=cortex-m7 -mthumb -Os', 'umaal')
        self.assertIn(' p256_add_prime\n', self.symbols(image))

    def test_umaal_with_link_time_optimisation(self):
        self.run_image('arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -O2 -flto', 'umaal-lto')

    def test_c_with_umull(self):
        image = self.run_image('arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -Os', 'umull')
        self.assertNotIn(' T p256_add_prime\n', self.symbols(image))

    def test_clang_takes_the_assembly(self):
        if not shutil.which('clang'):
            self.skipTest('no clang')
        for cpu in ('cortex-m4', 'cortex-m7', 'cortex-m33'):
            subprocess.run(['clang', '--target=arm-none-eabi', '-mcpu=' + cpu, '-mthumb', '-Os', *WARNINGS, '-c', '-o',
                            os.path.join(folder(), 'clang.o'), os.path.join(ALT, 'p256_field_umaal.c')], check=True)
            done = subprocess.run(['arm-none-eabi-objdump', '-d', os.path.join(folder(), 'clang.o')],
                                  stdout=subprocess.PIPE, check=True, text=True)
            self.assertEqual(len(re.findall(r'\tumaal\t', done.stdout)), 4 * (8 * 2 + 2))


if __name__ == '__main__':
    unittest.main()
