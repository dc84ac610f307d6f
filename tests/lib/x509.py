# SPDX-License-Identifier: Apache-2.0
"""Makes certificates with any content, valid or not, in Python.

    root = Issuer('Root')
    sub = root.issuer('Sub CA', path_length=0)
    leaf = sub.leaf('www.example.test')             # DER in leaf.der
    odd = sub.leaf('www.example.test', extensions=[alternative('DNS:*.test')], serial=0)

Keys are on P-256 unless given: made from a text, so that the same text is the same
key, and used in Python. Key files of openssl serve for all other kinds.
"""
import functools
import hashlib
import ipaddress
import subprocess
import time

# DER.

SEQUENCE, SET = 0x30, 0x31
DAY = 86400


def tlv(tag, *parts):
    data = b''.join(parts)
    length = len(data)
    if length < 128:
        return bytes([tag, length]) + data
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, 'big') + data


def integer(value):
    if isinstance(value, bytes):
        return tlv(2, value)            # taken unchanged, valid or not
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, 'big', signed=value < 0))


def oid(text):
    arcs = [int(arc) for arc in text.split('.')]
    data = b''
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
        part = [arc & 0x7F]
        while arc > 0x7F:
            arc >>= 7
            part.append(arc & 0x7F | 0x80)
        data += bytes(reversed(part))
    return tlv(6, data)


def name(text, string=0x0C):
    """A directory name out of one common name, or 'O=x,CN=y', or '2.5.4.10=x'; '' is the empty one."""
    kinds = {'CN': '2.5.4.3', 'O': '2.5.4.10', 'C': '2.5.4.6', 'OU': '2.5.4.11'}
    if '=' not in text:
        text = 'CN=' + text if text else ''
    parts = [part.split('=') for part in text.split(',')] if text else []
    return tlv(SEQUENCE, *(tlv(SET, tlv(SEQUENCE, oid(kinds.get(kind, kind)), tlv(string, value.encode())))
                           for kind, value in parts))


def moment(when):
    """UTCTime or GeneralizedTime, as RFC 5280 4.1.2.5 has it; bytes are taken as they are."""
    if isinstance(when, bytes):
        return when
    text = time.strftime('%Y%m%d%H%M%SZ', time.gmtime(when))
    return tlv(0x17, text[2:].encode()) if '1950' <= text[:4] < '2050' else tlv(0x18, text.encode())


# Extensions.

def extension(kind, value, critical=False):
    return tlv(SEQUENCE, oid(kind), tlv(1, b'\xff') if critical else b'', tlv(4, value))


def basic(is_ca=True, path_length=None, critical=True):
    return extension('2.5.29.19', tlv(SEQUENCE, tlv(1, b'\xff') if is_ca else b'',
                                      b'' if path_length is None else integer(path_length)), critical)


DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_AGREEMENT, CERT_SIGN, CRL_SIGN = 0x80, 0x20, 0x08, 0x04, 0x02


def usage(bits, critical=True):
    unused = (bits & -bits).bit_length() - 1
    return extension('2.5.29.15', tlv(3, bytes([unused, bits])), critical)


SERVER, CLIENT, EMAIL, ANY = '1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4', '2.5.29.37.0'


def purposes(*kinds, critical=False):
    return extension('2.5.29.37', tlv(SEQUENCE, *(oid(kind) for kind in kinds)), critical)


def general(text):
    """'DNS:x', 'IP:x', 'URI:x', 'email:x', 'DN:x' as GeneralName; for IP a mask may follow: 10.0.0.0/8."""
    kind, _, value = text.partition(':')
    if kind == 'IP' and '/' in value:
        network = ipaddress.ip_network(value)
        return tlv(0x87, network.network_address.packed, network.netmask.packed)
    if kind == 'IP':
        return tlv(0x87, ipaddress.ip_address(value).packed)
    if kind == 'DN':
        return tlv(0xA4, name(value))
    return tlv({'DNS': 0x82, 'URI': 0x86, 'email': 0x81}[kind], value.encode())


def alternative(*names, critical=False):
    return extension('2.5.29.17', tlv(SEQUENCE, *(each if isinstance(each, bytes) else general(each)
                                                  for each in names)), critical)


def constraints(permitted=(), excluded=(), critical=True):
    def subtrees(tag, bases):
        return tlv(tag, *(tlv(SEQUENCE, base if isinstance(base, bytes) else general(base))
                          for base in bases)) if bases else b''
    return extension('2.5.29.30', tlv(SEQUENCE, subtrees(0xA0, permitted), subtrees(0xA1, excluded)), critical)


def subject_key(key, critical=False):
    return extension('2.5.29.14', tlv(4, key.identifier), critical)


def authority_key(key, critical=False):
    return extension('2.5.29.35', tlv(SEQUENCE, tlv(0x80, key.identifier)), critical)


UNKNOWN = '1.3.6.1.4.1.55738.666.1'


# Keys. P-256 and ECDSA: FIPS 186-4, D.1.2.3 and 6.4.

P = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


@functools.lru_cache(None)
def powers():
    """G, 2 G, 4 G..."""
    points = [G]
    while len(points) < 256:
        points.append(add(points[-1], points[-1]))
    return points


