"""What a trust anchor's certificate says of itself (RFC 5280, chapter 4)."""
from __future__ import absolute_import

import datetime
import hashlib
import re

from . import der
from .der import Reader, Unreadable

RSA = '1.2.840.113549.1.1.1'
EC = '1.2.840.10045.2.1'

CURVES = {
    '1.2.840.10045.3.1.7': ('P-256', 256),
    '1.3.132.0.34': ('P-384', 384),
    '1.3.132.0.35': ('P-521', 521),
    '1.3.132.0.10': ('secp256k1', 256),
    '1.3.36.3.3.2.8.1.1.7': ('brainpoolP256r1', 256),
    '1.3.36.3.3.2.8.1.1.11': ('brainpoolP384r1', 384),
    '1.3.36.3.3.2.8.1.1.13': ('brainpoolP512r1', 512),
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
KEY_CERT_SIGN = 0x04

# Extensions that the engine reads; another one that is critical makes it
# refuse the certificate at run time.
ENGINE_EXTENSIONS = frozenset([
    BASIC_CONSTRAINTS,
    KEY_USAGE,
    '2.5.29.37',              # extKeyUsage
    '2.5.29.17',              # subjectAltName
    '2.5.29.32',              # certificatePolicies
    '2.5.29.14',              # subjectKeyIdentifier
    '2.5.29.35',              # authorityKeyIdentifier
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
    owner       who it belongs to, for people
    not_before, not_after   datetime, UTC
    key         kind and size of the public key for people, None if unknown
    key_kind    'RSA', 'EC' or the OID of another kind
    key_bits    size of the public key, 0 if unknown
    signature   digest of its own signature, None if unknown
    signature_oid
    is_ca       basicConstraints with CA:TRUE is there
    may_sign    no keyUsage, or one with keyCertSign
    unknown_critical   OIDs of critical extensions that the engine cannot read
    """

    def __init__(self, data):
        self.der = bytes(data)
        self.is_ca = False
        self.may_sign = True
        self.unknown_critical = []
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

    def _read_signed(self, part, outer):
        self.version = _version(part)
        part.integer('serial number')
        algorithm = part.encoded(der.SEQUENCE, 'signature algorithm')
        if algorithm != outer:
            raise Unreadable('its two signature algorithms differ')
        self.signature_oid = Reader(algorithm).enter(der.SEQUENCE, 'algorithm').oid('algorithm')
        self.signature = SIGNATURES.get(self.signature_oid)
        self.issuer = part.encoded(der.SEQUENCE, 'issuer')
        _attributes(self.issuer, 'issuer')
        validity = part.enter(der.SEQUENCE, 'validity')
        self.not_before = _time(validity, 'start of validity')
        self.not_after = _time(validity, 'end of validity')
        validity.finish('the validity')
        self.subject = part.encoded(der.SEQUENCE, 'subject')
        self.owner = _owner(_attributes(self.subject, 'subject'))
        self._read_key(part.enter(der.SEQUENCE, 'public key'))
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
            self.key_bits = _rsa_bits(bits)
            self.key = 'RSA %d' % self.key_bits
        elif kind == EC:
            self.key_kind = 'EC'
            self._read_curve(algorithm, bits)

    def _read_curve(self, algorithm, point):
        if algorithm.peek() != der.OID:
            return  # explicit parameters: the kind is known, the curve is not
        name, self.key_bits = CURVES.get(algorithm.oid('curve'), (None, 0))
        if name is None:
            return
        size = (self.key_bits + 7) // 8
        lengths = {b'\x04': 1 + 2 * size, b'\x02': 1 + size, b'\x03': 1 + size}
        if len(point) != lengths.get(point[:1]):
            raise Unreadable('public key is no point of its curve')
        self.key = 'EC %s' % name

    def _read_extensions(self, wrapper):
        extensions = wrapper.enter(der.SEQUENCE, 'extensions')
        wrapper.finish('the extensions')
        seen = set()
        while not extensions.at_end():
            extension = extensions.enter(der.SEQUENCE, 'extension')
            oid = extension.oid('extension')
            critical = extension.peek() == der.BOOLEAN and extension.boolean('critical flag')
            value = Reader(extension.content(der.OCTET_STRING, 'extension'))
            extension.finish('the extension')
            if oid in seen:
                raise Unreadable('extension %s stands there twice' % oid)
            seen.add(oid)
            self._read_extension(oid, critical, value)

    def _read_extension(self, oid, critical, value):
        if oid == BASIC_CONSTRAINTS:
            self.is_ca = _basic_constraints(value)
        elif oid == KEY_USAGE:
            usage = bytearray(value.bits('key usage'))
            value.finish('the key usage')
            self.may_sign = bool(usage) and bool(usage[0] & KEY_CERT_SIGN)
        elif critical and oid not in ENGINE_EXTENSIONS:
            self.unknown_critical.append(oid)


def _version(part):
    if part.peek() != der.context(0):
        return 1
    wrapper = part.enter(der.context(0), 'version')
    number = bytearray(wrapper.integer('version'))
    wrapper.finish('the version')
    if len(number) != 1 or number[0] > 2:
        raise Unreadable('version is none of 1, 2 and 3')
    return number[0] + 1


def _time(reader, what):
    """A moment in UTC; RFC 5280, 4.1.2.5 allows these two spellings only."""
    tag = reader.peek()
    if tag not in (der.UTC_TIME, der.GENERALIZED_TIME):
        raise Unreadable('%s is no time' % what)
    text = reader.content(tag, what)
    if not TIME_FORMS[tag].match(text):
        raise Unreadable('%s is no time in UTC to the second' % what)
    text = text.decode('ascii')[:-1]
    if tag == der.UTC_TIME:
        text = ('19' if text[:2] >= '50' else '20') + text
    parts = [int(text[:4])] + [int(text[at:at + 2]) for at in range(4, 14, 2)]
    try:
        return datetime.datetime(*parts)
    except ValueError:
        raise Unreadable('%s is no date of the calendar' % what)


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
    """A string for people: control characters and bad bytes do not reach them."""
    text = value.decode(STRING_CODECS.get(tag, 'ascii'), 'replace')
    return u''.join(u'?' if ord(char) < 32 or 127 <= ord(char) < 160 else char for char in text)


def _owner(attributes):
    """Some owners put the company's name in the common name of several roots;
    the unit tells those apart."""
    common, unit, company = [attributes.get(oid) for oid in (COMMON_NAME, UNIT, ORGANIZATION)]
    if common == company and unit:
        return unit
    return common or unit or company or u'(no name)'


def _rsa_bits(encoded):
    whole = Reader(encoded)
    key = whole.enter(der.SEQUENCE, 'RSA key')
    whole.finish('the RSA key')
    modulus = key.positive('RSA modulus')
    key.positive('RSA exponent')
    key.finish('the RSA exponent')
    return modulus.bit_length()


def _basic_constraints(value):
    constraints = value.enter(der.SEQUENCE, 'basic constraints')
    value.finish('the basic constraints')
    is_ca = constraints.peek() == der.BOOLEAN and constraints.boolean('CA flag')
    if not constraints.at_end():
        constraints.integer('path length')
    constraints.finish('the basic constraints')
    return is_ca
