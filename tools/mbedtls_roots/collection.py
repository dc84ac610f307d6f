"""Reads certificate files and decides which certificates become roots."""
from __future__ import absolute_import

import collections
import datetime
import io
import os
import time

from . import pem
from .certificate import Certificate
from .der import Unreadable

SUFFIXES = ('.pem', '.cer', '.crt', '.der')
RSA_BITS_MIN = 2048  # the engine's default profile refuses less

# What became of a certificate.
USED = 'used'
KEPT = 'kept'          # used, with a reason to look at it
MERGED = 'merged'      # the same bytes as one that is used
LEFT_OUT = 'left out'

Collection = collections.namedtuple('Collection', 'roots entries')


class RootsError(Exception):
    """The build cannot go on; the text says what to do."""


class Entry(object):
    """One certificate of one file, or a part of a file that is none.

    path          the file
    name          how messages call it; tells several in one file apart
    certificate   Certificate, or None when unreadable
    status        USED, KEPT, MERGED or LEFT_OUT
    reasons       why it is not simply USED
    """

    def __init__(self, path, name, certificate, status, reasons):
        self.path = path
        self.name = name
        self.certificate = certificate
        self.status = status
        self.reasons = reasons

    @property
    def file(self):
        return os.path.basename(self.path)

    def line(self):
        """The message about it, or None when there is nothing to say."""
        if not self.reasons:
            return None
        return 'mbedtls: %s: %s, %s' % (self.name, '; '.join(self.reasons), self.status)


def collect(files, base=None, now=None):
    """Reads files; returns a Collection: the entries of the usable roots in a
    fixed order, and all entries in the order of the files' names.

    Files with other suffixes than SUFFIXES are passed over. base is the folder
    that names in messages start from (None: names as given). now is a datetime
    in UTC (None: SOURCE_DATE_EPOCH, else the clock).
    """
    now = build_time() if now is None else now
    entries = []
    for path in sorted(set(files), key=lambda path: (os.path.basename(path), path)):
        if has_suffix(path):
            entries.extend(_read(path, _name(path, base), now))
    _merge(entries)
    roots = [entry for entry in entries if entry.status in (USED, KEPT)]
    roots.sort(key=lambda entry: (entry.certificate.subject, entry.certificate.sha256))
    return Collection(roots, entries)


def has_suffix(path):
    return path.lower().endswith(SUFFIXES)


def certificate_files(folder):
    """The files of a folder that may hold certificates, in a fixed order."""
    if not os.path.isdir(folder):
        return []
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))
             if has_suffix(name) and not name.startswith('.')]
    return [path for path in paths if os.path.isfile(path)]


def build_time():
    """Now in UTC, or the moment that SOURCE_DATE_EPOCH names."""
    seconds = os.environ.get('SOURCE_DATE_EPOCH') or time.time()
    try:
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        raise RootsError('mbedtls: SOURCE_DATE_EPOCH is no number of seconds: %s' % seconds)


def _name(path, base):
    name = path
    if base is not None:
        try:
            name = os.path.relpath(path, base)
        except ValueError:  # another drive of Windows
            name = os.pardir
        if name.split(os.sep)[0] == os.pardir:
            name = os.path.basename(path)
    if not isinstance(name, bytes):  # Python 3: bytes that are no UTF-8 cannot be printed
        name = name.encode('utf-8', 'replace').decode('utf-8')
    return name.replace(os.sep, '/')


def _read(path, name, now):
    try:
        with io.open(path, 'rb') as stream:
            parts = pem.split(stream.read())
    except EnvironmentError as error:
        parts = [Unreadable(error.strerror or 'cannot be opened')]
    for number, part in enumerate(parts, 1):
        part_name = name if len(parts) == 1 else '%s (certificate %d)' % (name, number)
        yield _examine(path, part_name, part, now)


def _examine(path, name, part, now):
    try:
        if isinstance(part, Unreadable):
            raise part
        certificate = Certificate(part)
    except Unreadable as error:
        return Entry(path, name, None, LEFT_OUT, ['unreadable: %s' % error])
    faults = _faults(certificate, now)
    if faults:
        return Entry(path, name, certificate, LEFT_OUT, faults)
    doubts = _doubts(certificate, now)
    return Entry(path, name, certificate, KEPT if doubts else USED, doubts)


def _faults(certificate, now):
    """Why a certificate cannot serve as a root."""
    faults = []
    if now > certificate.not_after:
        faults.append('expired on %s' % certificate.not_after.date())
    if not certificate.is_ca and not _is_old_root(certificate):
        faults.append('no CA certificate (basicConstraints CA:TRUE is missing)')
    if not certificate.may_sign:
        faults.append('its key usage does not allow signing certificates')
    if certificate.subject == b'\x30\x00':
        faults.append('has no subject name')
    if certificate.key is None:
        faults.append('its public key is of a kind that the engine does not know')
    if certificate.signature is None:
        faults.append('signed with an algorithm (%s) that the engine does not know'
                      % certificate.signature_oid)
    if certificate.unknown_critical:
        faults.append('its critical extension %s is one that the engine does not know'
                      % ', '.join(certificate.unknown_critical))
    return faults


def _doubts(certificate, now):
    """What its user should know of a root that serves."""
    doubts = []
    if now < certificate.not_before:
        doubts.append('not valid before %s' % certificate.not_before.date())
    if not certificate.is_ca:
        doubts.append('version %d, which cannot tell a CA' % certificate.version)
    if certificate.key_kind == 'RSA' and certificate.key_bits < RSA_BITS_MIN:
        doubts.append('%s is a weak key; the engine refuses what it signed' % certificate.key)
    return doubts


def _is_old_root(certificate):
    """Before version 3 there was no CA flag; a self-issued one counts as a root."""
    return certificate.version < 3 and certificate.is_self_issued


def _merge(entries):
    first = {}
    for entry in entries:
        if entry.status not in (USED, KEPT):
            continue
        known = first.setdefault(entry.certificate.der, entry)
        if known is not entry:
            entry.status = MERGED
            entry.reasons = ['the same certificate as %s' % known.name]