def times_g(scalar):
    point = None
    for at, power in enumerate(powers()):
        if scalar >> at & 1:
            point = add(point, power)
    return point


def secret(*parts):
    return int.from_bytes(hashlib.sha512(b'|'.join(parts)).digest(), 'big') % (N - 1) + 1


@functools.lru_cache(None)
class Key:
    """P-256, out of a text."""

    algorithm = tlv(SEQUENCE, oid('1.2.840.10045.4.3.2'))      # ecdsa-with-SHA256

    def __init__(self, text):
        self.private = secret(text.encode())
        x, y = times_g(self.private)
        point = b'\x04' + x.to_bytes(32, 'big') + y.to_bytes(32, 'big')
        self.public = tlv(SEQUENCE, tlv(SEQUENCE, oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')),
                          tlv(3, b'\0', point))
        self.identifier = hashlib.sha1(point).digest()

    def sign(self, data):
        digest = int.from_bytes(hashlib.sha256(data).digest(), 'big')
        k = secret(self.private.to_bytes(32, 'big'), data)
        r = times_g(k)[0] % N
        return tlv(SEQUENCE, integer(r), integer(pow(k, -1, N) * (digest + r * self.private) % N))


SIGNATURES = {
    ('rsa', 'md5'): '1.2.840.113549.1.1.4', ('rsa', 'sha1'): '1.2.840.113549.1.1.5',
    ('rsa', 'sha256'): '1.2.840.113549.1.1.11', ('rsa', 'sha384'): '1.2.840.113549.1.1.12',
    ('ec', 'sha1'): '1.2.840.10045.4.1', ('ec', 'sha256'): '1.2.840.10045.4.3.2',
    ('ec', 'sha384'): '1.2.840.10045.4.3.3', ('ec', 'sha512'): '1.2.840.10045.4.3.4',
}


class FileKey:
    """A key of openssl's; kind 'rsa' or 'ec'."""

    def __init__(self, path, kind, digest='sha256'):
        self.path, self.digest = path, digest
        self.public = self.openssl('pkey', '-in', path, '-pubout', '-outform', 'DER')
        self.identifier = hashlib.sha1(self.public).digest()
        self.algorithm = tlv(SEQUENCE, oid(SIGNATURES[kind, digest]), b'\x05\0' if kind == 'rsa' else b'')

    @staticmethod
    def openssl(*arguments, data=b''):
        return subprocess.run(('openssl',) + arguments, input=data, stdout=subprocess.PIPE, check=True).stdout

    def sign(self, data):
        return self.openssl('dgst', '-' + self.digest, '-sign', self.path, data=data)


# Certificates.

class Certificate:
    """
    subject        text, see name(); or DER
    issuer         Certificate; None: itself
    key            Key or FileKey; otherwise made out of the subject
    extensions     list; [] for none
    serial, version, start, end     what the fields hold; times are seconds since 1970, or DER
    algorithm      that the signed part names, where it is another than the signer's
    """

    def __init__(self, subject, issuer=None, key=None, extensions=(), serial=None, version=3, start=None, end=None,
                 algorithm=None, issuer_name=None):
        now = int(time.time())
        self.subject = subject if isinstance(subject, bytes) else name(subject)
        self.key = key or Key(str(subject))
        self.extensions = list(extensions)
        signer = issuer or self
        body = tlv(
            SEQUENCE,
            tlv(0xA0, integer(version - 1)) if version > 1 else b'',
            integer(int.from_bytes(hashlib.sha256(self.subject + self.key.public).digest()[:8], 'big')
                    if serial is None else serial),
            algorithm or signer.key.algorithm,
            signer.subject if issuer_name is None else issuer_name,
            tlv(SEQUENCE, moment(now - DAY if start is None else start),
                moment(now + 365 * DAY if end is None else end)),
            self.subject,
            self.key.public,
            tlv(0xA3, tlv(SEQUENCE, *self.extensions)) if self.extensions else b'')
        self.der = tlv(SEQUENCE, body, signer.key.algorithm, tlv(3, b'\0', signer.key.sign(body)))

    def issuer(self, subject, **options):
        return Issuer(subject, self, **options)

    def leaf(self, host, *names, more=(), extensions=None, subject=None, **options):
        """A server's certificate; names: see general(), the host alone without any; more: extensions."""
        if extensions is None:
            extensions = [basic(False), usage(DIGITAL_SIGNATURE | KEY_ENCIPHERMENT), purposes(SERVER),
                          alternative(*(names or ['DNS:' + host])), authority_key(self.key)]
        return Certificate(host if subject is None else subject, self, extensions=list(extensions) + list(more),
                           **options)


class Issuer(Certificate):
    """A root, or a CA below another; more: extensions besides the usual ones."""

    def __init__(self, subject, issuer=None, key=None, path_length=None, more=(), extensions=None, **options):
        key = key or Key(str(subject))
        if extensions is None:
            extensions = [basic(True, path_length), usage(CERT_SIGN | CRL_SIGN), subject_key(key)]
            if issuer is not None:
                extensions.append(authority_key(issuer.key))
        super().__init__(subject, issuer, key, extensions + list(more), **options)
