# SPDX-License-Identifier: Apache-2.0
"""Which certificate paths a session accepts, rule by rule; the certificates are made here."""
import calendar
import functools
import os
import shutil
import subprocess
import tempfile
import unittest

from lib import paths
from lib.paths import Path
from lib.x509 import (ANY, CERT_SIGN, CLIENT, CRL_SIGN, DAY, DIGITAL_SIGNATURE, EMAIL, KEY_AGREEMENT, SERVER, UNKNOWN,
                      Certificate, FileKey, Issuer, Key, alternative, authority_key, basic, constraints, extension,
                      integer, name, oid, purposes, subject_key, tlv, usage)

HOST = 'www.example.test'
YES = 0
ANYHOW = None                           # refused; the engine stops before it has flags

# mbedtls/x509.h
EXPIRED, CN_MISMATCH, NOT_TRUSTED, OTHER, FUTURE = 0x01, 0x04, 0x08, 0x0100, 0x0200
KEY_USAGE, EXT_KEY_USAGE, BAD_MD, BAD_PK, BAD_KEY = 0x0800, 0x1000, 0x4000, 0x8000, 0x010000


def ders(*certificates):
    return [certificate.der for certificate in certificates]


@functools.lru_cache(None)
def root():
    return Issuer('Path Root')


@functools.lru_cache(None)
def sub():
    return root().issuer('Path Sub CA')


@functools.lru_cache(None)
def key_files():
    folder = tempfile.mkdtemp(prefix='tls-paths-keys-')
    try:
        for kind, arguments in (('rsa', ('RSA', '-pkeyopt', 'rsa_keygen_bits:1024')),
                                ('rsa-2048', ('RSA', '-pkeyopt', 'rsa_keygen_bits:2048')),
                                ('rsa-4096', ('RSA', '-pkeyopt', 'rsa_keygen_bits:4096')),
                                ('ec-384', ('EC', '-pkeyopt', 'ec_paramgen_curve:P-384')),
                                ('ec-224', ('EC', '-pkeyopt', 'ec_paramgen_curve:P-224'))):
            subprocess.run(['openssl', 'genpkey', '-quiet', '-algorithm', *arguments, '-out', os.path.join(folder, kind)],
                           check=True)
    except BaseException:
        shutil.rmtree(folder)
        raise
    unittest.addModuleCleanup(shutil.rmtree, folder)
    return folder


def file_key(kind, digest='sha256'):
    return FileKey(os.path.join(key_files(), kind), kind.partition('-')[0], digest)


class Case(unittest.TestCase):

    forms = paths.FORMS

    def setUp(self):
        self.cases = []

    def judge(self, *cases):
        """Each case: (its name, certificates from the server's own on, roots, flags expected[, host[, time]])."""
        self.cases += [(Path(ders(*chain), ders(*roots), *(rest or [HOST]), name=title), flags)
                       for title, chain, roots, flags, *rest in cases]

    def tearDown(self):
        """All cases of a test at once, in one process for each engine; all forms of roots have to agree."""
        if not self.cases:
            return
        for engine, settings in paths.ENGINES.items():
            every = paths.judge(paths.device(*settings), [path for path, _ in self.cases], self.forms)
            for (path, flags), verdicts in zip(self.cases, every):
                for form, verdict in zip(self.forms, verdicts):
                    with self.subTest(path.name, form=form, engine=engine):
                        self.assertEqual(verdict.accepted, flags == YES, verdict)
                        if flags:
                            self.assertEqual(hex(verdict.flags), hex(flags), verdict)


