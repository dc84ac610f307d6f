"""Brings the preset files up to Debian's ca-certificates package.

A maintainer's work: it runs under Python 3 on Debian and is no part of a build.
"""
from __future__ import absolute_import

import io
import os
import subprocess

from . import pem
from .collection import LEFT_OUT, RootsError, certificate_files, collect
from .presets import load_presets, preset_dir
from .source import write_if_changed

PACKAGE = 'ca-certificates'
FOLDER = os.path.join('usr', 'share', 'ca-certificates', 'mozilla')
MARKS = ('<!-- begin: written by tools/roots update -->',
         '<!-- end: written by tools/roots update -->')


def fetch_package(folder):
    """Unpacks Debian's newest package into folder; returns the folder of its
    certificates and its version."""
    folder = os.path.abspath(folder)
    _run(['apt-get', '-qq', '-o', 'APT::Sandbox::User=root', 'download', PACKAGE], folder)
    archive = [name for name in os.listdir(folder) if name.endswith('.deb')][0]
    _run(['dpkg-deb', '-x', archive, '.'], folder)
    return os.path.join(folder, FOLDER), _run(['dpkg-deb', '-f', archive, 'Version'], folder)


def installed_package():
    """The same of the package that is installed on this machine."""
    version = _run(['dpkg-query', '-W', '-f', '${Version}', PACKAGE], None)
    return os.path.join(os.sep, FOLDER), version


def refresh(package_dir, source_dir, version, today):
    """Rewrites the preset files and the table in their README from source_dir.

    Refused as a whole when a root of the table is missing there or cannot
    serve: then the table wants a maintainer's decision. Returns what changed.
    """
    target = preset_dir(package_dir)
    presets = load_presets(package_dir)
    names = sorted(set(name for preset in presets for name in preset.files))
    sources = [os.path.join(source_dir, name[:-len('.pem')] + '.crt') for name in names]
    entries = collect(sources, base=source_dir).entries
    refused = [entry.line() for entry in entries if entry.status == LEFT_OUT]
    if refused or len(entries) != len(names):
        raise RootsError('\n'.join(refused + [
            'mbedtls: nothing changed; each file of presets.json must be one usable root '
            'of the package']))
    texts = dict((entry.file[:-len('.crt')] + '.pem', pem.encode(entry.certificate.der))
                 for entry in entries)
    changes = [name for name in names if write_if_changed(os.path.join(target, name), texts[name])]
    for path in certificate_files(target):
        if os.path.basename(path) not in texts:
            os.remove(path)
            changes.append('%s (removed)' % os.path.basename(path))
    return changes + _refresh_readme(target, presets, version, today, bool(changes))


def _refresh_readme(target, presets, version, today, changed):
    """Rewrites the part between the marks. The date stays when all else does."""
    path = os.path.join(target, 'README.md')
    with io.open(path, encoding='ascii') as stream:
        text = stream.read()
    head, rest = text.split(MARKS[0])
    old, tail = rest.split(MARKS[1])
    origin = 'Debian package `%s`, version `%s`' % (PACKAGE, version)
    if not changed and origin in old:
        taken = [line for line in old.splitlines() if line.startswith('| Taken on')][0]
    else:
        taken = '| Taken on | %s |' % today
    part = '\n'.join([MARKS[0], '', '| | |', '|---|---|', '| Source | %s |' % origin, taken,
                      '| Licence | MPL-2.0 (list of the Mozilla root programme) |', '']
                     + _preset_rows(target, presets) + [''] + _file_rows(target) + ['', MARKS[1]])
    return ['README.md'] if write_if_changed(path, head + part + tail) else []


def _preset_rows(target, presets):
    rows = ['| Symbol | Roots | DER bytes | Default | State |', '|---|---|---|---|---|']
    for preset in presets:
        roots = collect([os.path.join(target, name) for name in preset.files]).roots
        rows.append('| `%s` | %d | %d | %s | %s |' % (
            preset.symbol, len(roots), sum(len(root.certificate.der) for root in roots),
            'yes' if preset.default else '', preset.status))
    return rows


def _file_rows(target):
    rows = ['| File | Key | Signature | Until | Bytes | SHA-256 |', '|---|---|---|---|---|---|']
    for entry in collect(certificate_files(target)).entries:
        certificate = entry.certificate
        rows.append('| %s | %s | %s | %s | %d | `%s` |' % (
            entry.file, certificate.key, certificate.signature,
            certificate.not_after.date(), len(certificate.der), certificate.sha256))
    return rows


def _run(command, folder):
    try:
        output = subprocess.check_output(command, cwd=folder, stderr=subprocess.STDOUT)
    except subprocess.CalledProcessError as error:
        raise RootsError('mbedtls: %s failed: %s' % (
            command[0], error.output.decode('utf-8', 'replace').strip()))
    except EnvironmentError as error:
        raise RootsError('mbedtls: %s cannot be run: %s' % (command[0], error.strerror))
    return output.decode('utf-8').strip()
