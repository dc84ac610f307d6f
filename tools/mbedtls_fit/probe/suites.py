# SPDX-License-Identifier: Apache-2.0
"""The cipher suites, groups and signature schemes that a probe offers: those that the package can use."""
import collections

# exchange: the key exchange; cipher, bits: of the records; digest: of the key derivation (and of the MAC with CBC)
Suite = collections.namedtuple('Suite', 'number name exchange cipher bits digest')

SUITES = [Suite(*row) for row in (
    (0xc02b, 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA', 'GCM', 128, 'SHA-256'),
    (0xc02c, 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA', 'GCM', 256, 'SHA-384'),
    (0xcca9, 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-ECDSA', 'CHACHAPOLY', 256, 'SHA-256'),
    (0xc0ac, 'ECDHE-ECDSA-AES128-CCM', 'ECDHE-ECDSA', 'CCM', 128, 'SHA-256'),
    (0xc0ae, 'ECDHE-ECDSA-AES128-CCM8', 'ECDHE-ECDSA', 'CCM', 128, 'SHA-256'),
    (0xc0ad, 'ECDHE-ECDSA-AES256-CCM', 'ECDHE-ECDSA', 'CCM', 256, 'SHA-256'),
    (0xc023, 'ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA', 'CBC', 128, 'SHA-256'),
    (0xc024, 'ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA', 'CBC', 256, 'SHA-384'),
    (0xc009, 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA', 'CBC', 128, 'SHA-1'),
    (0xc00a, 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-ECDSA', 'CBC', 256, 'SHA-1'),
    (0xc02f, 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA', 'GCM', 128, 'SHA-256'),
    (0xc030, 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA', 'GCM', 256, 'SHA-384'),
    (0xcca8, 'ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE-RSA', 'CHACHAPOLY', 256, 'SHA-256'),
    (0xc027, 'ECDHE-RSA-AES128-SHA256', 'ECDHE-RSA', 'CBC', 128, 'SHA-256'),
    (0xc028, 'ECDHE-RSA-AES256-SHA384', 'ECDHE-RSA', 'CBC', 256, 'SHA-384'),
    (0xc013, 'ECDHE-RSA-AES128-SHA', 'ECDHE-RSA', 'CBC', 128, 'SHA-1'),
    (0xc014, 'ECDHE-RSA-AES256-SHA', 'ECDHE-RSA', 'CBC', 256, 'SHA-1'),
    (0x009e, 'DHE-RSA-AES128-GCM-SHA256', 'DHE-RSA', 'GCM', 128, 'SHA-256'),
    (0x009f, 'DHE-RSA-AES256-GCM-SHA384', 'DHE-RSA', 'GCM', 256, 'SHA-384'),
    (0x0033, 'DHE-RSA-AES128-SHA', 'DHE-RSA', 'CBC', 128, 'SHA-1'),
    (0x0039, 'DHE-RSA-AES256-SHA', 'DHE-RSA', 'CBC', 256, 'SHA-1'),
    (0x009c, 'AES128-GCM-SHA256', 'RSA', 'GCM', 128, 'SHA-256'),
    (0x009d, 'AES256-GCM-SHA384', 'RSA', 'GCM', 256, 'SHA-384'),
    (0x003c, 'AES128-SHA256', 'RSA', 'CBC', 128, 'SHA-256'),
    (0x003d, 'AES256-SHA256', 'RSA', 'CBC', 256, 'SHA-256'),
    (0x002f, 'AES128-SHA', 'RSA', 'CBC', 128, 'SHA-1'),
    (0x0035, 'AES256-SHA', 'RSA', 'CBC', 256, 'SHA-1'),
    (0x00a8, 'PSK-AES128-GCM-SHA256', 'PSK', 'GCM', 128, 'SHA-256'),
    (0x00a9, 'PSK-AES256-GCM-SHA384', 'PSK', 'GCM', 256, 'SHA-384'),
    (0xccab, 'PSK-CHACHA20-POLY1305', 'PSK', 'CHACHAPOLY', 256, 'SHA-256'),
    (0xc0a4, 'PSK-AES128-CCM', 'PSK', 'CCM', 128, 'SHA-256'),
    (0xc0a8, 'PSK-AES128-CCM8', 'PSK', 'CCM', 128, 'SHA-256'),
    (0xc0a5, 'PSK-AES256-CCM', 'PSK', 'CCM', 256, 'SHA-256'),
    (0x00ae, 'PSK-AES128-CBC-SHA256', 'PSK', 'CBC', 128, 'SHA-256'),
    (0x008c, 'PSK-AES128-CBC-SHA', 'PSK', 'CBC', 128, 'SHA-1'),
    (0xccac, 'ECDHE-PSK-CHACHA20-POLY1305', 'ECDHE-PSK', 'CHACHAPOLY', 256, 'SHA-256'),
    (0xc037, 'ECDHE-PSK-AES128-CBC-SHA256', 'ECDHE-PSK', 'CBC', 128, 'SHA-256'),
    (0xc035, 'ECDHE-PSK-AES128-CBC-SHA', 'ECDHE-PSK', 'CBC', 128, 'SHA-1'),
    (0x1301, 'TLS_AES_128_GCM_SHA256', 'TLS1.3', 'GCM', 128, 'SHA-256'),
    (0x1302, 'TLS_AES_256_GCM_SHA384', 'TLS1.3', 'GCM', 256, 'SHA-384'),
    (0x1303, 'TLS_CHACHA20_POLY1305_SHA256', 'TLS1.3', 'CHACHAPOLY', 256, 'SHA-256'),
    (0x1304, 'TLS_AES_128_CCM_SHA256', 'TLS1.3', 'CCM', 128, 'SHA-256'))]
BY_NUMBER = {suite.number: suite for suite in SUITES}
BY_NAME = {suite.name: suite for suite in SUITES}

# The exchanges for a server's kind of key, the best first.
EXCHANGES = {'EC': ('ECDHE-ECDSA',), 'RSA': ('ECDHE-RSA', 'DHE-RSA', 'RSA'), 'PSK': ('ECDHE-PSK', 'PSK')}

GROUPS = {23: 'P-256', 29: 'X25519', 24: 'P-384', 25: 'P-521'}

SCHEMES = {
    0x0403: 'ECDSA SHA-256', 0x0503: 'ECDSA SHA-384', 0x0603: 'ECDSA SHA-512', 0x0203: 'ECDSA SHA-1',
    0x0401: 'RSA SHA-256', 0x0501: 'RSA SHA-384', 0x0601: 'RSA SHA-512', 0x0201: 'RSA SHA-1',
    0x0804: 'RSA-PSS SHA-256', 0x0805: 'RSA-PSS SHA-384', 0x0806: 'RSA-PSS SHA-512'}

VERSIONS = {0x0304: 'TLS 1.3', 0x0303: 'TLS 1.2', 0x0302: 'TLS 1.1', 0x0301: 'TLS 1.0'}


def of(kind, versions=('TLS 1.2',)):
    """Numbers of the suites for a kind of key."""
    exchanges = EXCHANGES[kind] if kind in EXCHANGES else ('TLS1.3',)
    return [suite.number for suite in SUITES if suite.exchange in exchanges]


def schemes_of(kind):
    word = {'EC': 'ECDSA', 'RSA': 'RSA'}[kind]
    return [number for number, name in SCHEMES.items() if name.startswith(word)]