class Order(Case):
    """RFC 8446 4.4.2: a server may send issuers in any order behind its own certificate, and more than needed."""

    def test_certificates_come_in_any_order(self):
        a, b = sub(), sub().issuer('Path Lower CA')
        c = b.issuer('Path Lowest CA')
        leaf = c.leaf(HOST)
        self.judge(('right', [leaf, c, b, a], [root()], YES),
                   ('upside down', [leaf, a, b, c], [root()], YES),
                   ('mixed', [leaf, b, a, c], [root()], YES),
                   ('mixed again', [leaf, a, c, b], [root()], YES),
                   ('one is missing', [leaf, a, c], [root()], NOT_TRUSTED),
                   ('its own is not the first', [a, leaf, b, c], [root()], CN_MISMATCH))

    def test_unrelated_certificates_are_skipped(self):
        stranger = Issuer('Path Stranger')
        leaf = sub().leaf(HOST)
        self.judge(('the root, too', [leaf, sub(), root()], [root()], YES),
                   ('another root', [leaf, stranger, sub()], [root()], YES),
                   ('another leaf', [leaf, stranger.leaf('other.test'), sub()], [root()], YES),
                   ('the same twice', [leaf, sub(), sub()], [root()], YES),
                   ('only such', [leaf, stranger, root()], [root()], NOT_TRUSTED))

    def test_a_ca_with_two_certificates_leads_to_the_root_that_is_trusted(self):
        one, two = Issuer('Path Root One'), Issuer('Path Root Two')
        key = Key('cross')
        by_one, by_two = (each.issuer('Path Cross', key=key) for each in (one, two))
        leaf = by_one.leaf(HOST)
        for trusted, other, mine in ((one, two, by_one), (two, one, by_two)):
            self.judge(('first', [leaf, by_one, by_two], [trusted], YES),
                       ('second', [leaf, by_two, by_one], [trusted], YES),
                       ('alone', [leaf, mine], [trusted], YES),
                       ('both roots', [leaf, by_two, by_one], [trusted, other], YES),
                       ('with roots', [leaf, by_two, by_one, other, trusted], [trusted], YES))
        self.judge(('the other one only', [leaf, by_two], [one], NOT_TRUSTED))

    def test_a_cross_signed_root_is_still_a_root(self):
        old, new = Issuer('Path Old Root'), Issuer('Path New Root')
        cross = old.issuer('Path New Root')
        leaf = new.leaf(HOST)
        self.judge(('new', [leaf, cross], [new], YES), ('old', [leaf, cross], [old], YES),
                   ('both', [leaf, cross], [old, new], YES), ('old sent along', [leaf, cross, old], [new], YES),
                   ('without it', [leaf], [old], NOT_TRUSTED))

    def test_an_expired_root_does_not_hide_a_path_to_another(self):
        past = dict(start=900000000, end=1000000000)
        new, gone = Issuer('Path New Root'), Issuer('Path Gone Root')
        old = Issuer('Path Old Root', **past)
        cross, lost, late = (each.issuer('Path Old Root', **dates)
                             for each, dates in ((new, {}), (gone, {}), (new, past)))
        below = new.issuer('Path Between').issuer('Path Old Root')
        ca = cross.issuer('Path Issuing CA')
        leaf = ca.leaf(HOST)
        self.judge(('both', [leaf, ca, cross], [old, new], YES), ('new first', [leaf, ca, cross], [new, old], YES),
                   ('new alone', [leaf, ca, cross], [new], YES), ('cross first', [leaf, cross, ca], [old, new], YES),
                   ('with the old root', [leaf, ca, old, cross], [old, new], YES),
                   ('over another CA', [leaf, ca, below, new.issuer('Path Between')], [old, new], YES),
                   ('two, one leads on', [leaf, ca, lost, cross], [old, new], YES),
                   ('directly', [cross.leaf(HOST), cross], [old, new], YES))
        # Without such a path the report is about the root, and says until when it was valid.
        self.judge(('old alone', [leaf, ca, cross], [old], EXPIRED), ('not sent', [leaf, ca], [old, new], EXPIRED),
                   ('to an unknown root', [leaf, ca, lost], [old, new], EXPIRED),
                   ('expired as well', [leaf, ca, late], [old, new], EXPIRED))

    def test_old_and_new_key_of_a_ca_are_kept_apart(self):
        old, new = (root().issuer('Path Changing', key=Key(key)) for key in ('old', 'new'))
        self.judge(*(('%d %d' % (which, turn), [each.leaf(HOST)] + [old, new][::turn], [root()], YES)
                     for which, each in enumerate((old, new)) for turn in (1, -1)))
        rolled = old.issuer('Path Changing', key=Key('new'))
        self.judge(('by itself', [rolled.leaf(HOST), rolled, old], [root()], YES),
                   ('by itself, mixed', [rolled.leaf(HOST), old, rolled], [root()], YES))

    def test_a_root_with_the_same_name_and_another_key_is_not_trusted(self):
        fake_root, fake_sub = Issuer('Path Root', key=Key('fake')), root().issuer('Path Sub CA', key=Key('fake'))
        stranger = Issuer('Path Sub CA', key=Key('fake'))
        self.judge(('root', [fake_root.leaf(HOST)], [root()], NOT_TRUSTED),
                   ('root sent along', [fake_root.leaf(HOST), fake_root], [root()], NOT_TRUSTED),
                   ('CA', [fake_sub.leaf(HOST), sub()], [root()], NOT_TRUSTED),
                   ('CA of its own', [stranger.leaf(HOST), stranger], [root()], NOT_TRUSTED),
                   ('with the identifier of the real one',
                    [fake_root.leaf(HOST, extensions=[alternative('DNS:' + HOST), authority_key(root().key)])],
                    [root()], NOT_TRUSTED))

    def test_two_roots_of_one_name_are_both_tried(self):
        one, other = Issuer('Path Twin', key=Key('one')), Issuer('Path Twin', key=Key('other'))
        self.judge(('one', [one.leaf(HOST)], [one, other], YES), ('other', [other.leaf(HOST)], [one, other], YES),
                   ('expired and renewed', [one.leaf(HOST)],
                    [Issuer('Path Twin', key=Key('one'), end=1000000000, start=900000000), one], YES))

    def test_loops_and_long_chains_end(self):
        chain = [root()]
        while len(chain) < 14:
            chain.insert(0, chain[0].issuer('Path Level %d' % len(chain)))
        a, b = Issuer('Path A', key=Key('A')), Issuer('Path B', key=Key('B'))
        loop = [b.issuer('Path A', key=Key('A')), a.issuer('Path B', key=Key('B'))]
        self.judge(('eight', [chain[-9].leaf(HOST)] + chain[-9:-1], [root()], YES),
                   ('nine', [chain[-10].leaf(HOST)] + chain[-10:-1], [root()], ANYHOW),
                   ('thirteen', [chain[0].leaf(HOST)] + chain[:-1], [root()], ANYHOW),
                   ('a circle', [loop[0].leaf(HOST)] + loop, [root()], NOT_TRUSTED))


