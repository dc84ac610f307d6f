"""Finds the certificates in the bytes of a file, PEM or DER."""
from __future__ import absolute_import

import binascii
import re

from .der import Unreadable

BOM = b'\xef\xbb\xbf'
UTF16_BOMS = (b'\xff\xfe', b'\xfe\xff')
SEQUENCE_START = b'\x30'

LINE_END = re.compile(b'\r\n|\r|\n')
BEGIN_SOMEWHERE = re.compile(br'(?:^|[\r\n])[ \t]*-----BEGIN [^\r\n]+-----')
BEGIN = re.compile(br'-----BEGIN (.+)-----\Z')
END = re.compile(br'-----END (.+)-----\Z')
BASE64 = re.compile(br'(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z')

CERTIFICATE_LABELS = (b'CERTIFICATE', b'X509 CERTIFICATE')
TRUSTED_LABEL = b'TRUSTED CERTIFICATE'


def encode(data):
    """The PEM text of one certificate, lines of 64 characters."""
    text = binascii.b2a_base64(data).decode('ascii').strip()
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return '\n'.join(['-----BEGIN CERTIFICATE-----'] + lines + ['-----END CERTIFICATE-----', ''])


def split(data):
    """A list with the DER bytes of each certificate in a file, or, for a part
    of the file that is not a certificate, an Unreadable that says why."""
    if data.startswith(UTF16_BOMS):
        return [Unreadable('is UTF-16 text; save it as UTF-8')]
    if data.startswith(BOM):
        data = data[len(BOM):]
    if BEGIN_SOMEWHERE.search(data):
        return list(_blocks(data))
    if data.startswith(SEQUENCE_START):
        return [data]
    if not data.strip():
        return [Unreadable('is empty')]
    return [Unreadable('is neither PEM nor DER')]


def _blocks(data):
    label, body = None, []
    for line in LINE_END.split(data):
        line = line.strip()
        begin, end = BEGIN.match(line), END.match(line)
        if begin:
            if label is not None:
                yield Unreadable('BEGIN line without an END line')
            label, body = begin.group(1), []
        elif end and label is not None:
            yield _decode(label, end.group(1), body)
            label = None
        elif label is not None:
            body.append(line)
    if label is not None:
        yield Unreadable('is truncated: there is no END line')


def _decode(label, end_label, body):
    name = label.decode('ascii', 'replace').encode('ascii', 'replace').decode('ascii')
    if label == TRUSTED_LABEL:
        return Unreadable("is a TRUSTED CERTIFICATE, a format of OpenSSL; "
                          'convert it with "openssl x509 -in FILE -out NEW"')
    if label not in CERTIFICATE_LABELS:
        return Unreadable('is not a certificate but %s' % name)
    if end_label != label:
        return Unreadable('BEGIN and END lines do not match')
    text = b''.join(body)
    if not text or not BASE64.match(text):
        return Unreadable('is not base64 between its BEGIN and END lines')
    return binascii.a2b_base64(text)
