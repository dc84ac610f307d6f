"""tools/roots and tools/mbedtls_roots: which certificates become roots, and
the C that they become. Certificates are made on the spot with openssl."""
import ast
import datetime
import io
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = os.path.join(PROJECT, 'tools')
sys.path.insert(0, TOOLS)

import mbedtls_roots as roots  # noqa: E402
from mbedtls_roots import pem, presets, refresh  # noqa: E402
from mbedtls_roots.certificate import Certificate  # noqa: E402
from mbedtls_roots.collection import KEPT, LEFT_OUT, MERGED, USED, certificate_files  # noqa: E402
from mbedtls_roots.der import Reader, Unreadable  # noqa: E402

NOW = datetime.datetime(2026, 11, 23)

# The declarations that the generated files are promised to compile with.
HEADER = '''
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H
#include <stddef.h>
struct tls_root { const unsigned char *der; size_t length; };
extern const struct tls_root tls_roots[];
extern const size_t tls_roots_count;
extern const char mbedtls_root_certificate[];
extern const size_t mbedtls_root_certificate_len;
#endif
'''

# Writes each root to a file of its own, and the PEM text to "pem".
DUMP = '''
#include <stdio.h>
#include "tls_certificate.h"
static void save(const char *name, const void *data, size_t length)
{
    FILE *file = fopen(name, "wb");
    fwrite(data, 1, length, file);
    fclose(file);
}
int main(void)
{
    size_t i;
    char name[32];
    for (i = 0; i < tls_roots_count; i++)
    {
        sprintf(name, "root%u", (unsigned) i);
        save(name, tls_roots[i].der, tls_roots[i].length);
    }
    save("pem", mbedtls_root_certificate, mbedtls_root_certificate_len);
    return 0;
}
'''

CA_EXTENSIONS = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n'


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **options).stdout


def content(*path):
    with open(os.path.join(*path), 'rb') as stream:
        return stream.read()


class Maker:
    """Makes self-signed certificates in a folder, all with the same key."""

    def __init__(self, folder):
        self.folder = folder
        self.key = self.path('key')
        run('openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', self.key)

    def path(self, name):
        return os.path.join(self.folder, name)

    def der(self, name, extensions=CA_EXTENSIONS, start='20200101000000Z', end='20400101000000Z',
            key=None, digest='sha256', subject=None):
        """DER of a self-signed certificate; openssl ca alone sets both dates."""
        key = key or self.key
        config = self.path('config')
        with open(config, 'w', encoding='utf-8') as stream:
            stream.write('[ca]\ndefault_ca=d\n[d]\ndatabase=%(at)s/index\nserial=%(at)s/serial\n'
                         'new_certs_dir=%(at)s\npolicy=p\nunique_subject=no\nemail_in_dn=yes\n'
                         'preserve=yes\n[p]\ncommonName=optional\norganizationName=optional\n'
                         'organizationalUnitName=optional\n[v3]\n%(extensions)s\n'
                         '[req]\ndistinguished_name=dn\n[dn]\n'
                         % {'at': self.folder, 'extensions': extensions or ''})
        open(self.path('index'), 'w').close()
        with open(self.path('serial'), 'w') as stream:
            stream.write('01\n')
        run('openssl', 'req', '-new', '-utf8', '-config', config, '-key', key,
            '-subj', subject or '/O=Test/CN=%s' % name, '-out', self.path('request'))
        command = ['openssl', 'ca', '-batch', '-notext', '-config', config, '-selfsign',
                   '-keyfile', key, '-in', self.path('request'), '-md', digest,
                   '-startdate', start, '-enddate', end, '-out', self.path('made')]
        run(*command + (['-extensions', 'v3'] if extensions is not None else []))
        return run('openssl', 'x509', '-in', self.path('made'), '-outform', 'DER')


