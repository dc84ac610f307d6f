# SPDX-License-Identifier: Apache-2.0
"""The vectors of Project Wycheproof (lib/vectors.py) for what replaces the engine's code in ports/src/alt: P-256, AES-GCM
and RSA with public keys, in C on this machine.

A vector is `valid`, `invalid`, or `acceptable`: then either result will do, unless RULES names one.
"""
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from lib.vectors import wycheproof
from tools.mbedtls_host.device import REPOSITORY

from . import test_gcm_kernel, test_p256_kernel

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'wycheproof')
ALT = os.path.join(REPOSITORY, 'ports', 'src', 'alt')
LIBRARY = os.path.join(REPOSITORY, 'mbedtls', 'library')
ENGINE = 'bignum bignum_core oid constant_time platform_util md sha256 sha512 asn1parse'.split()
INCLUDES = ['-I' + os.path.join(REPOSITORY, *path.split('/')) for path in (
    'ports/inc/alt', 'ports/inc', 'ports/src/alt', 'ports/src/base', 'mbedtls/include', 'mbedtls/library')]
TRAPS = ['-O1', '-shared', '-fPIC', '-fsanitize=undefined', '-fsanitize-undefined-trap-on-error', '-Wl,-z,defs']
RSA_CONFIG = 'BIGNUM_C OID_C ASN1_PARSE_C ASN1_WRITE_C MD_C RSA_C RSA_ALT PKCS1_V15 SHA224_C SHA256_C SHA384_C SHA512_C'
HASHES = {'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512'}
KEY_SIZES = (128, 256)                  # of AES: no cipher suite of TLS has 192 bits, so these modules refuse them
P256_SUCCESS, UNCOMPRESSED = 0, b'\x04'

