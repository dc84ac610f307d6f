# SPDX-License-Identifier: Apache-2.0
"""Test vectors of others, from Debian's packages.

    for group, test in wycheproof('ecdsa_secp256r1_sha256_p1363'):
        ... bytes.fromhex(test['sig']), test['result']
    pkits()         # {name of a certificate of NIST's PKITS: DER}

They stay in build/vectors, so that only the first call fetches a package (26 and 28 MB). It ends
with unittest.SkipTest where Debian cannot be reached.
"""
import fnmatch
import json
import os
import subprocess
import tempfile
import unittest

from tools.debian_sources import Scratch, SourceError, debian_mirror, fetch, unpack
from tools.mbedtls_host.device import REPOSITORY
from tools.mbedtls_host.shared import lock

FOLDER = os.path.join(REPOSITORY, 'build', 'vectors')
SECONDS = 120                           # for a package

# Of the source package wycheproof.
SUITE = 'forky'
KEPT = ('LICENSE', 'testvectors_v1/ecdsa_secp256r1_sha*_p1363_test.json',
        'testvectors_v1/ecdh_secp256r1_ecpoint_test.json', 'testvectors_v1/aes_gcm_test.json',
        'testvectors_v1/rsa_signature_*_test.json')

# In the package python3-cryptography-vectors, which is not installed: that takes longer than all of its tests.
CERTIFICATES = 'usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data/certs'


def bring_wycheproof(scratch, part):
    mirror = debian_mirror()
    if not mirror:
        raise SourceError('no Debian mirror')
    tarball = fetch('wycheproof', SUITE, mirror, scratch.make(tempfile.gettempdir()), fetch_seconds=SECONDS)
    unpack(tarball, 'wycheproof of Debian ' + SUITE, part,
           lambda name: any(fnmatch.fnmatch(name, pattern) for pattern in KEPT))


def bring_pkits(scratch, part):
    folder = scratch.make(tempfile.gettempdir())
    os.chmod(folder, 0o777)             # apt lets another user do the downloads
    try:
        subprocess.run(['apt-get', '-qq', 'download', 'python3-cryptography-vectors'], cwd=folder, timeout=SECONDS,
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        package, = os.listdir(folder)
        os.makedirs(part)
        files = subprocess.Popen(['dpkg-deb', '--fsys-tarfile', package], cwd=folder, stdout=subprocess.PIPE)
        with files:
            subprocess.run(['tar', '-x', '-C', part, './' + CERTIFICATES], stdin=files.stdout, check=True)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SourceError(str(error))


def bring(name, way):
    """The folder of such vectors; they are put there complete or not at all."""
    folder = os.path.join(FOLDER, name)
    os.makedirs(FOLDER, exist_ok=True)
    with lock(folder + '.lock'):
        scratch = Scratch()
        try:
            if not os.path.isdir(folder):
                part = os.path.join(scratch.make(FOLDER), 'part')
                way(scratch, part)
                os.rename(part, folder)
        except SourceError as error:
            raise unittest.SkipTest('no vectors of %s: %s' % (name, error))
        finally:
            scratch.remove()
    return folder


def wycheproof(name):
    """[(group, test)] of testvectors_v1/NAME_test.json"""
    path = os.path.join(bring('wycheproof', bring_wycheproof), 'testvectors_v1', name + '_test.json')
    with open(path, encoding='utf-8') as source:
        return [(group, test) for group in json.load(source)['testGroups'] for test in group['tests']]


def pkits():
    """{name: DER}"""
    folder, found = os.path.join(bring('pkits', bring_pkits), CERTIFICATES), {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), 'rb') as source:
            found[name[:-4]] = source.read()
    return found
