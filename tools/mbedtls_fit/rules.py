# SPDX-License-Identifier: Apache-2.0
"""The table: from what a device needs to the symbols of the menu, each with the reason.

A rule's value is y or n by a function of the Need, or a number; `try_without` says when the pruner may still switch the
symbol off to see whether the session works. No rule and no try goes below FLOOR.
"""
import collections

# is_fixed: whether the value is the same for all servers
Rule = collections.namedtuple('Rule', 'step symbol value why try_without is_fixed')

# Symbols that no level and no try changes: without them a session would work as well, and be worth less.
FLOOR = {
    'PKG_MBEDTLS_PATH_RULES': ('y', 'name constraints, purposes and order of the issuers are checked'),
    'PKG_MBEDTLS_CLOCK_REFUSE': ('y', 'dates are checked; without a clock there is no session'),
    'PKG_MBEDTLS_X509_CHECK_KEY_USAGE': ('y', 'a certificate counts for what its issuer meant only'),
    'PKG_MBEDTLS_X509_CHECK_EXTENDED_KEY_USAGE': ('y', 'a client\'s certificate is not accepted for a server'),
    'PKG_MBEDTLS_RANDOM_DIRECT': ('n', 'keys come from a generator with tested entropy'),
    'PKG_MBEDTLS_DTLS_ANTI_REPLAY': ('y', 'a recorded datagram is not accepted again'),
    'PKG_MBEDTLS_CBC_RECORD_SPLITTING': ('y', 'the defence of old versions against BEAST'),
    'PKG_MBEDTLS_SHA1_KEY_EXCHANGE': ('n', 'signatures with SHA-1 can be forged'),
    'PKG_MBEDTLS_TRUNCATED_HMAC': ('n', 'a shortened MAC is weaker'),
    'PKG_MBEDTLS_RENEGOTIATION': ('n', 'a feature with a history of attacks'),
    'PKG_MBEDTLS_SSL3': ('n', 'broken'), 'PKG_MBEDTLS_RC4': ('n', 'broken'), 'PKG_MBEDTLS_DES': ('n', 'weak'),
}
# Times are limits of a session, and no matter of size.
KEPT = ('PKG_MBEDTLS_CONNECT_TIMEOUT', 'PKG_MBEDTLS_IO_TIMEOUT', 'PKG_MBEDTLS_ECP_NIST_OPTIM', 'PKG_MBEDTLS_HAVE_ASM')

CURVES = {'P-256': 'SECP256R1', 'P-384': 'SECP384R1', 'P-521': 'SECP521R1', 'X25519': 'X25519'}
EXCHANGES = {'ECDHE-ECDSA': 'ECDHE_ECDSA', 'ECDHE-RSA': 'ECDHE_RSA', 'DHE-RSA': 'DHE_RSA', 'RSA': 'RSA', 'PSK': 'PSK',
             'ECDHE-PSK': 'ECDHE_PSK'}


def never(_):
    return False


def rule(step, symbol, value, why, try_without=never):
    return Rule(step, 'PKG_MBEDTLS_' + symbol if not symbol.startswith(('MBEDTLS_', 'PKG_')) else symbol,
                value if callable(value) else lambda need: value, why, try_without, not callable(value))


def exchange_rules():
    return [rule('cipher suites', 'KEY_EXCHANGE_' + symbol, lambda need, name=name: name in need.exchanges,
                 'suites with the key exchange ' + name)
            for name, symbol in EXCHANGES.items()]


def curve_rules():
    return [rule('curves and hashes', 'CURVE_' + symbol, lambda need, name=name: name in need.curves,
                 '%s, for keys in the chain, the key exchange, or by the level' % name)
            for name, symbol in CURVES.items()]


UNUSED = 'unused features'
SUITES = 'cipher suites'
ARITHMETIC = 'curves and hashes'
LEAN = 'lean modules'
BUFFERS = 'buffers'
TEXTS = 'codes instead of texts'


def is_client_key(kind):
    return lambda need: need.key_kind == kind


