"""Reads the certificate of a trust anchor (RFC 5280, chapter 4)."""
from __future__ import absolute_import

import base64
import datetime
import hashlib
import re

from . import der
from .der import Reader, Unreadable

RSA = '1.2.840.113549.1.1.1'
EC = '1.2.840.10045.2.1'

RSA_BITS_MIN = 2048  # the engine's default profile refuses shorter keys
RSA_BITS_MAX = 8192  # the engine's longest number (MBEDTLS_MPI_MAX_SIZE)

# Curves that tls_config.h can switch on.
CURVES = {
    '1.2.840.10045.3.1.7': ('P-256', 256),
    '1.3.132.0.34': ('P-384', 384),
    '1.3.132.0.35': ('P-521', 521),
}

SIGNATURES = {
    '1.2.840.113549.1.1.5': 'SHA-1',
    '1.2.840.113549.1.1.14': 'SHA-224',
    '1.2.840.113549.1.1.11': 'SHA-256',
    '1.2.840.113549.1.1.12': 'SHA-384',
    '1.2.840.113549.1.1.13': 'SHA-512',
    '1.2.840.113549.1.1.10': 'RSA-PSS',
    '1.2.840.10045.4.1': 'SHA-1',
    '1.2.840.10045.4.3.1': 'SHA-224',
    '1.2.840.10045.4.3.2': 'SHA-256',
    '1.2.840.10045.4.3.3': 'SHA-384',
    '1.2.840.10045.4.3.4': 'SHA-512',
}

BASIC_CONSTRAINTS = '2.5.29.19'
KEY_USAGE = '2.5.29.15'
NAME_CONSTRAINTS = '2.5.29.30'
EXTENDED_KEY_USAGE = '2.5.29.37'

KEY_CERT_SIGN = 0x04
SERVER_PURPOSES = frozenset(['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'])  # serverAuth, any

# Policies that a path has to follow; the device supports none.
POLICY_RULES = frozenset(['2.5.29.36', '2.5.29.54'])  # policyConstraints, inhibitAnyPolicy

# Extensions that the device supports or can safely ignore. The device would not
# enforce another critical extension.
KNOWN_EXTENSIONS = frozenset([
    BASIC_CONSTRAINTS,
    KEY_USAGE,
    NAME_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    '2.5.29.17',              # subjectAltName
    '2.5.29.32',              # certificatePolicies
    '2.16.840.1.113730.1.1',  # nsCertType
])

COMMON_NAME = '2.5.4.3'
ORGANIZATION = '2.5.4.10'
UNIT = '2.5.4.11'

TIME_FORMS = {
    der.UTC_TIME: re.compile(br'[0-9]{12}Z\Z'),
    der.GENERALIZED_TIME: re.compile(br'[0-9]{14}Z\Z'),
}

STRING_CODECS = {
    0x0c: 'utf-8',       # UTF8String
    0x13: 'ascii',       # PrintableString
    0x14: 'latin-1',     # TeletexString
    0x16: 'ascii',       # IA5String
    0x1c: 'utf-32-be',   # UniversalString
    0x1e: 'utf-16-be',   # BMPString
}


