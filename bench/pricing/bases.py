# SPDX-License-Identifier: Apache-2.0
"""The bases, the values of numbers, and the exceptions; all else is read from Kconfig."""
import collections
import re

# title: in a sentence; settings: on top of the profile's
Base = collections.namedtuple('Base', 'name title profile settings engine')

BASES = [
    Base('default', 'default', 'default', (), '3.6'),
    Base('minimal-ecdsa', 'minimal-ecdsa', 'minimal-ecdsa', (), '3.6'),
    Base('default-2.28', 'Mbed TLS 2.28', 'default', (('PKG_MBEDTLS_ENGINE_2_28', 'y'),), '2.28'),
]

# The values to price of options that are numbers.
VALUES = collections.OrderedDict([
    ('MBEDTLS_SSL_MAX_CONTENT_LEN', (16384, 8192, 4096, 2048, 1024)),
    ('PKG_MBEDTLS_SSL_OUT_CONTENT_LEN', (16384, 4096, 2048, 1024, 512)),
    ('PKG_MBEDTLS_MPI_MAX_SIZE', (1024, 512, 256)),
    ('PKG_MBEDTLS_MPI_WINDOW_SIZE', (1, 2, 6)),
    ('MBEDTLS_ECP_WINDOW_SIZE', (2, 3, 4, 6)),
    ('PKG_MBEDTLS_LOG_LEVEL', (0, 1, 2, 3)),
    ('PKG_MBEDTLS_ENTROPY_MAX_SOURCES', (2, 20)),
    ('PKG_MBEDTLS_RANDOM_MIN_ENTROPY', (1, 8)),
])

# Arguments of SConstruct that are priced like options.
ARGUMENTS = [('opt', '-O2'), ('lto', 1)]

# The server's certificate is ECDSA. With these options it is RSA: an ECDSA server would not use the option, or would
# connect in one state only.
RSA_SERVER = {
    'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA', 'PKG_MBEDTLS_MPI_MAX_SIZE', 'PKG_MBEDTLS_MPI_WINDOW_SIZE',
    'PKG_MBEDTLS_RSA_PUBLIC',
}

# Options that cannot be priced, and why.
NO_FILES = 'the board of the measurement has no file system'
NO_SOCKETS = 'the board of the measurement has no sockets'
SKIPPED = {
    'PKG_USING_MBEDTLS': 'the whole of it is what docs/footprint.md is about',
    'PKG_USING_MBEDTLS_EXAMPLE': 'an application, which is not counted',
    'PKG_USING_MBEDTLS_USER_CERTS': "the root of the measurement's server comes by it; tools/roots price",
    'PKG_USING_MBEDTLS_CERTS_FROM_FS': NO_FILES,
    'PKG_MBEDTLS_TRUST_FILE': NO_FILES,
    'PKG_MBEDTLS_CLIENT_FILE': NO_FILES,
    'PKG_MBEDTLS_NET_CUSTOM': NO_SOCKETS,
    'PKG_MBEDTLS_SERVER': NO_SOCKETS,
    'PKG_MBEDTLS_DTLS_PRIORITY': NO_SOCKETS,
    'PKG_MBEDTLS_RANDOM_BOARD': 'the only source that the board of the measurement has',
    'PKG_MBEDTLS_RANDOM_HWCRYPTO': 'the board of the measurement has no such device',
    'PKG_MBEDTLS_RANDOM_SEED': 'the board of the measurement keeps no seed',
}

# On top of 2.28, the options that 3.6 does not have are priced, and these: the manual's list, and the most expensive.
WITH_2_28 = {'PKG_MBEDTLS_' + name for name in '''
    CLOCK_NONE ENTROPY MAX_FRAGMENT_LENGTH DTLS
    KEY_EXCHANGE_ECDHE_ECDSA KEY_EXCHANGE_ECDHE_RSA KEY_EXCHANGE_RSA KEY_EXCHANGE_PSK
    GCM CCM CHACHAPOLY CBC AES_256 SUITE_LIST CURVE_SECP384R1 CURVE_SECP521R1 CURVE_X25519 SHA512 SHA1 MD5
    PATH_RULES RSA_PSS PEM HAVE_ASM AES_FEWER_TABLES SHA256_SMALLER SHA512_SMALLER ECP_NIST_OPTIM ECP_FIXED_POINT
    SESSION_DRBG SESSION_CACERT SSL_VARIABLE_BUFFER DIAGNOSE ERROR_STRINGS SELF_TEST
'''.split()} | {'MBEDTLS_AES_ROM_TABLES', 'PKG_USING_MBEDTLS_DEBUG'} | set(VALUES)

# Choices of roots have their bytes in their prompts; only these two are priced.
HAS_BYTES = re.compile(r'\(\d+ roots?, \d+ bytes\)$')
ROOTS = ('PKG_MBEDTLS_ROOT_COMMON', 'PKG_USING_MBEDTLS_USE_ALL_CERTS')

# Settings that may not change to make an option available.
FIXED = {'PKG_USING_MBEDTLS', 'PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_NET_CUSTOM', 'PKG_MBEDTLS_RANDOM_BOARD',
         'PKG_MBEDTLS_ENGINE_3_6', 'PKG_MBEDTLS_ENGINE_2_28'}

# The steps of docs/footprint-optimization-guide.md, for each engine: settings on top of those of the steps before.
# number: of the step in the guide. A setting that the engine does not offer is left out; so is a step whose first
# setting it does not offer.
Step = collections.namedtuple('Step', 'number title settings arguments')


def step(number, title, settings, **arguments):
    pairs = [setting.split('=') for setting in settings.split()]
    return Step(number, title, {name if name.startswith('MBEDTLS_') else 'PKG_MBEDTLS_' + name: value
                                for name, value in pairs}, arguments)


STEPS = [
    step(1, 'the defaults', 'ROOT_COMMON=y'),
    step(2, 'your own root only', 'ROOT_COMMON=n'),
    step(3, 'without unused features', 'SESSION_DRBG=n SESSION_CACERT=n PEM=n ECDSA_SIGN=n AES_DECRYPT=n SUITE_LIST=y '
                                        'SHA224=n'),
    step(4, 'records of 4 KB', 'MBEDTLS_SSL_MAX_CONTENT_LEN=4096 SSL_OUT_CONTENT_LEN=1024'),
    step(5, 'one cipher: AES-128-GCM', 'CHACHAPOLY=n AES_256=n'),
    step(6, 'one curve: P-256', 'CURVE_SECP384R1=n CURVE_X25519=n P256_M=y'),
    step(7, 'ECDSA certificates only', 'KEY_EXCHANGE_ECDHE_RSA=n'),
    step(8, 'SHA-256 only', 'SHA512=n'),
    step(9, 'small tables', 'AES_FEWER_TABLES=y SHA256_SMALLER=y ECP_FIXED_POINT=n'),
    step(10, 'codes instead of error texts', 'DIAGNOSE=n X509_INFO=n LOG_LEVEL=0'),
    step(11, "the hardware's random numbers", 'RANDOM_DIRECT=y RANDOM_MIN_ENTROPY=8'),
    step(12, 'fewer checks', 'PATH_RULES=n CLOCK_NONE=y'),
    step(4, 'records of 640 bytes', 'MBEDTLS_SSL_MAX_CONTENT_LEN=640 SSL_OUT_CONTENT_LEN=512 SSL_VARIABLE_BUFFER=n'),
    step(13, 'link-time optimisation', '', lto=True),
]

# The bases from which the steps start.
WAYS = [one for one in BASES if one.profile == 'default']
