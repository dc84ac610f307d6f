# SPDX-License-Identifier: Apache-2.0
"""The vectors of Project Wycheproof, from Debian's source package of that name.

    for group, test in wycheproof('ecdsa_secp256r1_sha256_p1363'):
        ... bytes.fromhex(test['sig']), test['result']

They stay in build/wycheproof, so that only the first call fetches them (26 MB). It ends with
unittest.SkipTest where no Debian mirror can be reached.
"""
import fnmatch
import json
import os
import tempfile
import unittest

from tools.debian_sources import Scratch, SourceError, debian_mirror, fetch, unpack
from tools.mbedtls_host.device import REPOSITORY
from tools.mbedtls_host.shared import lock

SUITE = 'forky'
FOLDER = os.path.join(REPOSITORY, 'build', 'wycheproof')
KEPT = ('LICENSE', 'testvectors_v1/ecdsa_secp256r1_sha*_p1363_test.json', 'testvectors_v1/ecdh_secp256r1_ecpoint_test.json',
        'testvectors_v1/aes_gcm_test.json', 'testvectors_v1/rsa_signature_*_test.json')


def is_kept(name):
    return any(fnmatch.fnmatch(name, pattern) for pattern in KEPT)


def bring():
    """Puts the files into FOLDER, complete or not at all."""
    os.makedirs(os.path.dirname(FOLDER), exist_ok=True)
    with lock(FOLDER + '.lock'):
        if os.path.isdir(FOLDER):
            return
        mirror, scratch = debian_mirror(), Scratch()
        if not mirror:
            raise unittest.SkipTest('no Debian mirror for the vectors of Wycheproof')
        try:
            tarball = fetch('wycheproof', SUITE, mirror, scratch.make(tempfile.gettempdir()), fetch_seconds=120)
            part = os.path.join(scratch.make(os.path.dirname(FOLDER)), 'part')
            unpack(tarball, 'wycheproof of Debian ' + SUITE, part, is_kept)
            os.rename(part, FOLDER)
        except SourceError as error:
            raise unittest.SkipTest('no vectors of Wycheproof: %s' % error)
        finally:
            scratch.remove()


def wycheproof(name):
    """[(group, test)] of testvectors_v1/NAME_test.json"""
    bring()
    with open(os.path.join(FOLDER, 'testvectors_v1', name + '_test.json'), encoding='utf-8') as source:
        return [(group, test) for group in json.load(source)['testGroups'] for test in group['tests']]