# What this package decides where Wycheproof leaves it open: a flag of the vectors, the decision, and the reason.
RULES = {
    'MissingNull': (False, 'RFC 8017 A.2.4: the NULL must be there; the whole expected message is compared'),
    'CompressedPoint': (False, 'RFC 8422 5.1.2: TLS takes no compressed points'),
    'CompressedPublic': (False, 'RFC 8422 5.1.2: TLS takes no compressed points'),
}


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        wycheproof('aes_gcm')               # before anything is compiled: they may not be available
        cls.folder = tempfile.mkdtemp(prefix='wycheproof-')
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)

    def compile(self, name, config, sources, *arguments):
        with open(os.path.join(self.folder, 'tls_config.h'), 'w') as header:
            header.write(config)
        path = os.path.join(self.folder, name + '.so')
        subprocess.run(['gcc', *TRAPS, '-DMBEDTLS_CONFIG_FILE="tls_config.h"', '-I' + self.folder, *INCLUDES, *arguments,
                        '-o', path, *sources], check=True)
        return ctypes.CDLL(path)

    def check(self, name, accepts):
        """accepts(group, test): whether it is, with the right result."""
        counts = dict(valid=0, invalid=0, acceptable=0)
        for group, test in wycheproof(name):
            counts[test['result']] += 1
            rule = next((RULES[flag][0] for flag in test['flags'] if flag in RULES), None)
            wanted = {'valid': True, 'invalid': False, 'acceptable': rule}[test['result']]
            if group['type'] == 'AeadTest' and group['keySize'] not in KEY_SIZES:
                wanted = False
            with self.subTest(name, number=test['tcId'], comment=test['comment'], flags=test['flags']):
                found = accepts(group, test)
                if wanted is not None:
                    self.assertEqual(found, wanted)
        # make test repeats such a line.
        print('\ncount: Wycheproof, %s: %s' % (name, ', '.join('%d %s' % (counts[key], key) for key in counts)),
              file=sys.stderr)

    def test_ecdsa_and_ecdh_on_p256(self):
        kernel = ctypes.CDLL(test_p256_kernel.compile_kernel('gcc', 'wycheproof.so', *TRAPS))

        def verifies(group, test):
            digest = hashlib.new(HASHES[group['sha']], bytes.fromhex(test['msg'])).digest()
            point, signature = bytes.fromhex(group['publicKey']['uncompressed']), bytes.fromhex(test['sig'])
            self.assertEqual((point[:1], len(point)), (UNCOMPRESSED, 65))
            return len(signature) == 64 and kernel.p256_ecdsa_verify(
                signature, point[1:], digest, ctypes.c_size_t(len(digest))) == P256_SUCCESS

        def agrees(group, test):
            point, secret = bytes.fromhex(test['public']), ctypes.create_string_buffer(32)
            private = int(test['private'], 16).to_bytes(32, 'big')
            # The caller (p256_ecp.c) reads the form of a point.
            if point[:1] != UNCOMPRESSED or len(point) != 65:
                return False
            if kernel.p256_ecdh_shared_secret(secret, private, point[1:]) != P256_SUCCESS:
                return False
            self.assertEqual(secret.raw.hex(), test['shared'])
            return True

        self.check('ecdsa_secp256r1_sha256_p1363', verifies)
        self.check('ecdsa_secp256r1_sha512_p1363', verifies)
        self.check('ecdh_secp256r1_ecpoint', agrees)

    def test_aes_gcm(self):
        for form, sources in (('fast', test_gcm_kernel.FAST), ('small', test_gcm_kernel.SMALL)):
            kernel = self.compile(form, test_gcm_kernel.CONFIG, [
                os.path.join(FOLDER, 'gcm.c'), *(os.path.join(ALT, name + '.c') for name in sources)],
                *['-DPKG_MBEDTLS_AES_FAST'] * (form == 'fast'))

            def once(encrypts, test, data, tag):
                output = ctypes.create_string_buffer(len(data) + 1)
                key, iv, add = (bytes.fromhex(test[name]) for name in ('key', 'iv', 'aad'))
                size = ctypes.c_size_t
                code = kernel.gcm_once(encrypts, key, 8 * len(key), iv, size(len(iv)), add, size(len(add)), data,
                                       size(len(data)), tag, output)
                return code == 0 and output.raw[:-1]

            def decrypts(group, test):
                plain, cipher, tag = (bytes.fromhex(test[name]) for name in ('msg', 'ct', 'tag'))
                found = once(False, test, cipher, tag)
                if found is False:
                    return False
                self.assertEqual(found, plain)
                made = ctypes.create_string_buffer(16)
                self.assertEqual((once(True, test, plain, made), made.raw), (cipher, tag))
                return True

            with self.subTest(form):
                self.check('aes_gcm', decrypts)

    def test_rsa(self):
        config = ''.join('#define MBEDTLS_%s\n' % name for name in RSA_CONFIG.split())
        kernel = self.compile('rsa', config, [
            os.path.join(FOLDER, 'rsa.c'), *(os.path.join(ALT, name + '.c') for name in ('rsa_public', 'rsa_modexp')),
            *(os.path.join(LIBRARY, name + '.c') for name in ENGINE)])

        def verifies(group, test):
            digest = hashlib.new(HASHES[group['sha']], bytes.fromhex(test['msg'])).digest()
            modulus, exponent = (bytes.fromhex(group['publicKey'][name]) for name in ('modulus', 'publicExponent'))
            modulus, signature, size = modulus.lstrip(b'\0'), bytes.fromhex(test['sig']), ctypes.c_size_t
            # The caller (the engine's pk.c) compares the lengths.
            return len(signature) == len(modulus) and kernel.rsa_once(
                modulus, size(len(modulus)), exponent, size(len(exponent)), digest, len(digest), signature) == 0

        for name in ('2048_sha224', '2048_sha256', '2048_sha384', '2048_sha512', '3072_sha256', '3072_sha384',
                     '3072_sha512', '4096_sha256', '4096_sha384', '4096_sha512'):
            self.check('rsa_signature_' + name, verifies)


if __name__ == '__main__':
    unittest.main()
