# SPDX-License-Identifier: Apache-2.0
"""Every failure has a sentence and a remedy: the tables of ports/src/diagnose against the headers of both engines,
the alerts of the RFCs, and the engine's flags for certificates."""
import glob
import os
import re
import unicodedata
import unittest

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGINES = ('mbedtls', 'mbedtls-2.28')
NUMBER = re.compile(r'^#define (MBEDTLS_ERR_\w+)\s+(?:MBEDTLS_DEPRECATED_NUMERIC_CONSTANT\()?\s*-(0x[0-9A-Fa-f]+)',
                    re.MULTILINE)

# Codes that no session returns, by the reason; a name ends in * for each code that begins with it.
INSIDE = 'the engine handles it itself, or returns it for a call that the package does not make'
ABSENT = 'no configuration of the package has this module or feature'
FILES = 'the engine opens no files: MBEDTLS_FS_IO is never defined'
ENCODED = 'for PEM and encrypted keys, which an application parses by itself before it has a session'
WATCHED = 'a failed allocation is reported as TLS_REASON_NO_MEMORY, whatever the code: see tls_client_fail.c'
INTERIM = 'the session calls the engine again'
NOT_RETURNED = {
    INTERIM: 'SSL_WANT_READ SSL_WANT_WRITE SSL_CRYPTO_IN_PROGRESS SSL_ASYNC_IN_PROGRESS '
             'SSL_RECEIVED_NEW_SESSION_TICKET ECP_IN_PROGRESS',
    INSIDE: 'SSL_CONTINUE_PROCESSING SSL_NON_FATAL SSL_EARLY_MESSAGE SSL_UNEXPECTED_CID SSL_CLIENT_RECONNECT '
            'SSL_HELLO_VERIFY_REQUIRED SSL_WAITING_SERVER_HELLO_RENEGO SSL_SESSION_TICKET_EXPIRED '
            'SSL_VERSION_MISMATCH SSL_CACHE_ENTRY_NOT_FOUND SSL_HW_ACCEL_FALLTHROUGH SSL_TIMEOUT '
            'ASN1_BUF_TOO_SMALL OID_BUF_TOO_SMALL OID_NOT_FOUND ENTROPY_MAX_SOURCES '
            'GCM_AUTH_FAILED CCM_AUTH_FAILED CHACHAPOLY_AUTH_FAILED',
    ABSENT: 'SSL_CANNOT_READ_EARLY_DATA SSL_RECEIVED_EARLY_DATA SSL_CANNOT_WRITE_EARLY_DATA SSL_COMPRESSION_FAILED '
            'HMAC_DRBG_* LMS_* PKCS7_* BLOWFISH_* XTEA_* PADLOCK_* MD2_* MD4_* CMAC_* RIPEMD160_*',
    FILES: '*_FILE_IO_ERROR',
    WATCHED: '*_ALLOC_FAILED',
    ENCODED: 'PEM_* BASE64_* PKCS5_* PKCS12_*',
}

# RFC 5246 7.2, RFC 8446 6 and appendix B.2, RFC 6066 9, RFC 7301 3.2, RFC 4279 2, RFC 7507 2.
ALERTS = {
    0: 'close_notify', 10: 'unexpected_message', 20: 'bad_record_mac', 21: 'decryption_failed',
    22: 'record_overflow', 30: 'decompression_failure', 40: 'handshake_failure', 41: 'no_certificate',
    42: 'bad_certificate', 43: 'unsupported_certificate', 44: 'certificate_revoked', 45: 'certificate_expired',
    46: 'certificate_unknown', 47: 'illegal_parameter', 48: 'unknown_ca', 49: 'access_denied', 50: 'decode_error',
    51: 'decrypt_error', 60: 'export_restriction', 70: 'protocol_version', 71: 'insufficient_security',
    80: 'internal_error', 86: 'inappropriate_fallback', 90: 'user_canceled', 100: 'no_renegotiation',
    109: 'missing_extension', 110: 'unsupported_extension', 111: 'certificate_unobtainable',
    112: 'unrecognized_name', 113: 'bad_certificate_status_response', 114: 'bad_certificate_hash_value',
    115: 'unknown_psk_identity', 116: 'certificate_required', 120: 'no_application_protocol',
}