class AuthorityKeys(Case):
    """
    The three parts of authorityKeyIdentifier are optional. An application that parses a root into the session does
    so with the engine, which wants more.
    """

    forms = ('added', 'store')

    def test_a_root_may_name_its_issuer_in_any_way(self):
        directory = tlv(0xA1, tlv(0xA4, name('Path Authority')))
        for title, value in (('none', b''), ('issuer and number', directory + tlv(0x82, b'\1')),
                             ('issuer alone', directory), ('number alone', tlv(0x82, b'\1'))):
            ca = Issuer('Path Authority', more=[extension('2.5.29.35', tlv(0x30, value))])
            self.judge((title, [ca.leaf(HOST)], [ca], YES), (title + ', sent', [ca.leaf(HOST), sub()], [root(), ca], YES))


class Anchors(Case):

    def test_an_intermediate_can_be_an_anchor(self):
        self.judge(('alone', [sub().leaf(HOST)], [sub()], YES), ('sent', [sub().leaf(HOST), sub()], [sub()], YES))

    def test_a_self_signed_server_is_trusted_only_as_an_anchor(self):
        own = Issuer(HOST, extensions=[basic(True), usage(CERT_SIGN | DIGITAL_SIGNATURE), subject_key(Key(HOST)),
                                       alternative('DNS:' + HOST)])
        other = Issuer(HOST, key=Key('other'), extensions=own.extensions)
        self.judge(('trusted', [own], [own], YES), ('not', [own], [root()], NOT_TRUSTED),
                   ('its name is', [other], [own], NOT_TRUSTED),
                   ('trusted, another name', [own], [own], CN_MISMATCH, 'other.example.test'))

    def test_the_dates_of_a_root_are_checked(self):
        past = Issuer('Path Past', start=900000000, end=1000000000)
        future = Issuer('Path Future', start=4000000000, end=4100000000)
        self.judge(('past', [past.leaf(HOST)], [past], EXPIRED), ('future', [future.leaf(HOST)], [future], FUTURE))

    def test_a_root_that_is_not_a_ca_issues_nothing(self):
        for extensions in ([basic(False)], [subject_key(Key('Path No CA'))],
                           [basic(True), usage(CRL_SIGN)], [basic(True), extension(UNKNOWN, b'\5\0', True)]):
            each = Issuer('Path No CA', extensions=extensions)
            self.judge(('no CA', [each.leaf(HOST)], [each, root()], NOT_TRUSTED))

    def test_a_root_of_version_1_is_accepted(self):
        old = Issuer('Path Version 1', version=1, extensions=[])
        self.judge(('root', [old.leaf(HOST)], [old], YES))

    def test_the_limits_of_a_root_are_checked(self):
        short, limited = Issuer('Path Short', path_length=0), Issuer('Path Limited', more=[constraints(['DNS:a.test'])])
        mail = Issuer('Path Mail', more=[purposes(EMAIL)])
        below = short.issuer('Path Below')
        self.judge(('length', [short.leaf(HOST)], [short], YES),
                   ('length exceeded', [below.leaf(HOST), below], [short], NOT_TRUSTED),
                   ('names', [limited.leaf('x.a.test')], [limited], YES, 'x.a.test'),
                   ('other names', [limited.leaf(HOST)], [limited], OTHER),
                   ('purpose', [mail.leaf(HOST)], [mail, root()], NOT_TRUSTED))


class Issuers(Case):

    def test_only_a_ca_issues(self):
        cases = [
            ('basicConstraints that are not critical', [basic(True, critical=False)], YES),
            ('without keyUsage', [basic(True)], YES),
            ('no CA', [basic(False)], NOT_TRUSTED),
            ('no basicConstraints', [subject_key(Key('Path Odd'))], NOT_TRUSTED),
            ('no keyCertSign', [basic(True), usage(CRL_SIGN | DIGITAL_SIGNATURE)], NOT_TRUSTED),
            ('no extensions', [], NOT_TRUSTED),
        ]
        for title, extensions, flags in cases:
            ca = root().issuer('Path Odd', extensions=extensions)
            self.judge((title, [ca.leaf(HOST), ca], [root()], flags))
        ca = root().issuer('Path Odd', extensions=[], version=1)
        self.judge(('version 1', [ca.leaf(HOST), ca], [root()], NOT_TRUSTED))
        self.judge(('a server', [Certificate(HOST, sub().leaf('x.test'), extensions=[alternative('DNS:' + HOST)]),
                                 sub().leaf('x.test'), sub()], [root()], NOT_TRUSTED))

    def test_path_lengths_are_checked(self):
        def chain(*lengths):
            above = root()
            made = []
            for at, length in enumerate(lengths):
                above = above.issuer('Path Level %d' % at, path_length=length)
                made.insert(0, above)
            return [above.leaf(HOST)] + made
        cases = [((0,), YES), ((1, 0), YES), ((1, 5), YES), ((None, 0), YES), ((2, None, 0), YES), ((0, 0), NOT_TRUSTED),
                 ((1, None, None), NOT_TRUSTED), ((5, 0, 0), NOT_TRUSTED), ((2 ** 31 - 1,), ANYHOW), ((2 ** 40,), ANYHOW),
                 ((-1,), ANYHOW)]
        self.judge(*((str(lengths), chain(*lengths), [root()], flags) for lengths, flags in cases))

    def test_an_issuers_extended_key_usage_has_to_allow_servers(self):
        cases = [((SERVER,), YES), ((CLIENT, SERVER), YES), ((ANY,), YES), ((EMAIL,), EXT_KEY_USAGE),
                 ((CLIENT, UNKNOWN), EXT_KEY_USAGE)]
        for kinds, flags in cases:
            for critical in (False, True):
                ca = root().issuer('Path Purpose', more=[purposes(*kinds, critical=critical)])
                self.judge((str(kinds), [ca.leaf(HOST), ca], [root()], flags))

    def test_a_valid_intermediate_is_used_instead_of_an_expired_one(self):
        past = root().issuer('Path Renewed', start=900000000, end=1000000000)
        renewed = root().issuer('Path Renewed')
        leaf = renewed.leaf(HOST)
        self.judge(('past', [leaf, past], [root()], EXPIRED), ('first', [leaf, past, renewed], [root()], YES),
                   ('second', [leaf, renewed, past], [root()], YES))


