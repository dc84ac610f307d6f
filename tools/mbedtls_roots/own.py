"""The device's own certificate and key: from the files of a folder to constant data.

certs/client/ is for sessions, certs/server/ for servers. A folder holds one certificate,
its issuers if there are any, and the key, in any number of files, PEM or DER.
"""
from __future__ import absolute_import

import binascii
import io
import os
import re

from .certificate import Certificate
from .collection import RootsError, build_time
from .der import Unreadable
from .source import _byte_lines, write_if_changed

BLOCK = re.compile(br'-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----', re.DOTALL)
KEYS = (b'PRIVATE KEY', b'EC PRIVATE KEY', b'RSA PRIVATE KEY')
IGNORED = (b'EC PARAMETERS', b'PUBLIC KEY')
SUFFIXES = ('.pem', '.crt', '.cer', '.der', '.key')


def build(package_dir, role, output_dir, warn):
    """Writes tls_ROLE_own.c; role is client or server. Returns its path and the input files."""
    folder = os.path.join(package_dir, 'certs', role)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    files = [os.path.join(folder, name) for name in names if name.lower().endswith(SUFFIXES)]
    certificates, keys = [], []
    for path in files:
        _read(path, 'certs/%s/%s' % (role, os.path.basename(path)), certificates, keys)
    chain = _chain(certificates, role)
    if len(keys) > 1 or keys and not chain:
        raise RootsError('mbedtls: certs/%s/ needs one certificate and one key, it holds %d keys: %s'
                         % (role, len(keys), ', '.join(name for name, _ in keys)))
    for name, _ in keys:
        warn('mbedtls: warning: the private key %s is compiled into the image: whoever gets the image has the key, and '
             'all devices with the image have the same identity (docs/user-guide.md, 11)' % name)
    _say_dates(chain, role, warn)
    path = os.path.join(output_dir, 'tls_%s_own.c' % role)
    write_if_changed(path, source(role, chain, keys))
    return path, files


def _read(path, name, certificates, keys):
    with io.open(path, 'rb') as stream:
        data = stream.read()
    blocks = BLOCK.findall(data)
    if not blocks:
        blocks = [(None, data)]
    for label, body in blocks:
        if label == b'ENCRYPTED PRIVATE KEY' or b'ENCRYPTED' in body[:100]:
            raise RootsError('mbedtls: %s is encrypted; "openssl pkey -in FILE -out NEW" removes the password' % name)
        der = _decode(body, name) if label else body
        if label in KEYS or label is None and not _is_certificate(der):
            if der[:1] != b'\x30':
                raise RootsError('mbedtls: %s is neither a certificate nor a key, in PEM or DER' % name)
            keys.append((name, der))
        elif label not in IGNORED:
            try:
                certificates.append((name, Certificate(der)))
            except Unreadable as error:
                raise RootsError('mbedtls: %s: %s' % (name, error))


def _decode(body, name):
    try:
        return binascii.a2b_base64(b''.join(body.split()))
    except binascii.Error:
        raise RootsError('mbedtls: %s is not base64 between its BEGIN and END lines' % name)


def _is_certificate(der):
    try:
        Certificate(der)
    except Unreadable:
        return False
    return True


def _chain(certificates, role):
    """The device's certificate and its issuers, as they are sent: without a root."""
    issuers = [one.issuer for _, one in certificates if not one.is_self_issued]
    leaves = [(name, one) for name, one in certificates if one.subject not in issuers]
    if len(leaves) > 1:
        raise RootsError('mbedtls: certs/%s/ holds more than one certificate that is no issuer of another: %s'
                         % (role, ', '.join(name for name, _ in leaves)))
    chain = [one for _, one in leaves]
    while chain and not chain[-1].is_self_issued:
        above = [one for _, one in certificates if one.subject == chain[-1].issuer and one not in chain]
        if not above or above[0].is_self_issued:
            break
        chain.append(above[0])
    return chain


def _say_dates(chain, role, warn):
    for one in chain[:1]:
        if one.not_after < build_time():
            warn('mbedtls: warning: the certificate in certs/%s/ has expired: its last day was %s'
                 % (role, one.not_after.date()))


def source(role, chain, keys):
    lines = ['/* Generated from certs/%s/ by tools/mbedtls_roots; do not edit. */' % role, '#include "tls_certificate.h"', '']
    members = []
    for name, data in (('certificate', b''.join(one.der for one in chain)), ('key', b''.join(der for _, der in keys))):
        if data:
            lines += ['static const unsigned char %s[] = {' % name] + list(_byte_lines(bytearray(data))) + ['};', '']
        members.append('%s, %s' % ((name, 'sizeof(%s)' % name) if data else ('NULL', '0')))
    return '\n'.join(lines + ['const struct tls_own tls_%s_own = { %s };' % (role, ', '.join(members)), ''])