# Flags without a row of their own.
NO_CRL = 'sessions have no revocation lists'
FLAGS = {
    'BADCERT_REVOKED': NO_CRL, 'BADCRL_NOT_TRUSTED': NO_CRL, 'BADCRL_EXPIRED': NO_CRL, 'BADCRL_FUTURE': NO_CRL,
    'BADCRL_BAD_MD': NO_CRL, 'BADCRL_BAD_PK': NO_CRL, 'BADCRL_BAD_KEY': NO_CRL,
    'BADCERT_NS_CERT_TYPE': 'set by neither engine', 'BADCERT_SKIP_VERIFY': 'never set by a check',
}


def read(*path):
    with open(os.path.join(REPOSITORY, *path), encoding='utf-8') as source:
        return source.read()


def diagnose(name):
    """A source with its phrases replaced by words, and with the strings that the compiler joins."""
    text = re.sub(r'\bW_[A-Z]+\b', '"the words of a phrase"', read('ports', 'src', 'diagnose', name + '.c'))
    return re.sub(r'(?<!\\)"\s+"', '', text)


def codes_of(engine):
    """Name without MBEDTLS_ERR_ -> number without its sign."""
    return {name[12:]: int(number, 16)
            for path in glob.glob(os.path.join(REPOSITORY, engine, 'include', 'mbedtls', '*.h'))
            for name, number in NUMBER.findall(read(path))}


def reason_not_to_have(name):
    for reason, names in NOT_RETURNED.items():
        for pattern in names.split():
            if re.fullmatch(pattern.replace('*', '.*'), name):
                return reason
    return None


def tables():
    """Name of a table -> its rows: (last code, cause)."""
    text = diagnose('tls_diagnose_code')
    return {name: [(int(last, 16), cause) for last, cause in re.findall(r'(?:\{ |UP_TO\()(0x[0-9A-F]+), (\w+)', rows)]
            for name, rows in re.findall(r'(\w+_codes)\[\] =\n\{\n(.*?)\n\};', text, re.DOTALL)}


def cause_of(number):
    rows = tables()['low_codes' if number < 0x80 else 'high_codes']
    return next(cause for last, cause in rows if number <= last)


def causes():
    """Cause -> its texts, sentence and remedy."""
    return {cause: texts for cause, texts in
            re.findall(r'\[(\w+)\] =\s*\{ ([^{}]*) \}', diagnose('tls_diagnose_code'))}