class Extensions(Case):
    """Extensions that must be critical, must not be, or are unknown, on the server's and on an issuer's certificate."""

    def everywhere(self, title, more, flags, of_issuer=...):
        ca = root().issuer('Path Extended', more=more)
        leaf = sub().leaf(HOST, more=more)
        self.judge((title, [leaf, sub()], [root()], flags),
                   (title + ' of an issuer', [ca.leaf(HOST), ca], [root()], flags if of_issuer is ... else of_issuer))

    def test_unknown_critical_extensions_are_refused(self):
        self.everywhere('critical', [extension(UNKNOWN, b'\5\0', True)], ANYHOW)
        self.everywhere('not critical', [extension(UNKNOWN, b'\5\0')], YES)
        self.everywhere('critical AIA', [extension('1.3.6.1.5.5.7.1.1', tlv(0x30), True)], ANYHOW)
        self.everywhere('in the own arc, critical', [extension('2.5.29.99', b'\5\0', True)], ANYHOW)

    def test_a_repeated_extension_is_refused(self):
        self.everywhere('key usage', [usage(CERT_SIGN | DIGITAL_SIGNATURE)], ANYHOW)
        self.judge(('names', [sub().leaf(HOST, more=[alternative('DNS:' + HOST)]), sub()], [root()], ANYHOW))

    def test_key_identifiers_must_not_be_critical(self):
        """2.28 refuses them itself, 3.6 ignores their content."""
        for critical, flags in ((False, YES), (True, ANYHOW)):
            key = Key('Path Extended')
            ca = root().issuer('Path Extended', extensions=[basic(True), subject_key(key, critical)])
            self.judge(('subject', [ca.leaf(HOST), ca], [root()], flags))
            ca = root().issuer('Path Extended', extensions=[basic(True), authority_key(root().key, critical)])
            self.judge(('authority', [ca.leaf(HOST), ca], [root()], flags))
            self.judge(('own', [sub().leaf(HOST, more=[subject_key(Key(HOST), critical)]), sub()], [root()], flags))

    def test_key_identifiers_may_be_missing(self):
        ca = root().issuer('Path Extended', extensions=[basic(True)])
        leaf = ca.leaf(HOST, extensions=[alternative('DNS:' + HOST)])
        self.judge(('without', [leaf, ca], [root()], YES))

    def test_policy_constraints_are_refused(self):
        for critical, flags in ((False, OTHER), (True, ANYHOW)):
            self.everywhere('policyConstraints', [extension('2.5.29.36', tlv(0x30, b'\x80\1\0'), critical)], flags)
            self.everywhere('inhibitAnyPolicy', [extension('2.5.29.54', integer(0), critical)], flags)

    def test_certificate_policies_are_accepted(self):
        policies = extension('2.5.29.32', tlv(0x30, tlv(0x30, oid('2.23.140.1.2.1'))))
        self.everywhere('policies', [policies], YES)

    def test_name_constraints_in_a_server_certificate_are_refused(self):
        self.judge(*(('critical' if critical else 'not critical',
                      [sub().leaf(HOST, more=[constraints(['DNS:test'], critical=critical)]), sub()], [root()], flags)
                     for critical, flags in ((False, OTHER), (True, ANYHOW))))

    def test_key_cert_sign_in_a_server_certificate_is_refused(self):
        for is_ca, bits, flags in ((False, CERT_SIGN | DIGITAL_SIGNATURE, KEY_USAGE),
                                   (True, CERT_SIGN | DIGITAL_SIGNATURE, YES), (True, CERT_SIGN, KEY_USAGE),
                                   (False, DIGITAL_SIGNATURE, YES), (False, KEY_AGREEMENT, KEY_USAGE)):
            leaf = sub().leaf(HOST, extensions=[basic(is_ca), usage(bits), alternative('DNS:' + HOST)])
            self.judge(('%s %x' % (is_ca, bits), [leaf, sub()], [root()], flags))

    def test_a_server_certificates_usages_have_to_allow_servers(self):
        for kinds, flags in (((), YES), ((SERVER,), YES), ((CLIENT, SERVER), YES), ((ANY,), YES),
                             ((CLIENT,), EXT_KEY_USAGE)):
            leaf = sub().leaf(HOST, extensions=[alternative('DNS:' + HOST)] + ([purposes(*kinds)] if kinds else []))
            self.judge((str(kinds), [leaf, sub()], [root()], flags))
        empty = extension('2.5.29.37', tlv(0x30))
        self.judge(('none', [sub().leaf(HOST, extensions=[alternative('DNS:' + HOST), empty]), sub()], [root()], ANYHOW))

    def test_alternative_names_may_be_critical_if_the_subject_is_empty(self):
        for critical, flags in ((True, YES), (False, OTHER)):
            leaf = sub().leaf(HOST, subject='', extensions=[alternative('DNS:' + HOST, critical=critical)])
            self.judge(('critical' if critical else 'not', [leaf, sub()], [root()], flags))
        leaf = sub().leaf(HOST, issuer_name=name(''))
        self.judge(('no issuer', [leaf, sub()], [root()], ANYHOW))

    def test_differing_signature_algorithms_are_refused(self):
        leaf = sub().leaf(HOST, algorithm=tlv(0x30, oid('1.2.840.10045.4.3.3')))
        self.judge(('leaf', [leaf, sub()], [root()], ANYHOW))
        odd = Issuer('Path Odd Root', algorithm=tlv(0x30, oid('1.2.840.10045.4.3.3')))
        self.judge(('root', [odd.leaf(HOST)], [odd, root()], NOT_TRUSTED))