class Case(unittest.TestCase):
    """A folder of its own for each test, and certificates made once for all."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.shared)
        cls.maker = Maker(cls.shared)
        cls.good = cls.maker.der('Good Root')
        cls.other = cls.maker.der('Other Root')

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as stream:
            stream.write(data if isinstance(data, bytes) else data.encode('utf-8'))
        return path

    def collect(self, *files):
        return roots.collect(files, base=self.folder, now=NOW)

    def only(self, name, data):
        """The entry of a file that holds one."""
        entries = self.collect(self.write(name, data)).entries
        self.assertEqual(1, len(entries))
        return entries[0]

    def assert_left_out(self, reason, name, data):
        entry = self.only(name, data)
        self.assertEqual(LEFT_OUT, entry.status)
        self.assertEqual('mbedtls: %s: %s, left out' % (name, reason), entry.line())


class Reading(Case):
    """Forms in which a certificate may come."""

    def assert_reads(self, name, data, *expected):
        collection = self.collect(self.write(name, data))
        self.assertEqual([], [entry.line() for entry in collection.entries if entry.line()])
        self.assertEqual(set(expected), set(root.certificate.der for root in collection.roots))

    def test_plain_pem_is_read(self):
        self.assert_reads('a.pem', pem.encode(self.good), self.good)

    def test_pem_of_openssl_equals_ours(self):
        text = run('openssl', 'x509', '-inform', 'DER', input=self.good)
        self.assertEqual(text.decode(), pem.encode(self.good))

    def test_pem_with_text_around_the_blocks_is_read(self):
        text = 'subject=Good\n 0 s:x\n%s\ntrailing words\n' % pem.encode(self.good)
        self.assert_reads('a.cer', text, self.good)

    def test_pem_with_text_that_starts_like_der_is_read(self):
        self.assert_reads('a.cer', '0 s:CN=Good\n' + pem.encode(self.good), self.good)

    def test_line_ends_of_every_system_are_read(self):
        for end in ('\r\n', '\r'):
            text = 'words\n' + pem.encode(self.good) + pem.encode(self.other)
            self.assert_reads('a.crt', text.replace('\n', end), self.good, self.other)

    def test_byte_order_mark_is_passed_over(self):
        self.assert_reads('a.pem', b'\xef\xbb\xbf' + pem.encode(self.good).encode(), self.good)

    def test_several_certificates_in_one_file_are_read(self):
        self.assert_reads('a.pem', pem.encode(self.good) + pem.encode(self.other),
                          self.good, self.other)

    def test_der_is_told_by_content_not_by_suffix(self):
        for name in ('a.der', 'a.pem', 'a.CER'):
            self.assert_reads(name, self.good, self.good)

    def test_pem_with_suffix_der_is_read(self):
        self.assert_reads('a.der', pem.encode(self.good), self.good)

    def test_other_suffixes_are_passed_over_in_silence(self):
        for name in ('README.md', 'key', 'a.pem.bak'):
            self.assertEqual([], self.collect(self.write(name, pem.encode(self.good))).entries)

    def test_hidden_files_and_folders_are_no_certificate_files(self):
        self.write('._a.pem', 'resource fork')
        self.write('folder.pem/inner.pem', pem.encode(self.good))
        shown = self.write('a.pem', pem.encode(self.good))
        self.assertEqual([shown], certificate_files(self.folder))

    def test_folder_that_is_not_there_holds_no_files(self):
        self.assertEqual([], certificate_files(os.path.join(self.folder, 'none')))


class Refusing(Case):
    """What is left out, and what the message says."""

    def test_expired_root_names_the_day(self):
        expired = self.maker.der('Old', start='20100101000000Z', end='20210930140115Z')
        self.assert_left_out('expired on 2021-09-30', 'certs/old.pem', pem.encode(expired))

    def test_last_second_of_validity_still_counts(self):
        ending = self.write('a.pem', pem.encode(self.maker.der('Ending', end='20261123000000Z')))
        self.assertEqual(1, len(roots.collect([ending], now=NOW).roots))
        self.assertEqual(0, len(roots.collect([ending], now=NOW + datetime.timedelta(0, 1)).roots))

    def test_certificate_without_basic_constraints_is_no_ca(self):
        leaf = self.maker.der('Leaf', extensions='subjectAltName=DNS:leaf\n')
        self.assert_left_out('no CA certificate (basicConstraints CA:TRUE is missing)', 'a.pem', leaf)

    def test_certificate_with_ca_false_is_no_ca(self):
        leaf = self.maker.der('Leaf', extensions='basicConstraints=CA:FALSE\n')
        self.assert_left_out('no CA certificate (basicConstraints CA:TRUE is missing)', 'a.pem', leaf)

    def test_key_usage_without_cert_sign_is_refused(self):
        data = self.maker.der('Usage', extensions='basicConstraints=CA:TRUE\nkeyUsage=cRLSign\n')
        self.assert_left_out('its key usage does not allow signing certificates', 'a.pem', data)

    def test_ca_without_key_usage_is_used(self):
        data = self.maker.der('Free', extensions='basicConstraints=CA:TRUE\n')
        self.assertEqual(USED, self.only('a.pem', data).status)

    def test_critical_extension_unknown_to_the_engine_is_refused(self):
        data = self.maker.der('Names', extensions=CA_EXTENSIONS
                              + 'nameConstraints=critical,permitted;DNS:example.com\n')
        self.assert_left_out('its critical extension 2.5.29.30 is one that the engine does not know',
                             'a.pem', data)

    def test_key_unknown_to_the_engine_is_refused(self):
        key = os.path.join(self.folder, 'ed')
        run('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', key)
        config = self.write('config', '[req]\ndistinguished_name=dn\nx509_extensions=v3\n[dn]\n'
                                      '[v3]\n' + CA_EXTENSIONS)
        data = run('openssl', 'req', '-x509', '-config', config, '-key', key, '-subj', '/CN=Ed',
                   '-days', '9000', '-outform', 'DER')
        entry = self.only('a.pem', data)
        self.assertEqual(LEFT_OUT, entry.status)
        self.assertIn('its public key is of a kind that the engine does not know', entry.reasons)

    def test_several_faults_are_all_named(self):
        data = self.maker.der('Bad', extensions='subjectAltName=DNS:x\n', end='20210930000000Z')
        self.assert_left_out('expired on 2021-09-30; '
                             'no CA certificate (basicConstraints CA:TRUE is missing)', 'a.pem', data)

    def test_empty_file(self):
        self.assert_left_out('unreadable: is empty', 'a.pem', b'')
        self.assert_left_out('unreadable: is empty', 'a.pem', b'\r\n \n')

    def test_garbage(self):
        self.assert_left_out('unreadable: is neither PEM nor DER', 'a.cer', b'\x00\x01garbage')

    def test_utf16_text(self):
        self.assert_left_out('unreadable: is UTF-16 text; save it as UTF-8', 'a.cer',
                             pem.encode(self.good).encode('utf-16'))

    def test_truncated_pem(self):
        text = pem.encode(self.good)
        self.assert_left_out('unreadable: is cut short: no END line', 'a.pem', text[:200])

    def test_truncated_der(self):
        self.assert_left_out('unreadable: certificate is cut short', 'a.der', self.good[:-1])

    def test_bytes_after_der(self):
        self.assert_left_out('unreadable: bytes follow after the certificate', 'a.der',
                             self.good + b'\n')

    def test_pem_with_letters_outside_base64(self):
        text = pem.encode(self.good).replace('M', '*', 1)
        self.assert_left_out('unreadable: is no base64 between its BEGIN and END lines',
                             'a.pem', text)

    def test_block_without_end_line_does_not_hide_the_next(self):
        text = pem.encode(self.good).replace('-----END CERTIFICATE-----\n', '')
        collection = self.collect(self.write('a.pem', text + pem.encode(self.other)))
        self.assertEqual([self.other], [root.certificate.der for root in collection.roots])
        self.assertEqual('mbedtls: a.pem (certificate 1): unreadable: BEGIN line without '
                         'an END line, left out', collection.entries[0].line())

    def test_trusted_certificate_says_how_to_convert(self):
        data = run('openssl', 'x509', '-inform', 'DER', '-trustout', input=self.good)
        entry = self.only('a.pem', data)
        self.assertEqual(LEFT_OUT, entry.status)
        self.assertIn('is a TRUSTED CERTIFICATE', entry.line())
        self.assertIn('openssl x509', entry.line())

    def test_private_key_is_named_and_left_out(self):
        self.assert_left_out('unreadable: is no certificate but a EC PRIVATE KEY',
                             'a.pem', content(self.maker.key))

    def test_file_that_cannot_be_opened(self):
        missing = os.path.join(self.folder, 'gone.pem')
        entry, = self.collect(missing).entries
        self.assertEqual('mbedtls: gone.pem: unreadable: No such file or directory, left out',
                         entry.line())

    def test_bad_file_does_not_stop_the_good_ones(self):
        collection = self.collect(self.write('a.pem', b'bad'), self.write('b.pem', self.good))
        self.assertEqual([self.good], [root.certificate.der for root in collection.roots])


class Keeping(Case):
    """What is used, with a message."""

    def test_root_of_the_future_is_kept(self):
        entry = self.only('a.pem', self.maker.der('Soon', start='20300101000000Z'))
        self.assertEqual(KEPT, entry.status)
        self.assertEqual('mbedtls: a.pem: not valid before 2030-01-01, kept', entry.line())

    def test_self_issued_version_1_is_kept(self):
        entry = self.only('a.pem', self.maker.der('First', extensions=None))
        self.assertEqual(1, entry.certificate.version)
        self.assertEqual('mbedtls: a.pem: version 1, which cannot tell a CA, kept', entry.line())

    def test_version_1_of_another_issuer_is_no_ca(self):
        request = run('openssl', 'req', '-new', '-key', self.maker.key, '-subj', '/CN=Leaf')
        ca = self.write('ca', pem.encode(self.good))
        data = run('openssl', 'x509', '-req', '-CA', ca, '-CAkey', self.maker.key, '-days', '9000',
                   '-set_serial', '5', '-outform', 'DER', input=request)
        self.assertEqual(1, Certificate(data).version)
        self.assertEqual(LEFT_OUT, self.only('a.pem', data).status)

    def test_weak_rsa_key_is_kept(self):
        key = os.path.join(self.folder, 'rsa')
        run('openssl', 'genrsa', '-out', key, '1024')
        entry = self.only('a.pem', self.maker.der('Weak', key=key))
        self.assertEqual('RSA 1024', entry.certificate.key)
        self.assertEqual(KEPT, entry.status)
        self.assertIn('RSA 1024 is a weak key', entry.line())

    def test_same_certificate_is_merged_whatever_its_form(self):
        collection = self.collect(self.write('b.der', self.good),
                                  self.write('a.pem', 'x\n' + pem.encode(self.good)))
        self.assertEqual(1, len(collection.roots))
        self.assertEqual([USED, MERGED], [entry.status for entry in collection.entries])
        self.assertEqual('mbedtls: b.der: the same certificate as a.pem, merged',
                         collection.entries[1].line())

    def test_same_name_with_another_key_is_no_duplicate(self):
        key = os.path.join(self.folder, 'key2')
        run('openssl', 'ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', key)
        twin = self.maker.der('Good Root', key=key)
        collection = self.collect(self.write('a.pem', self.good), self.write('b.pem', twin))
        self.assertEqual(2, len(collection.roots))

    def test_time_is_that_of_source_date_epoch(self):
        path = self.write('a.pem', self.maker.der('Old', start='20100101000000Z',
                                                  end='20210930000000Z'))
        with mock.patch.dict(os.environ, SOURCE_DATE_EPOCH='1600000000'):
            self.assertEqual(1, len(roots.collect([path]).roots))
        with mock.patch.dict(os.environ, SOURCE_DATE_EPOCH='1700000000'):
            self.assertEqual(0, len(roots.collect([path]).roots))
        for nonsense in ('soon', '9' * 30):
            with mock.patch.dict(os.environ, SOURCE_DATE_EPOCH=nonsense):
                self.assertRaises(roots.RootsError, roots.collect, [path])


class WhatACertificateSays(Case):

    def test_version_dates_key_and_owner_are_read(self):
        certificate = Certificate(self.good)
        self.assertEqual(3, certificate.version)
        self.assertEqual(datetime.datetime(2020, 1, 1), certificate.not_before)
        self.assertEqual(datetime.datetime(2040, 1, 1), certificate.not_after)
        self.assertEqual(('EC P-256', 'EC', 256),
                         (certificate.key, certificate.key_kind, certificate.key_bits))
        self.assertEqual('SHA-256', certificate.signature)
        self.assertEqual('Good Root', certificate.owner)
        self.assertTrue(certificate.is_self_issued)

    def test_dates_after_2049_are_read(self):
        certificate = Certificate(self.maker.der('Far', end='20991231235959Z'))
        self.assertEqual(datetime.datetime(2099, 12, 31, 23, 59, 59), certificate.not_after)

    def test_years_of_two_digits_reach_from_1950_to_2049(self):
        data = self.maker.der('Long', start='19500101120000Z', end='20491231235959Z')
        self.assertIn(b'500101120000Z', data)
        self.assertNotIn(b'1950', data)
        self.assertEqual(datetime.datetime(1950, 1, 1, 12), Certificate(data).not_before)
        self.assertEqual(datetime.datetime(2049, 12, 31, 23, 59, 59), Certificate(data).not_after)

    def test_owner_falls_back_to_unit_and_organization(self):
        for subject, owner in (('/O=Firm/OU=Unit', 'Unit'), ('/O=Firm', 'Firm'),
                               ('/O=Same/OU=Same - R3/CN=Same', 'Same - R3')):
            self.assertEqual(owner, Certificate(self.maker.der('', subject=subject)).owner)

    def test_owner_has_no_control_characters(self):
        data = self.good.replace(b'Good Root', b'Good\nRoot')
        self.assertEqual('Good?Root', Certificate(data).owner)

    def test_sizes_and_names_agree_with_openssl_on_every_preset(self):
        for path in certificate_files(presets.preset_dir(PROJECT)):
            entry, = roots.collect([path], now=NOW).entries
            text = run('openssl', 'x509', '-in', path, '-noout', '-text', '-enddate',
                       '-fingerprint', '-sha256').decode()
            self.assertIn('(%d bit)' % entry.certificate.key_bits, text, path)
            self.assertIn('CN = ' if 'CN = ' in text else 'OU = ', text)
            fingerprint = re.search('Fingerprint=(.*)', text).group(1).replace(':', '').lower()
            self.assertEqual(fingerprint, entry.certificate.sha256)
            end = re.search('notAfter=(.*) GMT', text).group(1)
            self.assertEqual(datetime.datetime.strptime(end, '%b %d %H:%M:%S %Y'),
                             entry.certificate.not_after)


class StrictDer(Case):

    def refuse(self, data, method, *arguments):
        self.assertRaises(Unreadable, getattr(Reader(bytes.fromhex(data)), method), *arguments)

    def test_lengths_other_than_the_shortest_are_refused(self):
        for data in ('30 80 00 00', '30 81 01 00', '30 82 00 80' + '00' * 128, '30 85 0000000001 00',
                     '30 ff', '30 82 01', '30', ''):
            self.refuse(data, 'enter', 0x30, 'x')

    def test_integers_other_than_the_shortest_are_refused(self):
        for data in ('02 00', '02 02 00 7f', '02 02 ff 80'):
            self.refuse(data, 'integer', 'x')

    def test_booleans_other_than_00_and_ff_are_refused(self):
        for data in ('01 01 01', '01 00', '01 02 ff ff'):
            self.refuse(data, 'boolean', 'x')

    def test_object_identifiers_that_end_early_or_pad_are_refused(self):
        for data in ('06 00', '06 02 2a 86', '06 03 2a 80 01', '06 41' + '2a' * 65):
            self.refuse(data, 'oid', 'x')

    def test_object_identifier_is_spelled_with_dots(self):
        self.assertEqual('1.2.840.113549.1.1.11',
                         Reader(bytes.fromhex('06092a864886f70d01010b')).oid('x'))
        self.assertEqual('2.5.29.19', Reader(bytes.fromhex('0603551d13')).oid('x'))

    def test_repeated_extension_is_refused(self):
        usage = bytes.fromhex('300e0603551d0f0101ff040403020106')
        constraints = bytes.fromhex('300f0603551d130101ff040530030101ff')
        self.assertIn(usage, self.good)
        self.assertIn(constraints, self.good)
        # The object identifier of one becomes that of the other.
        twice = self.good.replace(bytes.fromhex('0603551d0f'), bytes.fromhex('0603551d13'))
        with self.assertRaisesRegex(Unreadable, 'stands there twice'):
            Certificate(twice)

    def test_differing_signature_algorithms_are_refused(self):
        algorithm = bytes.fromhex('2a8648ce3d040302')
        at = self.good.rindex(algorithm)
        changed = self.good[:at] + bytes.fromhex('2a8648ce3d040303') + self.good[at + 8:]
        with self.assertRaisesRegex(Unreadable, 'algorithms differ'):
            Certificate(changed)

    def test_impossible_dates_are_refused(self):
        for date in (b'201301000000Z', b'200230000000Z', b'200101240000Z', b'2001010000+0Z'):
            self.assertRaises(Unreadable, Certificate, self.good.replace(b'200101000000Z', date))

    def test_no_truncation_is_read_or_crashes(self):
        for length in range(len(self.good)):
            self.assertRaises(Unreadable, Certificate, self.good[:length])

    def test_mutations_never_raise_anything_else(self):
        chance = random.Random(20261123)
        seeds = [self.good] + [pem.split(content(path))[0] for path in
                               certificate_files(presets.preset_dir(PROJECT))[::6]]
        readable = 0
        for _ in range(6000):
            data = bytearray(chance.choice(seeds))
            for _ in range(chance.randint(1, 4)):
                mutate(chance, data)
            try:
                Certificate(data)
                readable += 1
            except Unreadable:
                pass
        # Most hits fall into keys and signatures; both outcomes must occur.
        self.assertGreater(readable, 500)
        self.assertLess(readable, 5500)

    def test_mutated_files_always_end_in_an_entry(self):
        chance = random.Random(7)
        text = pem.encode(self.good).encode() + pem.encode(self.other).encode()
        for number in range(300):
            data = bytearray(text if number % 2 else self.good)
            for _ in range(chance.randint(1, 8)):
                mutate(chance, data)
            for entry in self.collect(self.write('a.pem', bytes(data))).entries:
                self.assertIn(entry.status, (USED, KEPT, MERGED, LEFT_OUT))


def mutate(chance, data):
    at = chance.randrange(len(data))
    kind = chance.randrange(4)
    if kind == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[at] = chance.choice((0x00, 0x01, 0x7f, 0x80, 0x82, 0xff))
    elif kind == 2:
        data.insert(at, chance.randrange(256))
    elif len(data) > 1:
        del data[at:at + chance.randint(1, 4)]
        data += b'' if data else b'0'


class GeneratedC(Case):

    def generate(self, *files):
        output = os.path.join(self.folder, 'out')
        paths = roots.generate(self.collect(*files).roots, output)
        return output, paths

    def compile(self, output):
        self.write('out/tls_certificate.h', HEADER)
        self.write('out/dump.c', DUMP)
        run('gcc', '-std=c99', '-Wall', '-Wextra', '-pedantic', '-Werror', '-o', 'dump',
            'dump.c', 'tls_certificate.c', 'tls_roots.c', cwd=output)
        run(os.path.join(output, 'dump'), cwd=output)

    def read(self, *names):
        return content(self.folder, *names)

    def test_compiled_bytes_equal_those_of_openssl(self):
        files = certificate_files(presets.preset_dir(PROJECT)) + [self.write('a.der', self.good)]
        output, _ = self.generate(*files)
        self.compile(output)
        expected = [run('openssl', 'x509', '-in', path, '-outform', 'DER') for path in files[:-1]]
        expected.append(self.good)
        found = [self.read('out', 'root%d' % number) for number in range(len(files))]
        self.assertEqual(sorted(expected), sorted(found))
        self.assertFalse(os.path.exists(os.path.join(output, 'root%d' % len(files))))
        text = self.read('out', 'pem')
        self.assertEqual(b'\0', text[-1:])
        self.assertEqual(''.join(pem.encode(data) for data in found), text[:-1].decode())

    def test_roots_are_sorted_by_subject(self):
        output, _ = self.generate(self.write('1.pem', self.other), self.write('2.pem', self.good))
        self.compile(output)
        self.assertLess(Certificate(self.read('out', 'root0')).subject,
                        Certificate(self.read('out', 'root1')).subject)

    def test_same_input_gives_same_bytes_in_any_order_of_files(self):
        files = [self.write('b.pem', pem.encode(self.other)), self.write('a.der', self.good),
                 self.write('c.crt', self.good)]
        _, paths = self.generate(*files)
        first = [content(path) for path in paths]
        shutil.rmtree(os.path.join(self.folder, 'out'))
        _, paths = self.generate(*reversed(files))
        self.assertEqual(first, [content(path) for path in paths])

    def test_unchanged_files_are_not_written_again(self):
        source = self.write('a.pem', self.good)
        _, paths = self.generate(source)
        for path in paths:
            os.utime(path, (1, 1))
        self.generate(source)
        self.assertEqual([1, 1], [os.stat(path).st_mtime for path in paths])
        self.generate(source, self.write('b.pem', self.other))
        self.assertNotIn(1, [os.stat(path).st_mtime for path in paths])

    def test_comment_names_owner_key_expiry_and_file_but_no_folder(self):
        output, paths = self.generate(self.write('sub/a.pem', self.good))
        for path in paths:
            text = content(path).decode()
            self.assertIn('/* Good Root: EC P-256, SHA-256, until 2040-01-01, a.pem */', text)
            self.assertNotIn(self.folder, text)

    def test_names_cannot_break_out_of_the_comment(self):
        hostile = self.maker.der('x', subject='/CN=*\\/ int evil; \\/* \u0151 \\\\')
        output, paths = self.generate(self.write('a ?? \u4e2d *.pem', hostile))
        self.compile(output)
        content(paths[0]).decode('ascii')

    def test_files_hold_no_string_literal(self):
        _, paths = self.generate(self.write('a.pem', self.good))
        for path in paths:
            self.assertEqual(2, content(path).count(b'"'), 'only the include has quotes')


class Choosing(Case):
    """select() and build(), as SConscript uses them."""

    def setUp(self):
        super().setUp()
        self.package = os.path.join(self.folder, 'package')
        os.makedirs(os.path.join(self.package, 'certs'))
        shutil.copytree(presets.preset_dir(PROJECT), presets.preset_dir(self.package))
        self.lines = []

    def build(self, *symbols):
        self.asked = []

        def is_enabled(symbol):
            self.asked.append(symbol)
            return symbol in symbols
        return roots.build(self.package, is_enabled, os.path.join(self.folder, 'out'),
                           self.lines.append)

    def built(self, *symbols):
        """The names of the certificate files that went in."""
        _, inputs = self.build(*symbols)
        return [os.path.basename(path) for path in inputs if not path.endswith('.json')]

    def add_user_root(self):
        return self.write('package/certs/mine.cer', pem.encode(self.good))

    def test_every_preset_builds_alone_from_valid_roots(self):
        table = roots.load_presets(PROJECT)
        for preset in table:
            self.assertEqual(sorted(preset.files), self.built(preset.symbol))
            expected = ['mbedtls: %s: %s' % (preset.symbol, preset.message)] if preset.message else []
            self.assertEqual(expected, self.lines, preset.symbol)
            self.assertEqual(preset.status == 'current', preset.message is None)
            self.lines.clear()

    def test_symbols_of_existing_configurations_all_map(self):
        known = set(preset.symbol for preset in roots.load_presets(PROJECT))
        for name in ('THAWTE', 'VERSIGN_PBULIC', 'VERSIGN_UNIVERSAL', 'GEOTRUST', 'DIGICERT',
                     'GODADDY', 'COMODOR', 'DST', 'CLOBALSIGN', 'ENTRUST',
                     'CERTUM_TRUSTED_NETWORK', 'AMAZON'):
            self.assertIn('PKG_USING_MBEDTLS_%s_ROOT_CA' % name, known)
        for name in ('COMMON', 'ISRG', 'GTS', 'DIGICERT_G2', 'SECTIGO'):
            self.assertIn('PKG_MBEDTLS_ROOT_%s' % name, known)

    def test_table_and_folder_agree(self):
        table = roots.load_presets(PROJECT)
        named = set(name for preset in table for name in preset.files)
        there = set(os.path.basename(path)
                    for path in certificate_files(presets.preset_dir(PROJECT)))
        self.assertEqual(named, there)
        self.assertEqual(len(table), len(set(preset.symbol for preset in table)))

    def test_preset_files_are_valid_self_issued_cas(self):
        collection = roots.collect(certificate_files(presets.preset_dir(PROJECT)), now=NOW)
        for entry in collection.entries:
            self.assertEqual(USED, entry.status, entry.line())
            self.assertTrue(entry.certificate.is_self_issued, entry.name)

    def test_a_default_preset_covers_the_great_authorities(self):
        files = ' '.join(name for preset in roots.load_presets(PROJECT) if preset.default
                         for name in preset.files)
        for name in ('ISRG', 'DigiCert', 'GlobalSign', 'GTS', 'Sectigo', 'USERTrust', 'Amazon'):
            self.assertIn(name, files)

    def test_replaced_root_says_what_takes_its_place(self):
        self.build('PKG_USING_MBEDTLS_DST_ROOT_CA')
        self.assertEqual(['mbedtls: PKG_USING_MBEDTLS_DST_ROOT_CA: DST Root CA X3 expired on '
                          '2021-09-30; ISRG Root X1 and X2 take its place'], self.lines)

    def test_all_certs_takes_the_whole_folder_in_silence(self):
        names = self.built('PKG_USING_MBEDTLS_USE_ALL_CERTS', 'PKG_USING_MBEDTLS_DST_ROOT_CA')
        self.assertEqual(len(certificate_files(presets.preset_dir(PROJECT))), len(names))
        self.assertEqual([], self.lines)

    def test_user_certs_come_beside_presets(self):
        self.add_user_root()
        names = self.built('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual(['ISRG_Root_X1.pem', 'ISRG_Root_X2.pem', 'mine.cer'], sorted(names))

    def test_user_folder_stays_out_when_a_preset_is_selected_alone(self):
        self.add_user_root()
        self.assertNotIn('mine.cer', self.built('PKG_MBEDTLS_ROOT_ISRG'))

    def test_user_folder_is_taken_when_nothing_is_selected(self):
        self.add_user_root()
        self.assertEqual(['mine.cer'], self.built())

    def test_empty_user_folder_is_told(self):
        self.build('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_ROOT_ISRG')
        self.assertEqual(['mbedtls: PKG_USING_MBEDTLS_USER_CERTS is set, '
                          'but certs/ holds no certificate'], self.lines)

    def test_no_usable_root_raises_and_says_what_to_do(self):
        for symbols in ((), ('PKG_USING_MBEDTLS_USER_CERTS',)):
            with self.assertRaises(roots.NoUsableRoot) as caught:
                self.build(*symbols)
            self.assertIn('put a PEM or DER root into certs/', str(caught.exception))
            self.assertIn('Select Root Certificate', str(caught.exception))

    def test_unusable_files_are_told_before_the_error(self):
        self.write('package/certs/bad.pem', 'no certificate')
        self.assertRaises(roots.NoUsableRoot, self.build)
        self.assertEqual(['mbedtls: certs/bad.pem: unreadable: is neither PEM nor DER, left out'],
                         self.lines)

    def test_build_returns_c_files_and_inputs(self):
        mine = self.add_user_root()
        sources, inputs = self.build('PKG_USING_MBEDTLS_USER_CERTS')
        self.assertEqual(['tls_certificate.c', 'tls_roots.c'],
                         [os.path.basename(path) for path in sources])
        self.assertTrue(all(os.path.isfile(path) for path in sources + inputs))
        self.assertEqual([mine, presets.table_path(self.package)], inputs)

    def test_builds_are_the_same_under_every_python_at_hand(self):
        self.write('package/certs/broken \u4e2d.pem', 'no certificate')
        self.write('package/certs/key.pem', content(self.maker.key))
        self.add_user_root()
        script = self.write('script.py', PYTHON_SCRIPT)
        results = {}
        for python in pythons():
            output = os.path.join(self.folder, os.path.basename(python))
            lines = run(python, '-B', script, TOOLS, self.package, output)
            results[python] = (lines, [content(output, name)
                                       for name in ('tls_certificate.c', 'tls_roots.c')])
        first = results[sys.executable]
        self.assertEqual(2, first[0].count(b'left out'))
        for python, result in results.items():
            self.assertEqual(first, result, python)


# Like SConscript: GetDepend of the kernel takes no string but a plain str.
PYTHON_SCRIPT = '''# -*- coding: utf-8 -*-
import sys
tools, package, output = sys.argv[1:]
sys.path.insert(0, tools)
import mbedtls_roots
def is_enabled(symbol):
    assert type(symbol) is str, symbol
    return 'USER_CERTS' in symbol or 'DST' in symbol
def warn(line):
    assert type(line) is str, line
    data = line if isinstance(line, bytes) else line.encode('utf-8')
    getattr(sys.stdout, 'buffer', sys.stdout).write(data + b'\\n')
mbedtls_roots.build(package, is_enabled, output, warn)
'''


def pythons():
    """This Python, and older ones of the machine that run."""
    found = [sys.executable]
    for name in ('python2.7', 'python3.6'):
        path = shutil.which(name)
        if path and subprocess.run([path, '-c', ''], stderr=subprocess.DEVNULL).returncode == 0:
            found.append(path)
    return found


class NeutralSyntax(unittest.TestCase):
    """RT-Thread's scons may be Python 2.7; most machines have none to try it."""

    NEWER = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.YieldFrom,
             ast.AsyncFunctionDef, ast.MatMult)

    def test_module_uses_no_syntax_newer_than_python_2_7(self):
        folder = os.path.join(TOOLS, 'mbedtls_roots')
        for name in sorted(os.listdir(folder)):
            if not name.endswith('.py'):
                continue
            with io.open(os.path.join(folder, name), encoding='ascii') as stream:
                text = stream.read()
            for node in ast.walk(ast.parse(text)):
                where = '%s:%s' % (name, getattr(node, 'lineno', '?'))
                self.assertNotIsInstance(node, self.NEWER, where)
                if isinstance(node, (ast.Tuple, ast.List)):
                    starred = [item for item in node.elts if isinstance(item, ast.Starred)]
                    self.assertFalse(starred, where)
                if isinstance(node, ast.arguments):
                    annotated = [arg for arg in node.args if arg.annotation]
                    self.assertFalse(node.kwonlyargs or node.posonlyargs or annotated, where)
                if isinstance(node, ast.Raise):
                    self.assertIsNone(node.cause, where)
            self.assertIn('from __future__ import absolute_import', text, name)