class Codes(unittest.TestCase):
    def test_every_code_of_both_engines_has_a_sentence_and_a_remedy(self):
        reasons = re.findall(r'\{ -(?:MBEDTLS|TLS)_ERR_(\w+), TLS_REASON_', diagnose('tls_report'))
        by_code = ['SSL_FATAL_ALERT_MESSAGE']         # tls_engine_alert()
        # 2.28's name of a code that tls_report.c calls by the name of 3.6
        by_code += ['SSL_BAD_HS_CERTIFICATE']
        engine = ['_HW_ACCEL_FAILED', '_BAD_INPUT_DATA', '_BAD_INPUT', 'INVALID_KEY_LENGTH', 'INVALID_INPUT_LENGTH',
                  'INTERNAL_ERROR', 'CORRUPTION_DETECTED', 'GENERIC_ERROR', 'FEATURE_UNSUPPORTED', 'THREADING_',
                  'COUNTER_WRAPPING', 'BUFFER_TOO_SMALL', 'FEATURE_UNAVAILABLE', 'BAD_STATE', 'INVALID_CONTEXT']
        for engine_folder in ENGINES:
            codes = codes_of(engine_folder)
            self.assertGreater(len(codes), 150)
            for name, number in sorted(codes.items()):
                with self.subTest(engine_folder, code=name):
                    has_row = cause_of(number) != 'ENGINE'
                    is_general = any(part in name for part in engine)     # the words of ENGINE are right for it
                    self.assertTrue(has_row or is_general or name in reasons or name in by_code or
                                    reason_not_to_have(name), '%s (-0x%04X) has no words' % (name, number))

    def test_the_list_of_codes_that_no_session_returns_names_codes_of_the_engines(self):
        names = [name for engine in ENGINES for name in codes_of(engine)]
        for reason, patterns in NOT_RETURNED.items():
            for pattern in patterns.split():
                with self.subTest(pattern, reason=reason):
                    self.assertTrue(any(re.fullmatch(pattern.replace('*', '.*'), name) for name in names))

    def test_the_tables_are_in_order_and_each_cause_has_two_texts(self):
        self.assertEqual(sorted(tables()), ['high_codes', 'low_codes'])
        texts = causes()
        for name, rows in tables().items():
            lasts = [last for last, _ in rows]
            self.assertEqual(lasts, sorted(set(lasts)))
            self.assertEqual(lasts[-1], {'low_codes': 0x7F, 'high_codes': 0x7FFF}[name])
            for last, cause in rows:
                with self.subTest(name, last='0x%04X' % last):
                    self.assertIn(cause, texts)
                    self.assertTrue(name == 'low_codes' or last % 0x80 == 0x7F)
        for cause, text in texts.items():
            with self.subTest(cause):
                self.assertRegex(text, r'^"[^"]{10,}",\s+("[^"]{8,}|TLS_WORDS_|AGAIN)')

    def test_each_phrase_has_its_number(self):
        names = re.findall(r'^#define (W_\w+) +"\\(\d+)" +/\* (.*) \*/', read('ports', 'src', 'diagnose', 'tls_diagnose_words.h'),
                           re.MULTILINE)
        self.assertEqual([int(number, 8) for _, number, _ in names], list(range(1, len(names) + 1)))
        source = read('ports', 'src', 'diagnose', 'tls_diagnose_phrase.c')
        self.assertIn('#define PHRASES         %d\n' % len(names), source)
        table = source.partition('phrases[] =')[2].partition(';\n')[0]
        self.assertEqual(table.count('\\0'), len(names) - 1)

    def test_every_code_of_the_package_has_a_reason(self):
        ours = re.findall(r'^#define (TLS_ERR_\w+) +\(-', read('ports', 'inc', 'tls_error.h'), re.MULTILINE)
        reasons = re.findall(r'\{ -(TLS_ERR_\w+),', diagnose('tls_report'))
        others = {
            'TLS_ERR_TOO_LONG': 'the transport for datagrams has the reasons',
            'TLS_ERR_ROOT_NOT_CA': 'of tls_trust_add()', 'TLS_ERR_ROOT_STATE': 'of tls_trust_add()',
            'TLS_ERR_STORE': 'of tls_trust_set_store()', 'TLS_ERR_STORE_FILE': 'of tls_trust_set_file()',
        }
        self.assertEqual(sorted(ours), sorted(set(reasons) | set(others)))


class Reasons(unittest.TestCase):
    def test_every_reason_has_a_sentence_and_a_remedy(self):
        listed = re.findall(r'^    (TLS_REASON_\w+),', read('ports', 'inc', 'tls_report.h'), re.MULTILINE)
        rows = dict(re.findall(r'\[(TLS_REASON_\w+)\] =\s*\{ (.*?) \},[ \n]', diagnose('tls_diagnose_words'),
                               re.DOTALL))
        elsewhere = {
            'TLS_REASON_NONE': 'no failure', 'TLS_REASON_OTHER': 'see Codes', 'TLS_REASON_ALERT': 'see Alerts',
            'TLS_REASON_CERTIFICATE': 'see Flags', 'TLS_REASON_TIMEOUT': 'its remedy depends on the step',
            'TLS_REASON_VERSION': 'tls_diagnose_version.c', 'TLS_REASON_UNREADABLE': 'tls_unreadable_part.c',
            'TLS_REASON_IDENTITY': 'see the next test',
            'TLS_REASON_NAME_NOT_FOUND': 'its remedy depends on the host',
            'TLS_REASON_TOO_LONG': 'its remedy depends on the length',
        }
        self.assertGreater(len(listed), 25)
        for reason in listed:
            with self.subTest(reason):
                if reason not in elsewhere:
                    self.assertRegex(rows.get(reason, ''), r'^"[^"]{10,}",(?:[^"\n]*\n)?\s*("(\\"|[^"]){8,}|TLS_(WORDS|HAS))',
                                     'no row "sentence", "remedy" for ' + reason)


    def test_every_fault_of_the_devices_certificate_has_a_sentence_and_a_remedy(self):
        listed = re.findall(r'^    (TLS_IDENTITY_\w+),', read('ports', 'inc', 'tls_report.h'), re.MULTILINE)
        text = diagnose('tls_diagnose_identity').replace('OWN', '"the certificate"')
        rows = re.findall(r'\[(TLS_IDENTITY_\w+)\] =\s*\{ ("[^{}]{20,}) \},\n', text)
        self.assertGreater(len(listed), 10)
        self.assertEqual([name for name, _ in rows], listed)
        for name, row in rows:
            self.assertGreaterEqual(len(re.findall(r'"[^"]+"', row)), 2, name)