class Constraints(Case):
    """Name constraints, RFC 5280 4.2.1.10, in a root. The engine refuses critical ones from a server."""

    def limited(self, *cases):
        """(names of the leaf, permitted, excluded, flags[, subject])"""
        made = []
        for at, (names, permitted, excluded, flags, *subject) in enumerate(cases):
            names = [names] if isinstance(names, str) else list(names)
            ca = Issuer('Path Limited', more=[constraints(permitted, excluded)])
            below = root().issuer('Path Limited', more=[constraints(permitted, excluded, critical=False)])
            leaf = ca.leaf(HOST, *names, *([] if 'DNS:' + HOST in names else ['DNS:' + HOST]),
                           subject=subject[0] if subject else 'x')
            title = '%s in %s but %s' % (names, permitted, excluded)
            made += [(title, [leaf], [ca], flags), (title + ', below', [leaf, below], [root()], flags)]
        self.judge(*made)

    def test_host_names(self):
        own = 'DNS:' + HOST
        self.limited(
            (own, ['DNS:www.example.test'], [], YES), (own, ['DNS:example.test'], [], YES), (own, ['DNS:test'], [], YES),
            (own, ['DNS:EXAMPLE.Test'], [], YES), (own, ['DNS:'], [], YES), (own, ['DNS:other.test'], [], OTHER),
            (own, ['DNS:xample.test'], [], OTHER), (own, ['DNS:a.www.example.test'], [], OTHER),
            (own, ['DNS:other.test', 'DNS:example.test'], [], YES), (own, ['IP:10.0.0.0/8'], [], YES),
            (own, [], ['DNS:example.test'], OTHER), (own, [], ['DNS:other.test'], YES), (own, [], ['DNS:'], OTHER),
            (own, ['DNS:example.test'], ['DNS:www.example.test'], OTHER),
            (own, ['DNS:example.test'], ['DNS:mail.example.test'], YES),
            (own, ['DNS:.example.test'], [], OTHER), (own, [], ['DNS:.other.test'], OTHER),
            ([own, 'DNS:other.test'], ['DNS:example.test'], [], OTHER),
            (['DNS:*.example.test'], ['DNS:example.test'], [], YES),
            (['DNS:*.example.test'], ['DNS:www.example.test'], [], OTHER),
            (['DNS:*.other.test'], [], ['DNS:a.other.test'], OTHER),
            (['DNS:.example.test'], ['DNS:example.test'], [], OTHER))

    def test_addresses(self):
        self.limited(
            ('IP:10.1.2.3', ['IP:10.0.0.0/8'], [], YES), ('IP:11.1.2.3', ['IP:10.0.0.0/8'], [], OTHER),
            ('IP:10.1.2.3', ['IP:10.1.2.0/25'], [], YES), ('IP:10.1.2.200', ['IP:10.1.2.0/25'], [], OTHER),
            ('IP:10.1.2.3', [], ['IP:10.1.2.3/32'], OTHER), ('IP:10.1.2.3', [], ['IP:0.0.0.0/0', 'IP:::/0'], OTHER),
            ('IP:::1', ['IP:::1/128'], [], YES), ('IP:::2', ['IP:::1/128'], [], OTHER),
            ('IP:::1', ['IP:10.0.0.0/8'], [], OTHER), ('IP:::1', [], ['IP:10.0.0.0/8'], YES),
            ('DNS:' + HOST, [], ['IP:0.0.0.0/0', 'IP:::/0'], YES),
            ('IP:10.1.2.3', [tlv(0x87, bytes([10, 0, 0, 0]))], [], OTHER),
            ('IP:10.1.2.3', [], [tlv(0x87, bytes([11, 0, 0, 0]))], OTHER),
            ('IP:10.1.2.3', [tlv(0x87, bytes([10, 0, 2, 0, 255, 0, 255, 0]))], [], OTHER),
            ('IP:10.1.2.3', [tlv(0x87, bytes([10, 0, 0, 0, 0xFA, 0, 0, 0]))], [], OTHER))

    def test_directory_names(self):
        own = 'DNS:' + HOST
        self.limited(
            (own, ['DN:O=Example'], [], YES, 'O=Example,CN=x'), (own, ['DN:O=Example'], [], YES, 'O=EXAMPLE'),
            (own, ['DN:O=Example'], [], OTHER, 'O=Examplf,CN=x'), (own, ['DN:O=Example'], [], OTHER, 'CN=Example'),
            (own, ['DN:O=Example,CN=x'], [], OTHER, 'O=Example'),
            (own, [], ['DN:O=Example'], OTHER, 'O=Example,CN=x'), (own, [], ['DN:O=Example'], YES, 'O=Other,CN=x'),
            (own, [], ['DN:O=Example'], OTHER, name('O=example,CN=x', string=0x13)),
            (['DN:O=Other'], ['DN:O=Example'], [], OTHER, 'O=Example'),
            (['DN:O=Example'], [], ['DN:O=Example'], OTHER))
        # The last arcs of these are the letters A and a.
        self.limited((own, ['DN:2.5.4.65=X'], [], YES, '2.5.4.65=x'), (own, ['DN:2.5.4.65=X'], [], OTHER, '2.5.4.97=X'),
                     (own, [], ['DN:2.5.4.65=X'], OTHER, '2.5.4.65=X'), (own, [], ['DN:2.5.4.65=X'], YES, '2.5.4.97=X'))
        ca = Issuer('Path Limited', more=[constraints(['DN:O=Example'])])
        self.judge(('no subject', [ca.leaf(HOST, subject='', extensions=[alternative(own, critical=True)])], [ca], YES))

    def test_constrained_names_of_unsupported_kinds_are_refused(self):
        self.limited(
            ('email:a@example.test', ['email:example.test'], [], OTHER), ('email:a@example.test', ['DNS:test'], [], YES),
            ('URI:https://example.test/', [], ['URI:other.test'], OTHER), ('DNS:' + HOST, ['email:example.test'], [], YES))

    def test_malformed_constraints_are_refused(self):
        for value in (tlv(0x30, tlv(0xA0, tlv(0x30, tlv(0x82, b'test'), tlv(0x80, b'\1')))), b'\x30\x05', tlv(0x31),
                      tlv(0x30, tlv(0xA2, b'')), tlv(0x30, tlv(0xA0, tlv(0x30))),
                      tlv(0x30, tlv(0xA0, tlv(0x30, tlv(2, b'test')))), tlv(0x30, tlv(0xA0, b'\x30')),
                      tlv(0x30, b'\xa0\x7f')):
            ca = Issuer('Path Limited', more=[extension('2.5.29.30', value)])
            self.judge((value.hex(), [ca.leaf(HOST)], [ca], OTHER))

    def test_the_common_name_counts_only_if_the_menu_says_so(self):
        path = Path(ders(sub().leaf(HOST, extensions=[basic(False)]), sub()), ders(root()), HOST)
        for setting, is_accepted in (((), True), (('PKG_MBEDTLS_COMMON_NAME=n',), False)):
            for verdict in paths.judge(paths.device(*setting), [path])[0]:
                with self.subTest(setting):
                    self.assertEqual(verdict.accepted, is_accepted, verdict)
                    self.assertEqual(verdict.flags, 0 if is_accepted else CN_MISMATCH, verdict)
                    self.assertIn('' if is_accepted else 'PKG_MBEDTLS_COMMON_NAME is off', verdict.what)

    def test_the_common_name_is_a_host_name_where_it_counts_as_one(self):
        ca = Issuer('Path Limited', more=[constraints(['DNS:other.test'])])
        no_names = [basic(False)]
        self.judge(('CN', [ca.leaf(HOST, extensions=no_names)], [ca], OTHER),
                   ('CN inside', [ca.leaf('a.other.test', extensions=no_names)], [ca], YES, 'a.other.test'))

    def test_the_report_names_the_certificate_and_the_name_constraints(self):
        ca = Issuer('Path Limited', more=[constraints(['DNS:other.test'])])
        for verdict in paths.judge(paths.device(), [Path(ders(ca.leaf(HOST)), ders(ca), HOST)])[0]:
            self.assertIn('certificate 0 "%s" failed (flags 0x100)' % HOST, verdict.what)
            self.assertIn('name constraint', verdict.what)

    def test_the_constraints_of_each_issuer_apply(self):
        def chain(*limits, names=('DNS:' + HOST,), **more):
            above, made = root(), []
            for at, limit in enumerate(limits):
                above = above.issuer('Path Level %d' % at, more=[constraints(*limit, critical=False)] if limit else [])
                made.insert(0, above)
            return [above.leaf(HOST, *names, **more)] + made
        self.judge(('both', chain((['DNS:test'],), (['DNS:example.test'],)), [root()], YES),
                   ('first', chain((['DNS:other.test'],), None), [root()], OTHER),
                   ('second', chain(None, (['DNS:other.test'],)), [root()], OTHER),
                   ('they share nothing', chain((['DNS:example.test'],), (['DNS:other.test'],)), [root()], OTHER),
                   ('excluded above', chain(([], ['DNS:example.test']), (['DNS:example.test'],)), [root()], OTHER),
                   ('more than are remembered', chain(*[(['DNS:test'],)] * 4), [root()], OTHER))

    def test_constraints_apply_to_issuers_except_self_issued_ones(self):
        top = root().issuer('Path Limited', more=[constraints(['DNS:test', 'DN:CN=Path Limited'], critical=False)])
        other = top.issuer('CN=Path Limited,CN=Sub', more=[alternative('DNS:other.example')])
        own = top.issuer('CN=Path Limited,CN=Sub', more=[alternative('DNS:own.test')])
        rolled = top.issuer('Path Limited', key=Key('rolled'), more=[alternative('DNS:other.example')])
        outside = top.issuer('Path Elsewhere')
        inside = lambda ca: ca.leaf(HOST, subject='CN=Path Limited,CN=x')
        self.judge(('other', [inside(other), other, top], [root()], OTHER),
                   ('own', [inside(own), own, top], [root()], YES),
                   ('self-issued', [inside(rolled), rolled, top], [root()], YES),
                   ('directory name', [inside(outside), outside, top], [root()], OTHER))