class Certificate(object):
    """One certificate, read from DER; raises Unreadable with the reason.

    der         the certificate whole
    version     1, 2 or 3
    subject     subject name, DER
    issuer      issuer name, DER
    owner       name of its subject for messages
    issuer_name   name of its issuer for messages
    not_before, not_after   datetime, UTC
    key         kind and size of the public key for people, None if unknown
    key_kind    'RSA', 'EC' or the OID of another kind
    key_bits    size of the public key, 0 if unknown
    spki        subjectPublicKeyInfo, DER
    signature   digest of its own signature, None if unknown
    signature_oid
    is_ca       basicConstraints with CA:TRUE is there
    path_length how many CAs may follow below it, None if it has no limit
    may_sign    no keyUsage, or one with keyCertSign
    may_serve   no extKeyUsage, or one that names web servers
    constraints   the extensions, DER, that limit what it may issue (RFC 5280,
                  4.2.1.10)
    unsupported   OIDs of extensions that require something the device cannot do
    key_fault   why the device cannot use its key, or None
    """

    def __init__(self, data):
        self.der = bytes(data)
        self.is_ca = False
        self.path_length = None
        self.may_sign = True
        self.may_serve = True
        self.constraints = []
        self.unsupported = []
        self.key_fault = 'the device does not support its kind of public key'
        whole = Reader(self.der)
        fields = whole.enter(der.SEQUENCE, 'certificate')
        whole.finish('the certificate')
        signed = fields.enter(der.SEQUENCE, 'signed part')
        outer = fields.encoded(der.SEQUENCE, 'signature algorithm')
        fields.bits('signature')
        fields.finish('the signature')
        self._read_signed(signed, outer)

    @property
    def is_self_issued(self):
        return self.subject == self.issuer

    @property
    def sha256(self):
        return hashlib.sha256(self.der).hexdigest()

    @property
    def spki_sha256(self):
        return hashlib.sha256(self.spki).hexdigest()

    @property
    def pin(self):
        """The SHA-256 of its key, in the notation of RFC 7469 and curl."""
        digest = hashlib.sha256(self.spki).digest()
        return 'sha256//' + base64.b64encode(digest).decode('ascii')

    def _read_signed(self, part, outer):
        self.version = _version(part)
        part.integer('serial number')
        algorithm = part.encoded(der.SEQUENCE, 'signature algorithm')
        if algorithm != outer:
            raise Unreadable('its two signature algorithms differ')
        self.signature_oid = Reader(algorithm).enter(der.SEQUENCE, 'algorithm').oid('algorithm')
        self.signature = SIGNATURES.get(self.signature_oid)
        self.issuer = part.encoded(der.SEQUENCE, 'issuer')
        self.issuer_name = _owner(_attributes(self.issuer, 'issuer'))
        validity = part.enter(der.SEQUENCE, 'validity')
        self.not_before = _time(validity, 'start of validity')
        self.not_after = _time(validity, 'end of validity')
        validity.finish('the validity')
        self.subject = part.encoded(der.SEQUENCE, 'subject')
        self.owner = _owner(_attributes(self.subject, 'subject'))
        self.spki = part.encoded(der.SEQUENCE, 'public key')
        self._read_key(Reader(self.spki).enter(der.SEQUENCE, 'public key'))
        for tag in (der.context(1, False), der.context(2, False)):
            if part.peek() == tag:
                part.element(tag, 'unique identifier')
        if part.peek() == der.context(3):
            if self.version != 3:
                raise Unreadable('extensions in a certificate of version %d' % self.version)
            self._read_extensions(part.enter(der.context(3), 'extensions'))
        part.finish('the signed part')

    def _read_key(self, info):
        algorithm = info.enter(der.SEQUENCE, 'key algorithm')
        kind = algorithm.oid('key algorithm')
        bits = info.bits('public key')
        info.finish('the public key')
        self.key, self.key_kind, self.key_bits = None, kind, 0
        if kind == RSA:
            self.key_kind = 'RSA'
            self.key_bits, exponent = _rsa_key(bits)
            self.key = 'RSA %d' % self.key_bits
            self.key_fault = _rsa_fault(self.key_bits, exponent)
        elif kind == EC:
            self.key_kind = 'EC'
            self._read_curve(algorithm, bits)

    def _read_curve(self, algorithm, point):
        if algorithm.peek() != der.OID:
            return  # explicit parameters: an EC key on an unknown curve
        name, self.key_bits = CURVES.get(algorithm.oid('curve'), (None, 0))
        if name is None:
            return
        size = (self.key_bits + 7) // 8
        lengths = {b'\x04': 1 + 2 * size, b'\x02': 1 + size, b'\x03': 1 + size}
        if len(point) != lengths.get(point[:1]):
            raise Unreadable('public key is not a point of its curve')
        self.key = 'EC %s' % name
        self.key_fault = None if point[:1] == b'\x04' else 'its public key is a compressed point'

    def _read_extensions(self, wrapper):
        extensions = wrapper.enter(der.SEQUENCE, 'extensions')
        wrapper.finish('the extensions')
        seen = set()
        while not extensions.at_end():
            encoded = extensions.encoded(der.SEQUENCE, 'extension')
            extension = Reader(encoded).enter(der.SEQUENCE, 'extension')
            oid = extension.oid('extension')
            critical = extension.peek() == der.BOOLEAN and extension.boolean('critical flag')
            value = Reader(extension.content(der.OCTET_STRING, 'extension'))
            extension.finish('the extension')
            if oid in seen:
                raise Unreadable('extension %s occurs twice' % oid)
            seen.add(oid)
            if oid == NAME_CONSTRAINTS:
                self.constraints.append(encoded)
            elif oid in POLICY_RULES or critical and oid not in KNOWN_EXTENSIONS:
                self.unsupported.append(oid)
            self._read_extension(oid, value)

    def _read_extension(self, oid, value):
        if oid == BASIC_CONSTRAINTS:
            self.is_ca, self.path_length = _basic_constraints(value)
        elif oid == KEY_USAGE:
            usage = bytearray(value.bits('key usage'))
            value.finish('the key usage')
            self.may_sign = bool(usage) and bool(usage[0] & KEY_CERT_SIGN)
        elif oid == EXTENDED_KEY_USAGE:
            self.may_serve = not SERVER_PURPOSES.isdisjoint(_purposes(value))