class Command(Case):
    """tools/roots"""

    def roots(self, *arguments, **options):
        result = subprocess.run([sys.executable, os.path.join(TOOLS, 'roots')] + list(arguments),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                universal_newlines=True, **options)
        return result.returncode, result.stdout, result.stderr

    def test_check_passes_a_folder_of_usable_roots(self):
        self.write('a.pem', pem.encode(self.good))
        self.write('README.md', 'words')
        self.assertEqual((0, '1 roots usable, 0 certificates left out\n', ''),
                         self.roots('check', self.folder))

    def test_check_names_each_file_that_is_left_out(self):
        self.write('old.pem', self.maker.der('Old', start='20100101000000Z', end='20210930000000Z'))
        self.write('leaf.pem', self.maker.der('Leaf', extensions='subjectAltName=DNS:x\n'))
        self.write('garbage.pem', b'\x30garbage')
        self.write('one.pem', self.good)
        self.write('two.pem', self.good)
        code, output, _ = self.roots('check', self.folder)
        self.assertEqual(1, code)
        for name in ('old.pem: expired on 2021-09-30', 'leaf.pem: no CA certificate',
                     'garbage.pem: unreadable', 'two.pem: the same certificate as'):
            self.assertIn(name, output)
        self.assertNotIn('one.pem:', output)
        self.assertIn('1 roots usable, 3 certificates left out', output)

    def test_check_of_duplicates_alone_passes(self):
        self.write('one.pem', self.good)
        self.write('two.pem', self.good)
        self.assertEqual(0, self.roots('check', self.folder)[0])

    def test_wrong_usage_exits_2(self):
        key = self.write('key.txt', 'x')
        for arguments in ((), ('check',), ('check', os.path.join(self.folder, 'none')),
                          ('list', os.path.join(self.folder, 'none.pem')), ('list', key),
                          ('compile', 'a.pem'), ('dance',)):
            code, _, error = self.roots(*arguments)
            self.assertEqual(2, code, arguments)
            self.assertIn('roots', error)

    def test_list_prints_owner_key_expiry_bytes_file_and_status(self):
        good = self.write('a.pem', pem.encode(self.good))
        bad = self.write('b.pem', b'')
        code, output, _ = self.roots('list', good, bad)
        self.assertEqual(0, code)
        head, first, second, _, total = output.splitlines()
        self.assertEqual(['OWNER', 'KEY', 'EXPIRES', 'BYTES', 'FILE', 'STATUS'], head.split())
        self.assertEqual(['Good Root', 'EC P-256', '2040-01-01', str(len(self.good)), good, 'ok'],
                         re.split('  +', first))
        self.assertIn('left out: unreadable: is empty', second)
        self.assertEqual('1 roots, %d bytes of DER' % len(self.good), total)

    def test_list_without_arguments_shows_the_presets(self):
        code, output, _ = self.roots('list')
        self.assertEqual(0, code)
        self.assertIn('certs/default/ISRG_Root_X1.pem', output)

    def test_compile_writes_what_a_build_writes(self):
        source = self.write('a.pem', pem.encode(self.good))
        output = os.path.join(self.folder, 'gen')
        code, printed, _ = self.roots('compile', '--output', output, source)
        self.assertEqual(0, code)
        self.assertEqual([os.path.join(output, name) for name in ('tls_certificate.c', 'tls_roots.c')],
                         printed.split())
        expected = roots.generate(self.collect(source).roots, os.path.join(self.folder, 'other'))
        self.assertEqual([content(path) for path in expected],
                         [content(path) for path in printed.split()])

    def test_compile_without_a_usable_root_exits_1(self):
        code, _, error = self.roots('compile', '--output', self.folder, self.write('a.pem', b'x'))
        self.assertEqual(1, code)
        self.assertIn('a.pem: unreadable', error)
        self.assertIn('no usable root certificate', error)