class Names(Case):
    """Host names and addresses, RFC 9525; with real servers in test_names.py."""

    def test_host_names(self):
        cases = [
            ('*.example.test', HOST, YES), ('*.EXAMPLE.test', HOST, YES), ('*.test', 'example.test', CN_MISMATCH),
            ('*', 'test', CN_MISMATCH), ('*.', HOST, CN_MISMATCH), ('*.*.test', HOST, CN_MISMATCH),
            ('w*.example.test', HOST, CN_MISMATCH), ('*w.example.test', HOST, CN_MISMATCH),
            ('www.*.test', HOST, CN_MISMATCH), ('*.example.test', 'example.test', CN_MISMATCH),
            ('*.example.test', 'a.b.example.test', CN_MISMATCH), ('*.com', 'example.com', CN_MISMATCH),
            ('xn--bcher-kva.example.test', 'xn--bcher-kva.example.test', YES),
            ('xn--*.example.test', 'xn--bcher-kva.example.test', CN_MISMATCH),
            ('*.xn--bcher-kva.test', 'www.xn--bcher-kva.test', YES),
            ('b\u00fccher.example.test', 'xn--bcher-kva.example.test', CN_MISMATCH),
            ('localhost', 'localhost', YES), ('www.example.test.', HOST, CN_MISMATCH),
            ('www.example.test\0.evil.test', HOST, CN_MISMATCH), ('', HOST, CN_MISMATCH),
            ('www_1.example.test', 'www_1.example.test', YES),
        ]
        self.judge(*(('%s for %s' % (have, want), [sub().leaf('x', 'DNS:' + have, subject=HOST), sub()], [root()],
                      flags, want) for have, want, flags in cases))

    def test_other_kinds_of_names_are_no_host_names(self):
        self.judge(*((kind, [sub().leaf('x', kind, subject=HOST), sub()], [root()], CN_MISMATCH)
                     for kind in ('URI:' + HOST, 'email:' + HOST, 'DN:CN=' + HOST, 'IP:10.0.0.1')))

    def test_addresses(self):
        cases = [('IP:10.1.2.3', '10.1.2.3', YES), ('IP:2001:db8::1', '2001:db8::1', YES),
                 ('DNS:10.1.2.3', '10.1.2.3', CN_MISMATCH), ('DNS:*.1.2.3', '10.1.2.3', CN_MISMATCH),
                 ('URI:10.1.2.3', '10.1.2.3', CN_MISMATCH), ('IP:10.1.2.3', '10.1.2.4', CN_MISMATCH),
                 ('IP:10.0.0.0/8', '10.0.0.0', ANYHOW)]
        self.judge(*(('%s for %s' % (have, want), [sub().leaf('x', have, subject=want), sub()], [root()], flags, want)
                     for have, want, flags in cases))

    def test_the_common_name_is_used_only_without_alternative_names(self):
        none = [basic(False)]
        self.judge(('alone', [sub().leaf(HOST, extensions=none), sub()], [root()], YES),
                   ('wildcard', [sub().leaf('*.example.test', extensions=none), sub()], [root()], YES),
                   ('the second one', [sub().leaf('x', subject='CN=x,CN=' + HOST, extensions=none), sub()], [root()], YES),
                   ('no CN', [sub().leaf('x', subject='O=' + HOST, extensions=none), sub()], [root()], CN_MISMATCH),
                   ('version 1', [sub().leaf(HOST, extensions=[], version=1), sub()], [root()], YES))