class Guide(unittest.TestCase):
    def test_remedies_cite_sections_of_the_guide(self):
        sections = re.findall(r'^#+ ([0-9.]+) ', read('docs', 'user-guide.md'), re.MULTILINE)
        cited = []
        for path in glob.glob(os.path.join(REPOSITORY, 'ports', 'src', 'diagnose', '*.c')):
            text = re.sub(r'/\*.*?\*/', '', read(path), flags=re.DOTALL)
            self.assertNotRegex(text, r'\(manual')
            cited += re.findall(r'\(user guide ([0-9.]+)\)', text)
        self.assertTrue(cited)
        self.assertEqual([section for section in cited if section not in sections], [])


class Characters(unittest.TestCase):
    def test_what_a_terminal_does_not_show_is_hidden(self):
        """Unicode's controls, formats, surrogates and separators, with nothing else of the first plane."""
        text = diagnose('tls_report_text')
        ranges = [(int(first, 16), int(last, 16)) for first, last in re.findall(r'\{ (0x\w{4}), (0x\w{4}) \}', text)]
        blocks = [int(block, 16) for block in re.findall(r'0x\w+', re.search(r'hidden_blocks\[\] = \{(.*?)\}', text).group(1))]
        self.assertEqual(ranges, sorted(ranges))
        for character in range(0x110000):
            is_hidden = any(first <= character <= last for first, last in ranges) or character >> 8 in blocks
            category = unicodedata.category(chr(character))
            if category in ('Cc', 'Cf', 'Cs', 'Zl', 'Zp'):
                self.assertTrue(is_hidden, 'U+%04X' % character)
            elif character < 0x10000 and category != 'Cn':
                self.assertFalse(is_hidden, 'U+%04X' % character)


class Alerts(unittest.TestCase):
    def test_every_alert_has_its_name_and_a_remedy(self):
        text = diagnose('tls_diagnose_alert')
        rows = {int(number): (remedy, name) for number, remedy, name in
                re.findall(r'^    ROW\((\d+), (\w+), "(\w+)"\)', text, re.MULTILINE)}
        self.assertEqual({number: name for number, (_, name) in rows.items()}, ALERTS)
        for number, (remedy, name) in rows.items():
            with self.subTest(name, number=number):
                self.assertRegex(text, r'\[%s\] =\s+("[^"]{8,}|W_)' % remedy)


class Flags(unittest.TestCase):
    def test_every_flag_of_a_certificate_has_a_remedy(self):
        rows = re.findall(r'\{ ((?:MBEDTLS_X509_\w+[ |]*)+),\s*\{ "[^"]{10,}",\s+(?:"[^"]{10,}|[A-Z_]+ |"" \} \}, +/\* remedy_of)',
                          diagnose('tls_diagnose_certificate'))
        rows = set(re.findall(r'MBEDTLS_X509_(\w+)', ' '.join(rows)))
        self.assertGreater(len(rows), 10)
        for engine in ENGINES:
            header = read(engine, 'include', 'mbedtls', 'x509.h')
            flags = re.findall(r'^#define MBEDTLS_X509_(BAD(?:CERT|CRL)_\w+)\s+0x', header, re.MULTILINE)
            self.assertEqual(len(flags), 20)
            for flag in flags:
                with self.subTest(engine, flag=flag):
                    self.assertTrue(flag in rows or flag in FLAGS, flag)


if __name__ == '__main__':
    unittest.main()