class Refreshing(Case):
    """tools/roots update, from a folder that stands for Debian's package."""

    def setUp(self):
        super().setUp()
        self.package = os.path.join(self.folder, 'package')
        self.target = presets.preset_dir(self.package)
        shutil.copytree(presets.preset_dir(PROJECT), self.target)
        self.source = os.path.join(self.folder, 'mozilla')
        os.makedirs(self.source)
        for path in certificate_files(self.target):
            name = os.path.basename(path)[:-len('.pem')] + '.crt'
            shutil.copy(path, os.path.join(self.source, name))
        self.refresh('1.0', '2026-01-01')

    def refresh(self, version, today):
        return refresh.refresh(self.package, self.source, version, today)

    def readme(self):
        with open(os.path.join(self.target, 'README.md')) as stream:
            return stream.read()

    def snapshot(self):
        return dict((name, content(self.target, name))
                    for name in os.listdir(self.target))

    def test_committed_files_are_as_refresh_writes_them(self):
        self.assertEqual([], [path for path in certificate_files(presets.preset_dir(PROJECT))
                              if content(path).decode() != pem.encode(pem.split(content(path))[0])])

    def test_readme_records_source_version_date_and_licence(self):
        text = self.readme()
        for part in ('`ca-certificates`, version `1.0`', '| Taken on | 2026-01-01 |', 'MPL-2.0'):
            self.assertIn(part, text)
        for preset in roots.load_presets(PROJECT):
            self.assertIn('| `%s` | %d |' % (preset.symbol, len(preset.files)), text)

    def test_same_package_changes_nothing_on_another_day(self):
        self.assertEqual([], self.refresh('1.0', '2027-07-07'))
        self.assertIn('| Taken on | 2026-01-01 |', self.readme())

    def test_new_version_is_recorded(self):
        self.assertEqual(['README.md'], self.refresh('1.1', '2027-07-07'))
        self.assertIn('version `1.1`', self.readme())
        self.assertIn('| Taken on | 2027-07-07 |', self.readme())

    def test_certificate_that_no_preset_names_is_removed(self):
        self.write('package/certs/default/stray.pem', self.good)
        self.assertEqual(['stray.pem (removed)', 'README.md'], self.refresh('1.0', '2027-07-07'))
        self.assertNotIn('stray.pem', os.listdir(self.target))

    def test_root_that_left_the_package_refuses_the_whole(self):
        os.remove(os.path.join(self.source, 'ISRG_Root_X1.crt'))
        before = self.snapshot()
        with self.assertRaisesRegex(roots.RootsError, 'ISRG_Root_X1.crt'):
            self.refresh('2.0', '2027-07-07')
        self.assertEqual(before, self.snapshot())

    def test_root_that_expired_refuses_the_whole(self):
        old = self.maker.der('Old', start='20100101000000Z', end='20210930000000Z')
        self.write('mozilla/GTS_Root_R1.crt', pem.encode(old))
        before = self.snapshot()
        with self.assertRaisesRegex(roots.RootsError, 'GTS_Root_R1.crt: expired on 2021-09-30'):
            self.refresh('2.0', '2027-07-07')
        self.assertEqual(before, self.snapshot())


if __name__ == '__main__':
    unittest.main()