class Dates(Case):

    def test_the_first_and_last_second_of_the_dates_are_valid(self):
        first, last = 1700000000, 1800000000
        ca = Issuer('Path Dates', start=0, end=4102444799)
        leaf = ca.leaf(HOST, start=first, end=last)
        self.judge(*((str(at), [leaf], [ca], flags, HOST, at) for at, flags in (
            (first - 1, FUTURE), (first, YES), (last, YES), (last + 1, EXPIRED))))

    def test_years_from_2050_on(self):
        ca = Issuer('Path Dates', start=0, end=tlv(0x18, b'99991231235959Z'))
        at = lambda year: calendar.timegm((year, 1, 1, 0, 0, 0))
        leaf = ca.leaf(HOST, start=at(2049), end=at(2060))
        self.judge(*((str(year), [leaf], [ca], flags, HOST, at(year) + DAY) for year, flags in (
            (2048, FUTURE), (2049, YES), (2051, YES), (2061, EXPIRED))))
        self.judge(('no end', [ca.leaf(HOST, end=tlv(0x18, b'99991231235959Z'))], [ca], YES, HOST, at(2090)),
                   ('GeneralizedTime before 2050', [ca.leaf(HOST, start=tlv(0x18, b'20200101000000Z'))], [ca], YES),
                   ('1950 is not 2050', [ca.leaf(HOST, end=tlv(0x17, b'500101000000Z'))], [ca], EXPIRED))

    def test_invalid_dates_are_refused(self):
        for text in (b'20260229000000Z', b'20261301000000Z', b'2026010100000Z', b'2026010100000000', b'abcdefghijklmnZ'):
            self.judge((text.decode(), [sub().leaf(HOST, end=tlv(0x18, text)), sub()], [root()], ANYHOW))


