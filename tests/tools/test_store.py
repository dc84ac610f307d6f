"""tools/mbedtls_roots/store.py: the bytes in which roots reach the device, read
back here according to its description, not its code."""
import collections
import datetime
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import shutil
import unittest

sys.dont_write_bytecode = True
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tools.mbedtls_roots import collection, store  # noqa: E402
from tools.mbedtls_roots.certificate import Certificate  # noqa: E402

ROM_BAR = 58000

Root = collections.namedtuple('Root', 'name kind path valid_from valid_to key constraints label')
Entry = collections.namedtuple('Entry', 'certificate')


def number(data):
    return int.from_bytes(data, 'big')


def decode(data):
    """The roots of a store, and that nothing else is in it."""
    assert data[:4] == b'TRS\x01'
    assert data[4:36] == hashlib.sha256(data[36:]).digest()
    assert number(data[36:40]) == len(data)
    roots, at = [], 44
    while at < len(data):
        key, constraints, label = number(data[at + 18:at + 20]), number(data[at + 20:at + 22]), data[at + 22]
        ends = [at + 23 + key, at + 23 + key + constraints, at + 23 + key + constraints + label]
        roots.append(Root(data[at:at + 8], data[at + 8], data[at + 9], number(data[at + 10:at + 14]),
                          number(data[at + 14:at + 18]), data[at + 23:ends[0]], data[ends[0]:ends[1]],
                          data[ends[1]:ends[2]].decode('utf-8')))
        at = ends[2]
    assert at == len(data) and len(roots) == number(data[40:44])
    return roots


def presets():
    return collection.collect(collection.certificate_files(os.path.join(PROJECT, 'certs', 'default')),
                              now=datetime.datetime(2026, 11, 23)).roots


class Stub:
    """A certificate with what the store asks for, one thing changed."""

    def __init__(self, certificate, **changes):
        for name in 'subject not_before not_after path_length constraints owner spki key_kind key_bits'.split():
            setattr(self, name, changes.get(name, getattr(certificate, name)))


class Store(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.presets = presets()
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def one(self, **changes):
        """The root that a changed certificate becomes."""
        certificate = Stub(self.presets[0].certificate, **changes)
        return decode(store.encode([Entry(certificate)]))[0]

    def made(self, *options):
        """A certificate that openssl makes."""
        path = os.path.join(self.folder, 'made')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                        '-keyout', path + '.key', '-outform', 'DER', '-out', path, '-utf8', *options], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(path, 'rb') as source:
            return Certificate(source.read())

    def test_the_full_set_stays_below_its_bar(self):
        self.assertGreater(len(self.presets), 130)
        self.assertLess(len(store.encode(self.presets)), ROM_BAR)

    def test_every_root_of_the_full_set_is_in_it(self):
        found = decode(store.encode(self.presets))
        self.assertEqual(len(self.presets), len(found))
        for root in self.presets:
            name, spki = store.name_hash(root.certificate.subject), root.certificate.spki
            # Modulus and point stand in the DER as they are.
            keys = [one.key[4:] if one.kind == 1 else one.key for one in found if one.name == name]
            self.assertTrue(any(key in spki for key in keys), root.file)

    def test_keys_have_the_lengths_of_their_kinds(self):
        exponents = set()
        for root in decode(store.encode(self.presets)):
            if root.kind == 1:
                exponents.add(number(root.key[:4]))
                self.assertIn(len(root.key) - 4, (256, 384, 512))
                self.assertNotEqual(0, root.key[4])
            else:
                self.assertEqual({2: 65, 3: 97, 4: 133}[root.kind], len(root.key))
                self.assertEqual(4, root.key[0])
        self.assertIn(65537, exponents)
        self.assertTrue(all(exponent % 2 == 1 and exponent > 1 for exponent in exponents))

    def test_the_same_roots_in_any_order_are_the_same_bytes(self):
        shuffled = list(self.presets)
        random.Random(1).shuffle(shuffled)
        self.assertEqual(store.encode(self.presets), store.encode(shuffled))

    def test_roots_are_sorted_by_their_hashes(self):
        names = [root.name for root in decode(store.encode(self.presets))]
        self.assertEqual(sorted(names), names)

    def test_a_store_without_roots_is_a_header(self):
        self.assertEqual([], decode(store.encode([])))

    def test_the_hash_is_fnv_1a_of_64_bits(self):
        self.assertEqual('cbf29ce484222325', store.name_hash(b'').hex())
        self.assertEqual('af63dc4c8601ec8c', store.name_hash(b'a').hex())
        self.assertEqual('85944171f73967e8', store.name_hash(b'foobar').hex())

    def test_names_that_the_engine_takes_for_the_same_have_one_hash(self):
        self.assertEqual(store.name_hash(b'\x0c\x03abc'), store.name_hash(b'\x13\x03aBC'))
        self.assertNotEqual(store.name_hash(b'\x0c\x03abc'), store.name_hash(b'\x16\x03abc'))
        self.assertNotEqual(store.name_hash(b'\x0c\x03abc'), store.name_hash(b'\x0c\x03abd'))

    def test_dates_that_do_not_fit_are_the_first_and_no_end(self):
        root = self.one(not_before=datetime.datetime(1960, 1, 1), not_after=datetime.datetime(9999, 12, 31, 23, 59, 59))
        self.assertEqual((0, 0xffffffff), (root.valid_from, root.valid_to))
        root = self.one(not_after=datetime.datetime(2040, 2, 29, 12, 0, 1))
        self.assertEqual(2214129601, root.valid_to)

    def test_a_path_length_is_stored_with_one_added(self):
        self.assertEqual([0, 1, 3, 255], [self.one(path_length=length).path for length in (None, 0, 2, 5000)])

    def test_a_long_label_is_cut_between_characters(self):
        self.assertEqual(u'\u00e4' * 24, self.one(owner=u'\u00e4' * 60).label)
        self.assertEqual('x' + u'\u00e4' * 23, self.one(owner='x' + u'\u00e4' * 60).label)

    def test_name_constraints_are_kept_as_the_engine_has_extensions(self):
        certificate = self.made('-subj', '/CN=Held', '-addext', 'nameConstraints=critical,permitted;DNS:a.example')
        root = decode(store.encode([Entry(certificate)]))[0]
        self.assertEqual(0x30, root.constraints[0])
        self.assertEqual(len(root.constraints) - 2, root.constraints[1])
        self.assertIn(root.constraints[2:], certificate.der)
        self.assertIn(b'a.example', root.constraints)

    def test_long_constraints_have_a_long_length(self):
        root = self.one(constraints=[b'\x30\x82\x01\x00' + bytes(256)])
        self.assertEqual(b'\x30\x82\x01\x04\x30', root.constraints[:5])
        root = self.one(constraints=[b'\x30\x7e' + bytes(126)])
        self.assertEqual(b'\x30\x81\x80\x30', root.constraints[:4])

    def test_roots_of_one_name_stand_beside_each_other(self):
        one, other = self.made('-subj', '/CN=Twin'), self.made('-subj', '/CN=twin')
        roots = decode(store.encode([Entry(one), Entry(other)]))
        self.assertEqual(roots[0].name, roots[1].name)
        self.assertNotEqual(roots[0].key, roots[1].key)


if __name__ == '__main__':
    unittest.main()
