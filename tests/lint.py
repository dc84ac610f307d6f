# SPDX-License-Identifier: Apache-2.0
"""make lint: cppcheck and clang-tidy over the package's own C files."""
import glob
import os
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(TESTS)

from tools.mbedtls_host.device import Device
from tools.mbedtls_host.pki import Authority

TIDY = 'clang-analyzer-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-reserved-identifier,' \
       '-bugprone-narrowing-conversions,-bugprone-macro-parentheses,-bugprone-implicit-widening-of-multiplication-result,' \
       '-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling'

# So that every file is one of the build.
SETTINGS = ['PKG_MBEDTLS_TLS1_3=y', 'PKG_USING_MBEDTLS_DEBUG=y', 'PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_SERVER=y',
            'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_PINNING=y', 'PKG_MBEDTLS_TRUST_FILE=y',
            'PKG_USING_MBEDTLS_CERTS_FROM_FS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_DHE_RSA=y',
            'PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK=y', 'PKG_MBEDTLS_CURVE_SECP256K1=y',
            'PKG_MBEDTLS_ALPN=y', 'PKG_MBEDTLS_SESSION_TICKETS=y', 'PKG_MBEDTLS_ENTROPY=y']


def run(*command):
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end='')
    return done.returncode


# What is built, with what, and the files that are in no other build.
BUILDS = (
    ('lint', {'settings': SETTINGS}, ('ports/src/*/tls_*.c', 'samples/*.c')),
    ('lint-alt', {'profile': 'minimal-ecdsa-rsa', 'settings': ['PKG_MBEDTLS_ECDSA_SIGN=y']},
     ('ports/src/alt/p256_*.c', 'ports/src/alt/rsa*.c', 'ports/src/alt/*_small.c', 'ports/src/alt/aes_alt.c',
      'ports/src/alt/ghash*.c', 'ports/src/alt/gcm_cipher.c')),
)


def check(name, options, patterns):
    with tempfile.TemporaryDirectory() as folder:
        device = Device.build(name, [Authority('Lint Root', folder).pem], sanitize=False, **options)
    build = os.path.dirname(device.program)
    files = sorted(path for pattern in patterns for path in glob.glob(os.path.join(REPOSITORY, pattern)))
    includes = [os.path.join(REPOSITORY, path) for path in
                ('ports/inc', 'ports/inc/alt', 'mbedtls/include', 'targets/rtthread/include',
                 'targets/posix/include')] + [build]
    flags = [flag for path in includes for flag in ('-I', path)]
    bad = run('cppcheck', '--quiet', '--error-exitcode=1', '--enable=warning,performance,portability',
              '--inline-suppr', '--suppress=toomanyconfigs', '--suppress=*:*/mbedtls/include/*', *flags, *files)
    return bad | run('clang-tidy', '--quiet', '--checks=-*,' + TIDY, '--warnings-as-errors=*', *files, '--', *flags)


def main():
    return 1 if any([check(*build) for build in BUILDS]) else 0


if __name__ == '__main__':
    sys.exit(main())