class Serials(Case):

    def test_serial_numbers_do_not_matter(self):
        """RFC 5280 4.1.2.2 binds CAs; a client must handle other serial numbers gracefully."""
        self.judge(*((str(serial), [sub().leaf(HOST, serial=serial), sub()], [root()], YES) for serial in (
            1, 0, -1, 2 ** 158, 2 ** 200, b'\0\0\1')))


class Keys(Case):

    def test_keys_and_hashes_that_are_strong_enough(self):
        for kind, digest in (('rsa-2048', 'sha256'), ('rsa-4096', 'sha384'), ('ec-384', 'sha384'), ('ec-384', 'sha256')):
            key = file_key(kind, digest)
            ca, below = Issuer('Path Key', key=key), root().issuer('Path Key', key=key)
            self.judge((kind + ' root', [ca.leaf(HOST)], [ca], YES), (kind, [below.leaf(HOST), below], [root()], YES),
                       (kind + ' leaf', [sub().leaf(HOST, key=key), sub()], [root()], YES))

    def test_keys_that_are_too_short(self):
        key = file_key('rsa')
        ca, below = Issuer('Path Key', key=key), root().issuer('Path Key', key=key)
        self.judge(('root', [ca.leaf(HOST)], [ca], ANYHOW),
                   ('issuer', [below.leaf(HOST), below], [root()], BAD_KEY),
                   ('leaf', [sub().leaf(HOST, key=key), sub()], [root()], BAD_KEY))
        self.judge(('curve', [sub().leaf(HOST, key=file_key('ec-224')), sub()], [root()], ANYHOW))

    def test_hashes_that_are_broken(self):
        """The curve is not compiled in: the engine skips such a certificate, so the leaf or its issuer is missing."""
        for digest in ('sha1', 'md5'):
            ca = root().issuer('Path Hash', key=file_key('rsa-2048', digest))
            self.judge((digest, [ca.leaf(HOST), ca], [root()], ANYHOW))

    def test_a_signature_that_is_wrong(self):
        leaf = sub().leaf(HOST)
        for at in (-3, leaf.der.index(HOST.encode())):
            broken = bytearray(leaf.der)
            broken[at] ^= 1
            leaf.der = bytes(broken)
            self.judge((str(at), [leaf, sub()], [root()], ANYHOW))
            leaf = sub().leaf(HOST)


class Rules(unittest.TestCase):
    """Without PKG_MBEDTLS_PATH_RULES."""

    def test_without_name_constraints_in_the_build_a_constrained_root_stays_refused(self):
        device = paths.device('PKG_MBEDTLS_PATH_RULES=n')
        every = [Path(ders(sub().leaf(HOST), sub()), ders(root()), HOST, name='good')]
        for critical in (True, False):
            limited = Issuer('Path Limited', more=[constraints(['DNS:other.test'], critical=critical)])
            every.append(Path(ders(limited.leaf(HOST)), ders(limited), HOST, name='critical %s' % critical))
        for path, verdicts in zip(every, paths.judge(device, every)):
            for form, verdict in zip(paths.FORMS, verdicts):
                with self.subTest(path.name, form=form):
                    self.assertEqual(verdict.accepted, path.name == 'good', verdict)


if __name__ == '__main__':
    unittest.main()
