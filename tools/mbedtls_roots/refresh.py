"""Updates the preset files from Debian's ca-certificates package.

A maintainer's work: it runs under Python 3 on Debian and is no part of a build.
"""
from __future__ import absolute_import

import datetime
import io
import os
import re
import subprocess
import unicodedata

from . import distrusted, pem
from .collection import LEFT_OUT, REFUSED, RootsError, certificate_files, collect
from .presets import ALL_SYMBOL, load_presets, preset_dir
from .source import write_if_changed

PACKAGE = 'ca-certificates'
FOLDER = os.path.join('usr', 'share', 'ca-certificates', 'mozilla')
MARKS = ('<!-- begin: written by tools/roots update -->',
         '<!-- end: written by tools/roots update -->')


def fetch_package(folder):
    """Downloads Debian's newest package into folder; returns the file."""
    folder = os.path.abspath(folder)
    _run(['apt-get', '-qq', '-o', 'APT::Sandbox::User=root', 'download', PACKAGE], folder)
    return [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith('.deb')][0]


def unpack(package, folder):
    """Unpacks a package file; returns the folder of its certificates and its version."""
    name = _run(['dpkg-deb', '-f', package, 'Package'], None)
    if name != PACKAGE:
        raise RootsError('mbedtls: %s is the package %s, not %s' % (package, name, PACKAGE))
    _run(['dpkg-deb', '-x', package, folder], None)
    return os.path.join(folder, FOLDER), _run(['dpkg-deb', '-f', package, 'Version'], None)


def installed_package():
    """The same for the package that is installed on this machine."""
    version = _run(['dpkg-query', '-W', '-f', '${Version}', PACKAGE], None)
    return os.path.join(os.sep, FOLDER), version


def refresh(package_dir, source_dir, version, now):
    """Rewrites the preset files and the tables in their README from source_dir.

    All usable roots are taken. Refused as a whole when a root of presets.json is
    not among them: then the table wants a maintainer's decision. Returns what
    changed, and what was left out with the reason.
    """
    target = preset_dir(package_dir)
    wanted = set(name for preset in load_presets(package_dir) for name in preset.files)
    roots, entries = collect(certificate_files(source_dir), base=source_dir, now=now)
    texts = dict((_file_name(root), pem.encode(root.certificate.der)) for root in roots)
    left = [entry.line() for entry in entries if entry.status in (LEFT_OUT, REFUSED)]
    missing = sorted(wanted - set(texts))
    if missing:
        raise RootsError('\n'.join(left + [
            'mbedtls: nothing changed: %s of presets.json is not a usable root of the package'
            % ', '.join(missing)]))
    changes = [name for name in sorted(texts)
               if write_if_changed(os.path.join(target, name), texts[name])]
    for path in certificate_files(target):
        if os.path.basename(path) not in texts:
            os.remove(path)
            changes.append('%s (removed)' % os.path.basename(path))
    return changes + _refresh_readme(package_dir, version, now, bool(changes)), left


def refuse_older(package_dir, version):
    """Stops before a package that is older than that of the presets: it would take new roots away."""
    with io.open(os.path.join(preset_dir(package_dir), 'README.md'), encoding='utf-8') as stream:
        present = re.search(r'package `%s`, version `([^`]+)`' % PACKAGE, stream.read()).group(1)
    if subprocess.call(['dpkg', '--compare-versions', version, 'lt', present]) == 0:
        raise RootsError('mbedtls: nothing changed: %s %s is older than %s, from which the presets are. Update the '
                         'package (apt-get update, then tools/roots update), or go back to it with --older'
                         % (PACKAGE, version, present))


def taken_on(package_dir):
    """The date of the presets, so that the sizes do not depend on today."""
    with io.open(os.path.join(preset_dir(package_dir), 'README.md'), encoding='utf-8') as stream:
        found = re.search(r'^\| Taken on \| (\d{4})-(\d\d)-(\d\d) \|$', stream.read(), re.MULTILINE)
    return datetime.datetime(*[int(number) for number in found.groups()])


def _file_name(entry):
    """The package's file name in ASCII, because not every system supports others."""
    name = os.path.splitext(entry.file)[0]
    name = unicodedata.normalize('NFKD', u'' + name).encode('ascii', 'ignore').decode('ascii')
    return re.sub('[^A-Za-z0-9._()-]', '_', name) + '.pem'


def _refresh_readme(package_dir, version, now, changed):
    """Rewrites the part between the marks. The date changes only with the rest."""
    path = os.path.join(preset_dir(package_dir), 'README.md')
    with io.open(path, encoding='ascii') as stream:
        text = stream.read()
    head, rest = text.split(MARKS[0])
    old, tail = rest.split(MARKS[1])
    origin = 'Debian package `%s`, version `%s`' % (PACKAGE, version)
    if not changed and origin in old:
        taken = [line for line in old.splitlines() if line.startswith('| Taken on')][0]
    else:
        taken = '| Taken on | %s |' % now.date()
    part = '\n'.join([MARKS[0], '', '| | |', '|---|---|', '| Source | %s |' % origin, taken,
                      '| Licence | MPL-2.0 (list of the Mozilla root programme) |', '']
                     + _choice_rows(package_dir, now) + ['']
                     + _file_rows(preset_dir(package_dir), now) + ['', MARKS[1]])
    return ['README.md'] if write_if_changed(path, head + part + tail) else []


def _choice_rows(package_dir, now):
    count = len(collect(certificate_files(preset_dir(package_dir)), now=now).roots)
    rows = ['| Symbol | Roots | State |', '|---|---|---|', '| `%s` | %d | current |' % (ALL_SYMBOL, count)]
    return rows + ['| `%s` | %d | %s |' % (preset.symbol, len(preset.files), preset.status)
                   for preset in load_presets(package_dir)]


def _file_rows(target, now):
    rows = ['| File | Key | Until | SHA-256 | Browsers |', '|---|---|---|---|---|']
    for entry in collect(certificate_files(target), now=now).entries:
        certificate = entry.certificate
        rows.append('| %s | %s | %s | `%s` | %s |' % (
            entry.file, certificate.key, certificate.not_after.date(), certificate.sha256,
            distrusted.note(certificate.spki_sha256) or ''))
    return rows


def _run(command, folder):
    try:
        output = subprocess.check_output(command, cwd=folder, stderr=subprocess.STDOUT)
    except subprocess.CalledProcessError as error:
        raise RootsError('mbedtls: %s failed: %s' % (
            command[0], error.output.decode('utf-8', 'replace').strip()))
    except EnvironmentError as error:
        raise RootsError('mbedtls: cannot run %s: %s' % (command[0], error.strerror))
    return output.decode('utf-8').strip()