def _version(part):
    if part.peek() != der.context(0):
        return 1
    wrapper = part.enter(der.context(0), 'version')
    number = bytearray(wrapper.integer('version'))
    wrapper.finish('the version')
    if len(number) != 1 or number[0] > 2:
        raise Unreadable('version is not 1, 2 or 3')
    return number[0] + 1


def _time(reader, what):
    """A time in UTC; RFC 5280, 4.1.2.5 allows these two forms only."""
    tag = reader.peek()
    if tag not in (der.UTC_TIME, der.GENERALIZED_TIME):
        raise Unreadable('%s is not a time' % what)
    text = reader.content(tag, what)
    if not TIME_FORMS[tag].match(text):
        raise Unreadable('%s is not a time in UTC with seconds' % what)
    text = text.decode('ascii')[:-1]
    if tag == der.UTC_TIME:
        text = ('19' if text[:2] >= '50' else '20') + text
    parts = [int(text[:4])] + [int(text[at:at + 2]) for at in range(4, 14, 2)]
    try:
        return datetime.datetime(*parts)
    except ValueError:
        raise Unreadable('%s is not a date of the calendar' % what)


def _attributes(name, what):
    """The attributes of a name: {OID: text of its first value}."""
    found = {}
    sets = Reader(name).enter(der.SEQUENCE, what)
    while not sets.at_end():
        attributes = sets.enter(der.SET, what)
        if attributes.at_end():
            raise Unreadable('%s has an empty part' % what)
        while not attributes.at_end():
            attribute = attributes.enter(der.SEQUENCE, what)
            oid = attribute.oid(what)
            tag = attribute.peek()
            value = attribute.content(tag, what) if tag is not None else None
            attribute.finish(what)
            if value is None:
                raise Unreadable('%s has an attribute without a value' % what)
            found.setdefault(oid, _text(tag, value))
    return found


def _text(tag, value):
    """A printable string, without control characters and invalid bytes."""
    text = value.decode(STRING_CODECS.get(tag, 'ascii'), 'replace')
    return u''.join(u'?' if ord(char) < 32 or 127 <= ord(char) < 160 else char for char in text)


def _owner(attributes):
    """Some owners use the company's name as the common name of several roots,
    which differ in the organisational unit."""
    common, unit, company = [attributes.get(oid) for oid in (COMMON_NAME, UNIT, ORGANIZATION)]
    if common == company and unit:
        return unit
    return common or unit or company or u'(no name)'


def _rsa_key(encoded):
    """Bits of the modulus, and the exponent."""
    whole = Reader(encoded)
    key = whole.enter(der.SEQUENCE, 'RSA key')
    whole.finish('the RSA key')
    modulus = key.positive('RSA modulus')
    exponent = key.positive('RSA exponent')
    key.finish('the RSA exponent')
    return modulus.bit_length(), exponent


def _rsa_fault(bits, exponent):
    if bits < RSA_BITS_MIN:
        return 'its RSA key of %d bits is too short: the engine refuses its signatures' % bits
    if bits > RSA_BITS_MAX or exponent >= 1 << 32:
        return 'its RSA key is longer than the device supports'
    return None


def _purposes(value):
    purposes = value.enter(der.SEQUENCE, 'extended key usage')
    value.finish('the extended key usage')
    found = [purposes.oid('extended key usage')]
    while not purposes.at_end():
        found.append(purposes.oid('extended key usage'))
    return found


def _basic_constraints(value):
    constraints = value.enter(der.SEQUENCE, 'basic constraints')
    value.finish('the basic constraints')
    is_ca = constraints.peek() == der.BOOLEAN and constraints.boolean('CA flag')
    path_length = None
    if not constraints.at_end():
        path_length = constraints.number('path length')
    constraints.finish('the basic constraints')
    return is_ca, path_length