RULES = [
    rule(UNUSED, 'PKG_USING_MBEDTLS_USER_CERTS', True, 'the root of this server, in certs/'),
    rule(UNUSED, 'TRUST_USER', True, 'no root but that of this server'),
    rule(UNUSED, 'ENGINE_2_28', lambda need: need.old, 'the old engine, for a server with nothing newer than TLS 1.1'),
    rule(UNUSED, 'SESSION_DRBG', False, 'for applications that use members of the session'),
    rule(UNUSED, 'SESSION_CACERT', False, 'the root is compiled in'),
    rule(UNUSED, 'ENTROPY', False, 'sessions read the random source themselves'),
    rule(UNUSED, 'PEM', False, 'roots that are compiled in do not need it'),
    rule(UNUSED, 'ECDSA_SIGN', is_client_key('EC'), 'signatures with the device\'s own key'),
    rule(UNUSED, 'COMMON_NAME', lambda need: any(not chain['certificates'][0]['names'] for chain in need.facts['chains']),
         'certificates without alternative names'),
    rule(UNUSED, 'ALPN', lambda need: need.alpn, 'the protocols of ALPN'),
    rule(UNUSED, 'SESSION_TICKETS', lambda need: need.tickets, 'sessions that resume (TICKETS)'),
    rule(UNUSED, 'TLS1_3', lambda need: need.version == 'TLS 1.3', 'a server that has nothing else, or TLS13'),
    rule(UNUSED, 'TLS1_2', lambda need: need.version not in ('TLS 1.3', 'TLS 1.1', 'TLS 1.0'), 'the version of the sessions'),
    rule(UNUSED, 'TLS1_1', lambda need: need.old, 'an obsolete version, for a server with nothing newer'),
    rule(UNUSED, 'TLS1_0', lambda need: need.version == 'TLS 1.0', 'an obsolete version, for a server with nothing newer'),
    rule(UNUSED, 'DTLS', lambda need: need.datagrams, 'datagrams (DTLS)'),
    rule(UNUSED, 'DTLS_CID', lambda need: need.facts.get('connection_id') or not need.exact,
         'sessions that survive a change of address'),
    rule(UNUSED, 'SERVER_NAME_INDICATION', lambda need: need.target.has_name, 'the name in the ClientHello',
         lambda need: need.exact and not need.facts['needs_name']),
    rule(UNUSED, 'MAX_FRAGMENT_LENGTH', lambda need: need.fragment or need.variable or not need.exact,
         'records as short as announced'),
    rule(UNUSED, 'EXTENDED_MASTER_SECRET', lambda need: need.facts['extended_master_secret'] or not need.exact,
         'keys that are bound to the handshake'),
    rule(UNUSED, 'ENCRYPT_THEN_MAC', lambda need: need.facts['encrypt_then_mac'] or not need.exact,
         'AES-CBC without padding attacks'),
    *exchange_rules(),
    rule(SUITES, 'RSA', lambda need: 'RSA' in need.kinds, 'RSA keys in the chain'),
    rule(SUITES, 'RSA_PSS', lambda need: need.pss, 'RSA-PSS signatures'),
    rule(SUITES, 'GCM', lambda need: need.has('GCM'), 'AES-GCM'),
    rule(SUITES, 'CCM', lambda need: need.has('CCM'), 'AES-CCM'),
    rule(SUITES, 'CHACHAPOLY', lambda need: need.has('CHACHAPOLY'), 'ChaCha20-Poly1305'),
    rule(SUITES, 'CBC', lambda need: need.has('CBC'), 'AES-CBC'),
    rule(SUITES, 'CBC_SHA1', lambda need: need.has('CBC') and need.suite.digest == 'SHA-1' or need.old,
         'suites with SHA-1'),
    rule(SUITES, 'AES_128', lambda need: need.has_bits(128) or not need.has_bits(256), 'AES with 128 bits'),
    rule(SUITES, 'AES_256', lambda need: need.has_bits(256), 'AES with 256 bits'),
    rule(SUITES, 'AES_DECRYPT', lambda need: need.has('CBC'), 'the decryption of AES-CBC'),
    rule(SUITES, 'SUITE_LIST', True, 'a list of these suites instead of the engine\'s table'),
    *curve_rules(),
    rule(ARITHMETIC, 'SHA224', lambda need: 'SHA-224' in need.hashes, 'signatures with SHA-224'),
    rule(ARITHMETIC, 'SHA512', lambda need: bool({'SHA-384', 'SHA-512'} & need.hashes),
         'SHA-384 and SHA-512 in the chain, the suites, or by the level'),
    rule(LEAN, 'P256_M', lambda need: need.curves == {'P-256'} and not need.old and need.version != 'TLS 1.3',
         'P-256 is the only curve: the kernel for it alone'),
    rule(LEAN, 'P256_FAST', lambda need: not need.exact, 'a handshake takes a tenth of the time'),
    rule(LEAN, 'ECP_FIXED_POINT', False, 'tables for speed'),
    rule(LEAN, 'RSA_PUBLIC', lambda need: 'RSA' in need.kinds and not need.pss and need.key_kind != 'RSA' and not need.old,
         'the device verifies RSA signatures and makes none'),
    rule(LEAN, 'AES_SMALL', lambda need: not need.has('CBC') and not need.old, 'AES that encrypts only'),
    rule(LEAN, 'GCM_SMALL', lambda need: need.has('GCM') and not need.old, 'AES-GCM, small'),
    rule(LEAN, 'SHA256_SMALLER', True, 'SHA-256, small'),
    rule(LEAN, 'SHA512_SMALLER', True, 'SHA-512, small'),
    rule(BUFFERS, 'MPI_MAX_SIZE', lambda need: need.rsa_bytes, 'the longest RSA key of the chain'),
    rule(BUFFERS, 'MBEDTLS_SSL_MAX_CONTENT_LEN', lambda need: need.receive,
         'the longest message and record of this server, and the level\'s margin'),
    rule(BUFFERS, 'SSL_OUT_CONTENT_LEN', lambda need: need.send, 'the device\'s own messages, and the announced length'),
    rule(BUFFERS, 'SSL_VARIABLE_BUFFER', lambda need: need.variable, 'long records: memory only while one is there'),
    rule(TEXTS, 'DIAGNOSE', False, 'tools/explain puts the numbers of a report in words'),
    rule(TEXTS, 'X509_INFO', False, 'texts for certificates'),
    rule(TEXTS, 'LOG_LEVEL', 0, 'errors only'),
]
STEPS = [UNUSED, SUITES, ARITHMETIC, LEAN, BUFFERS, TEXTS]
