"""tools/roots and tools/mbedtls_roots: which certificates become roots, and
the C that they become. Certificates are made on the spot with openssl."""
import ast
import base64
import datetime
import hashlib
import io
import os
import random
import re
import shutil
import subprocess
import unittest
from unittest import mock

from lib.roots import CA_EXTENSIONS, NOW, PROJECT, TOOLS, Case, content, roots, run
from tools.mbedtls_roots import distrusted, pem, presets, store
from tools.mbedtls_roots.certificate import Certificate
from tools.mbedtls_roots.collection import KEPT, LEFT_OUT, MERGED, REFUSED, USED, certificate_files
from tools.mbedtls_roots.der import Reader, Unreadable

# The declarations that the generated files are promised to compile with.
HEADER = '''
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H
#include <stddef.h>
extern const unsigned char tls_store[];
extern const size_t tls_roots_count;
extern const char mbedtls_root_certificate[];
extern const size_t mbedtls_root_certificate_len;
#endif
'''

# Writes the store to "store", and the PEM text to "pem".
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
    const unsigned char *length = tls_store + 36;
    save("store", tls_store, (size_t) length[0] << 24 | length[1] << 16 | length[2] << 8 | length[3]);
    save("pem", mbedtls_root_certificate, mbedtls_root_certificate_len);
    return (int) tls_roots_count;
}
'''


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

    def test_byte_order_mark_is_skipped(self):
        self.assert_reads('a.pem', b'\xef\xbb\xbf' + pem.encode(self.good).encode(), self.good)

    def test_several_certificates_in_one_file_are_read(self):
        self.assert_reads('a.pem', pem.encode(self.good) + pem.encode(self.other),
                          self.good, self.other)

    def test_der_is_recognised_by_content_not_by_suffix(self):
        for name in ('a.der', 'a.pem', 'a.CER'):
            self.assert_reads(name, self.good, self.good)

    def test_pem_with_suffix_der_is_read(self):
        self.assert_reads('a.der', pem.encode(self.good), self.good)

    def test_other_suffixes_are_skipped_without_a_message(self):
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
    """Certificates that are left out, and the messages."""

    def test_expired_root_is_left_out_with_the_day(self):
        expired = self.maker.der('Old', start='20100101000000Z', end='20210930140115Z')
        self.assert_refused('expired on 2021-09-30', 'certs/old.pem', pem.encode(expired), LEFT_OUT)

    def test_last_second_of_validity_still_counts(self):
        ending = self.write('a.pem', pem.encode(self.maker.der('Ending', end='20261123000000Z')))
        self.assertEqual(1, len(roots.collect([ending], now=NOW).roots))
        self.assertEqual(0, len(roots.collect([ending], now=NOW + datetime.timedelta(0, 1)).roots))

    def test_self_signed_certificate_that_is_not_a_ca_names_the_pin_to_use(self):
        for extensions in ('subjectAltName=DNS:leaf\n', 'basicConstraints=CA:FALSE\n'):
            leaf = self.maker.der('Leaf', extensions=extensions)
            self.assert_refused('not a CA certificate (basicConstraints CA:TRUE is missing); '
                                'its key can be pinned instead: %s' % self.pin_by_openssl(leaf), 'a.pem', leaf)

    def pin_by_openssl(self, data):
        key = run('openssl', 'x509', '-inform', 'DER', '-noout', '-pubkey', input=data)
        spki = run('openssl', 'pkey', '-pubin', '-outform', 'DER', input=key)
        return 'sha256//' + base64.b64encode(hashlib.sha256(spki).digest()).decode()

    def test_leaf_of_another_issuer_names_no_pin(self):
        request = run('openssl', 'req', '-new', '-key', self.maker.key, '-subj', '/CN=Leaf')
        data = run('openssl', 'x509', '-req', '-CA', self.write('ca', pem.encode(self.good)), '-CAkey',
                   self.maker.key, '-days', '9000', '-set_serial', '5', '-outform', 'DER', '-extfile',
                   self.write('extensions', 'basicConstraints=CA:FALSE'), input=request)
        self.assert_refused('not a CA certificate (basicConstraints CA:TRUE is missing)', 'a.pem', data)

    def test_distrusted_key_is_refused_in_whatever_certificate(self):
        key = Certificate(self.good).spki_sha256
        for reason, keys in distrusted.DISTRUSTED:
            self.assertNotIn(key, keys)
        with mock.patch.dict(distrusted.REASONS, {key: 'its owner lost it'}):
            for data in (self.good, self.other):     # made with the same key
                self.assert_refused('its key must not be trusted: its owner lost it', 'a.pem', data)

    def test_keys_are_distrusted_or_given_up_or_neither(self):
        keys = [key for _, keys in distrusted.DISTRUSTED for key in keys]
        keys += list(distrusted.GIVEN_UP) + list(distrusted.GIVEN_UP_AFTER)
        self.assertEqual(len(keys), len(set(keys)))
        for key in keys:
            self.assertRegex(key, '^[0-9a-f]{64}$')
        self.assertEqual(sum(len(keys) for _, keys in distrusted.DISTRUSTED), len(distrusted.REASONS))

    def test_key_usage_without_cert_sign_is_refused(self):
        data = self.maker.der('Usage', extensions='basicConstraints=CA:TRUE\nkeyUsage=cRLSign\n')
        self.assert_refused('its key usage does not allow signing certificates', 'a.pem', data)

    def test_ca_without_key_usage_is_used(self):
        data = self.maker.der('Free', extensions='basicConstraints=CA:TRUE\n')
        self.assertEqual(USED, self.only('a.pem', data).status)

    def test_extended_key_usage_without_servers_is_refused(self):
        data = self.maker.der('Mail', extensions=CA_EXTENSIONS + 'extendedKeyUsage=emailProtection\n')
        self.assert_refused('its extended key usage does not allow web servers', 'a.pem', data)

    def test_critical_extension_that_the_engine_ignores_is_refused(self):
        data = self.maker.der('Odd', extensions=CA_EXTENSIONS + '1.2.3.4=critical,DER:0500\n')
        self.assert_refused('the device does not support its critical extension 1.2.3.4', 'a.pem', data)

    def test_policy_rules_are_refused_even_if_not_critical(self):
        for rule, oid in (('policyConstraints=requireExplicitPolicy:0', '2.5.29.36'),
                          ('inhibitAnyPolicy=0', '2.5.29.54')):
            data = self.maker.der('Rule', extensions=CA_EXTENSIONS + rule + '\n')
            self.assert_refused('the device does not support its critical extension %s' % oid, 'a.pem', data)

    def test_short_rsa_key_is_refused(self):
        key = os.path.join(self.folder, 'rsa')
        run('openssl', 'genrsa', '-out', key, '1024')
        data = self.maker.der('Weak', key=key)
        self.assert_refused('its RSA key of 1024 bits is too short: the engine refuses its signatures', 'a.pem', data)

    def test_rsa_exponent_beyond_four_bytes_is_refused(self):
        key = os.path.join(self.folder, 'rsa')
        run('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_pubexp:8589934593', '-out', key)
        self.assert_refused('its RSA key is longer than the device supports', 'a.pem',
                            self.maker.der('Exponent', key=key))

    def test_curve_and_point_that_the_device_cannot_read_are_refused(self):
        for curve, form, reason in (
                ('secp256k1', 'uncompressed', 'the device does not support its kind of public key'),
                ('prime256v1', 'compressed', 'its public key is a compressed point')):
            key = os.path.join(self.folder, curve)
            run('openssl', 'ecparam', '-name', curve, '-genkey', '-noout', '-out', key)
            run('openssl', 'ec', '-in', key, '-conv_form', form, '-out', key)
            data = self.maker.der('Curve', key=key)
            self.assert_refused(reason, 'a.pem', data)

    def test_kind_of_key_unknown_to_the_device_is_refused(self):
        key = os.path.join(self.folder, 'ed')
        run('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', key)
        config = self.write('config', '[req]\ndistinguished_name=dn\nx509_extensions=v3\n[dn]\n'
                                      '[v3]\n' + CA_EXTENSIONS)
        data = run('openssl', 'req', '-x509', '-config', config, '-key', key, '-subj', '/CN=Ed',
                   '-days', '9000', '-outform', 'DER')
        entry = self.only('a.pem', data)
        self.assertEqual(REFUSED, entry.status)
        self.assertIn('the device does not support its kind of public key', entry.reasons)

    def test_several_faults_are_all_named(self):
        data = self.maker.der('Bad', extensions='basicConstraints=CA:TRUE\nkeyUsage=cRLSign\n',
                              end='20210930000000Z')
        self.assert_refused('expired on 2021-09-30; its key usage does not allow signing certificates',
                            'a.pem', data)

    def test_empty_file(self):
        self.assert_refused('unreadable: is empty', 'a.pem', b'')
        self.assert_refused('unreadable: is empty', 'a.pem', b'\r\n \n')

    def test_garbage(self):
        self.assert_refused('unreadable: is neither PEM nor DER', 'a.cer', b'\x00\x01garbage')

    def test_utf16_text(self):
        self.assert_refused('unreadable: is UTF-16 text; save it as UTF-8', 'a.cer',
                             pem.encode(self.good).encode('utf-16'))

    def test_truncated_pem(self):
        text = pem.encode(self.good)
        self.assert_refused('unreadable: is truncated: there is no END line', 'a.pem', text[:200])

    def test_truncated_der(self):
        self.assert_refused('unreadable: certificate is truncated', 'a.der', self.good[:-1])

    def test_bytes_after_der(self):
        self.assert_refused('unreadable: bytes follow after the certificate', 'a.der',
                             self.good + b'\n')

    def test_pem_with_letters_outside_base64(self):
        text = pem.encode(self.good).replace('M', '*', 1)
        self.assert_refused('unreadable: is not base64 between its BEGIN and END lines',
                             'a.pem', text)

    def test_block_without_end_line_does_not_hide_the_next(self):
        text = pem.encode(self.good).replace('-----END CERTIFICATE-----\n', '')
        collection = self.collect(self.write('a.pem', text + pem.encode(self.other)))
        self.assertEqual([self.other], [root.certificate.der for root in collection.roots])
        self.assertEqual('mbedtls: a.pem (certificate 1): unreadable: BEGIN line without '
                         'an END line, refused', collection.entries[0].line())

    def test_trusted_certificate_says_how_to_convert(self):
        data = run('openssl', 'x509', '-inform', 'DER', '-trustout', input=self.good)
        entry = self.only('a.pem', data)
        self.assertEqual(REFUSED, entry.status)
        self.assertIn('is a TRUSTED CERTIFICATE', entry.line())
        self.assertIn('openssl x509', entry.line())

    def test_private_key_is_named_and_refused(self):
        self.assert_refused('unreadable: is not a certificate but EC PRIVATE KEY',
                             'a.pem', content(self.maker.key))

    def test_file_that_cannot_be_opened(self):
        missing = os.path.join(self.folder, 'gone.pem')
        entry, = self.collect(missing).entries
        self.assertEqual('mbedtls: gone.pem: unreadable: No such file or directory, refused',
                         entry.line())

    def test_bad_file_does_not_stop_the_good_ones(self):
        collection = self.collect(self.write('a.pem', b'bad'), self.write('b.pem', self.good))
        self.assertEqual([self.good], [root.certificate.der for root in collection.roots])


class Keeping(Case):
    """Certificates that are used, with a message."""

    def test_root_of_the_future_is_kept(self):
        entry = self.only('a.pem', self.maker.der('Soon', start='20300101000000Z'))
        self.assertEqual(KEPT, entry.status)
        self.assertEqual('mbedtls: a.pem: not valid before 2030-01-01, kept', entry.line())

    def test_self_issued_version_1_is_kept(self):
        entry = self.only('a.pem', self.maker.der('First', extensions=None))
        self.assertEqual(1, entry.certificate.version)
        self.assertEqual('mbedtls: a.pem: version 1, which has no mark for a CA, kept', entry.line())

    def test_version_1_of_another_issuer_is_not_a_ca(self):
        request = run('openssl', 'req', '-new', '-key', self.maker.key, '-subj', '/CN=Leaf')
        ca = self.write('ca', pem.encode(self.good))
        data = run('openssl', 'x509', '-req', '-CA', ca, '-CAkey', self.maker.key, '-days', '9000',
                   '-set_serial', '5', '-outform', 'DER', input=request)
        self.assertEqual(1, Certificate(data).version)
        self.assertEqual(REFUSED, self.only('a.pem', data).status)

    def test_root_that_expires_soon_is_kept_with_the_day(self):
        entry = self.only('a.pem', self.maker.der('Ending', end='20270501000000Z'))
        self.assertEqual('mbedtls: a.pem: expires on 2027-05-01, kept', entry.line())
        self.assertIsNone(self.only('a.pem', self.maker.der('Ending', end='20270601000000Z')).line())

    def test_name_constraints_are_used_and_stored(self):
        data = self.maker.der('Names', extensions=CA_EXTENSIONS
                              + 'nameConstraints=critical,permitted;DNS:example.com\n'
                              + 'extendedKeyUsage=serverAuth,clientAuth\n')
        entry = self.only('a.pem', data)
        self.assertEqual(USED, entry.status)
        extension, = entry.certificate.constraints
        self.assertEqual(bytes.fromhex('0603551d1e'), extension[2:7])
        self.assertIn(extension, data)
        self.assertIn(extension, store.encode([entry]))

    def test_same_certificate_is_merged_whatever_its_form(self):
        collection = self.collect(self.write('b.der', self.good),
                                  self.write('a.pem', 'x\n' + pem.encode(self.good)))
        self.assertEqual(1, len(collection.roots))
        self.assertEqual([USED, MERGED], [entry.status for entry in collection.entries])
        self.assertEqual('mbedtls: b.der: the same certificate as a.pem, merged',
                         collection.entries[1].line())

    def test_same_name_with_another_key_is_not_a_duplicate(self):
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

    def test_path_length_is_read(self):
        self.assertIsNone(Certificate(self.good).path_length)
        data = self.maker.der('Short', extensions='basicConstraints=critical,CA:TRUE,pathlen:3\n')
        self.assertEqual(3, Certificate(data).path_length)

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
        with self.assertRaisesRegex(Unreadable, 'occurs twice'):
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
                self.assertIn(entry.status, (USED, KEPT, MERGED, LEFT_OUT, REFUSED))


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
        return subprocess.run([os.path.join(output, 'dump')], cwd=output, check=False).returncode

    def read(self, *names):
        return content(self.folder, *names)

    def test_compiled_bytes_are_the_store_and_the_pem_of_openssl(self):
        files = certificate_files(presets.preset_dir(PROJECT))[::6] + [self.write('a.der', self.good)]
        output, _ = self.generate(*files)
        self.assertEqual(len(files), self.compile(output))
        self.assertEqual(store.encode(self.collect(*files).roots), self.read('out', 'store'))
        expected = [run('openssl', 'x509', '-in', path).decode() for path in files[:-1]]
        expected.append(pem.encode(self.good))
        text = self.read('out', 'pem')
        self.assertEqual(b'\0', text[-1:])
        self.assertEqual(sorted(expected), sorted(re.findall('-----BEGIN.*?END CERTIFICATE-----\n',
                                                             text[:-1].decode(), re.DOTALL)))

    def test_a_build_without_roots_compiles(self):
        output, _ = self.generate()
        self.assertEqual(0, self.compile(output))
        self.assertEqual((store.encode([]), b'\0'), (self.read('out', 'store'), self.read('out', 'pem')))

    def test_same_roots_give_same_bytes_whatever_their_form(self):
        _, paths = self.generate(self.write('x.pem', pem.encode(self.other)), self.write('y.pem', self.good))
        first = [re.sub('/\\*.*', '', content(path).decode()) for path in paths]
        both = 'words\n%s between\n%s' % (pem.encode(self.good), pem.encode(self.other))
        _, paths = self.generate(self.write('b.pem', both.replace('\n', '\r\n')))
        self.assertEqual(first, [re.sub('/\\*.*', '', content(path).decode()) for path in paths])

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

    def test_names_are_escaped_in_the_comment(self):
        hostile = self.maker.der('x', subject='/CN=*\\/ int evil; \\/* \u0151 \\\\')
        output, paths = self.generate(self.write('a ?? \u4e2d *.pem', hostile))
        self.compile(output)
        content(paths[0]).decode('ascii')

    def test_files_contain_no_string_literal(self):
        _, paths = self.generate(self.write('a.pem', self.good))
        for path in paths:
            self.assertEqual(2, content(path).count(b'"'), 'only the include has quotes')


class NeutralSyntax(unittest.TestCase):
    """RT-Thread's scons may run on Python 2.7, which most machines no longer have."""

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

    def test_check_passes_a_folder_of_usable_roots(self):
        self.write('a.pem', pem.encode(self.good))
        self.write('README.md', 'words')
        self.assertEqual((0, '1 usable roots, 0 unusable certificates\n', ''),
                         self.roots('check', self.folder))

    def test_check_names_each_file_that_cannot_be_used(self):
        self.write('old.pem', self.maker.der('Old', start='20100101000000Z', end='20210930000000Z'))
        self.write('leaf.pem', self.maker.der('Leaf', extensions='subjectAltName=DNS:x\n'))
        self.write('garbage.pem', b'\x30garbage')
        self.write('one.pem', self.good)
        self.write('two.pem', self.good)
        code, output, _ = self.roots('check', self.folder)
        self.assertEqual(1, code)
        for name in ('old.pem: expired on 2021-09-30', 'leaf.pem: not a CA certificate',
                     'garbage.pem: unreadable', 'two.pem: the same certificate as'):
            self.assertIn(name, output)
        self.assertNotIn('one.pem:', output)
        self.assertIn('1 usable roots, 3 unusable certificates', output)

    def test_check_of_duplicates_alone_passes(self):
        self.write('one.pem', self.good)
        self.write('two.pem', self.good)
        self.assertEqual(0, self.roots('check', self.folder)[0])

    def test_wrong_usage_exits_2(self):
        key = self.write('key.txt', 'x')
        for arguments in ((), ('check',), ('check', os.path.join(self.folder, 'none')),
                          ('list', os.path.join(self.folder, 'none.pem')), ('list', key),
                          ('compile', 'a.pem'), ('add', 'host:0'), ('add', 'host:port'), ('add', ':443'),
                          ('add', 'host', '--accept', 'abc'), ('dance',)):
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
        whole = len(store.encode(self.collect(good).roots))
        alone = str(whole - len(store.encode([])))
        self.assertEqual(['Good Root', 'EC P-256', '2040-01-01', alone, good, 'ok'], re.split('  +', first))
        self.assertIn('refused: unreadable: is empty', second)
        self.assertEqual('1 roots, %d bytes of ROM' % whole, total)

    def test_list_without_arguments_shows_the_presets(self):
        code, output, _ = self.roots('list')
        self.assertEqual(0, code)
        self.assertRegex(output, r'certs/default/ISRG_Root_X1.pem +ok\n')
        self.assertRegex(output, r'certs/default/GTS_Root_R2.pem +ok; browsers no longer trust it for web servers\n')

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

    def test_compile_writes_a_store_for_run_time(self):
        source = self.write('a.pem', pem.encode(self.good))
        output = os.path.join(self.folder, 'roots.bin')
        self.assertEqual((0, output + '\n', ''), self.roots('compile', '--store', output, source))
        self.assertEqual(store.encode(self.collect(source).roots), content(output))

    def test_pin_prints_a_certificate_s_key_as_curl_takes_it(self):
        source = self.write('a.pem', pem.encode(self.good))
        pin = 'sha256//' + base64.b64encode(bytes.fromhex(Certificate(self.good).spki_sha256)).decode()
        self.assertEqual((0, '%s  %s\n' % (pin, source), ''), self.roots('pin', source))
        self.assertEqual(1, self.roots('pin', self.write('b.pem', 'x'))[0])

    def test_compile_without_a_usable_root_exits_1(self):
        code, _, error = self.roots('compile', '--output', self.folder, self.write('a.pem', b'x'))
        self.assertEqual(1, code)
        self.assertIn('a.pem: unreadable', error)
        self.assertIn('no usable root certificate', error)


if __name__ == '__main__':
    unittest.main()
