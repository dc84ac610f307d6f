"""Reads certificate files and decides which certificates become roots.

An expired root is left out, so that a build does not break from one day to the
next; anything else that cannot be a root is refused.
"""
from __future__ import absolute_import

import collections
import datetime
import io
import os
import time

from . import distrusted, pem
from .certificate import Certificate
from .der import Unreadable

SUFFIXES = ('.pem', '.cer', '.crt', '.der')
EXPIRES_SOON = datetime.timedelta(days=180)

# The status of a certificate.
USED = 'used'
KEPT = 'kept'          # used, with a message
MERGED = 'merged'      # the same bytes as another one that is used
LEFT_OUT = 'left out'  # expired, otherwise usable
REFUSED = 'refused'

Collection = collections.namedtuple('Collection', 'roots entries')


class RootsError(Exception):
    """The build cannot go on; the text says what to do."""


class Entry(object):
    """One certificate of one file, or a part of a file that is not a certificate.

    path          the file
    name          its name in messages, with a number if the file has several
    certificate   Certificate, or None when unreadable
    status        USED, KEPT, MERGED, LEFT_OUT or REFUSED
    reasons       why its status is not USED
    """

    def __init__(self, path, name, certificate, status, reasons):
        self.path = path
        self.name = name
        self.certificate = certificate
        self.status = status
        self.reasons = reasons

    @property
    def is_usable(self):
        return self.status in (USED, KEPT)

    @property
    def file(self):
        return os.path.basename(self.path)

    def line(self):
        """The message about this entry, or None."""
        if not self.reasons:
            return None
        return 'mbedtls: %s: %s, %s' % (self.name, '; '.join(self.reasons), self.status)


def collect(files, base=None, now=None):
    """Reads files; returns a Collection: the entries of the usable roots in a
    fixed order, and all entries in the order of the files' names.

    Files with other suffixes than SUFFIXES are ignored. Names in messages are
    relative to the folder base (None: names as given). now is a datetime
    in UTC (None: SOURCE_DATE_EPOCH, else the clock).
    """
    now = build_time() if now is None else now
    entries = []
    for path in sorted(set(files), key=lambda path: (os.path.basename(path), path)):
        if has_suffix(path):
            entries.extend(_read(path, _name(path, base), now))
    _merge(entries)
    roots = [entry for entry in entries if entry.is_usable]
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
    """The current time in UTC, or that of SOURCE_DATE_EPOCH."""
    seconds = os.environ.get('SOURCE_DATE_EPOCH') or time.time()
    try:
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        raise RootsError('mbedtls: SOURCE_DATE_EPOCH is not a number of seconds: %s' % seconds)


def _name(path, base):
    name = path
    if base is not None:
        try:
            name = os.path.relpath(path, base)
        except ValueError:  # on another drive of Windows
            name = os.pardir
        if name.split(os.sep)[0] == os.pardir:
            name = os.path.basename(path)
    if not isinstance(name, bytes):  # Python 3 cannot print bytes that are not UTF-8
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
        return Entry(path, name, None, REFUSED, ['unreadable: %s' % error])
    faults, expired = _faults(certificate), _expired(certificate, now)
    if faults or expired:
        return Entry(path, name, certificate, REFUSED if faults else LEFT_OUT, expired + faults)
    doubts = _doubts(certificate, now)
    return Entry(path, name, certificate, KEPT if doubts else USED, doubts)


def _expired(certificate, now):
    return ['expired on %s' % certificate.not_after.date()] if now > certificate.not_after else []


def _faults(certificate):
    """Why a certificate can never be a root."""
    faults = []
    reason = distrusted.reason(certificate.spki_sha256)
    if reason:
        faults.append('its key must not be trusted: %s' % reason)
    if not certificate.is_ca and not _is_old_root(certificate):
        faults.append('not a CA certificate (basicConstraints CA:TRUE is missing)%s' % _pin(certificate))
    if not certificate.may_sign:
        faults.append('its key usage does not allow signing certificates')
    if not certificate.may_serve:
        faults.append('its extended key usage does not allow web servers')
    if certificate.subject == b'\x30\x00':
        faults.append('has no subject name')
    if certificate.key_fault:
        faults.append(certificate.key_fault)
    if certificate.unsupported:
        faults.append('the device does not support its critical extension %s' % ', '.join(certificate.unsupported))
    return faults


def _pin(certificate):
    """The hint for a server's own certificate: pin its key."""
    if certificate.is_self_issued and not certificate.key_fault:
        return '; its key can be pinned instead: %s' % certificate.pin
    return ''


def _doubts(certificate, now):
    """Warnings about a usable root."""
    doubts = []
    if now < certificate.not_before:
        doubts.append('not valid before %s' % certificate.not_before.date())
    if now > certificate.not_after - EXPIRES_SOON:
        doubts.append('expires on %s' % certificate.not_after.date())
    if not certificate.is_ca:
        doubts.append('version %d, which has no mark for a CA' % certificate.version)
    return doubts


def _is_old_root(certificate):
    """True for a self-issued certificate before version 3, which has no CA flag: it counts as a root."""
    return certificate.version < 3 and certificate.is_self_issued


def _merge(entries):
    first = {}
    for entry in entries:
        if not entry.is_usable:
            continue
        known = first.setdefault(entry.certificate.der, entry)
        if known is not entry:
            entry.status = MERGED
            entry.reasons = ['the same certificate as %s' % known.name]
