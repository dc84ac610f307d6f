# SPDX-License-Identifier: Apache-2.0
"""NIST's Public Key Interoperability Test Suite (PKITS 1.0.1) through sessions of both engines; see tests/data/pkits."""
import json
import os
import re
import sys
import unittest

from lib import paths
from lib.vectors import pkits
from tools.mbedtls_host.device import REPOSITORY

EXCEPTIONS = os.path.join(REPOSITORY, 'tests', 'data', 'pkits', 'exceptions.json')
ROOT = 'TrustAnchorRootCertificate'
AT = 1420070400                         # 2015: those of PKITS that are valid at all are valid then
NAME_MISMATCH = 0x04                    # MBEDTLS_X509_BADCERT_CN_MISMATCH

# The sections about revocation lists (4.4, 4.14, 4.15), and cases of others whose result a list decides.
LISTS = re.compile('CRL|crl|cRL|IDP|DistributionPoint|distributionPoint|onlySome|onlyContains|Revoked|'
                   'SeparateCertificate|^Invalid(BasicSelfIssued|LongSerial|NegativeSerial)')

# The names of some cases of section 4.8 do not say so. With the initial values of PKITS (any policy) they are invalid.
INVALID = re.compile('^Invalid|^DifferentPoliciesTest(4|5|7|8|9|12)EE')


def key_identifier(der, extension):
    """Of the subject or of the issuer; all of PKITS have 20 bytes."""
    found = re.search(bytes.fromhex(extension) + b'.{1,8}(?:\x04|\x80)\x14(.{20})', der, re.DOTALL)
    return found and found.group(1)


def chains(certificates):
    """{name of a case: its certificates, without the root}"""
    issuers = {key_identifier(der, '0603551d0e'): name for name, der in certificates.items() if not name.endswith('EE')}
    found = {}
    for name in certificates:
        if name.endswith('EE') and not LISTS.search(name):
            chain = [name]
            while chain[-1] != ROOT:
                chain.append(issuers[key_identifier(certificates[chain[-1]], '0603551d23')])
            found[name[:-2]] = [certificates[each] for each in chain[:-1]]
    return found


def is_accepted(verdict):
    """PKITS names no host, so that of a good path the name is what is wrong, and nothing else."""
    return verdict.flags == NAME_MISMATCH


class Pkits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = pkits()
        cls.cases = chains(certificates)
        cls.every = [paths.Path(chain, [certificates[ROOT]], 'host.invalid', AT, name)
                     for name, chain in cls.cases.items()]
        with open(EXCEPTIONS) as source:
            cls.exceptions = json.load(source)
        cls.excepted = {name: reason for reason in cls.exceptions for name in reason['cases']}

    def test_every_case_gives_the_stated_result_or_is_excepted(self):
        for engine, settings in paths.ENGINES.items():
            with self.subTest(engine):
                self.check(engine, paths.judge(paths.device(*settings), self.every, forms=['store']))

    def check(self, engine, verdicts):
        counts = dict(passed=0, excepted=0, failed=0)
        for path, (verdict,) in zip(self.every, verdicts):
            wanted, is_excepted = not INVALID.search(path.name + 'EE'), path.name in self.excepted
            is_good = is_accepted(verdict) == (wanted != is_excepted)
            counts['failed' if not is_good else 'excepted' if is_excepted else 'passed'] += 1
            with self.subTest(path.name):
                self.assertTrue(is_good, '%s expected%s: %s' % (
                    'valid' if wanted else 'invalid', ', but excepted' if is_excepted else '', verdict))
        # make test repeats such a line.
        print('\ncount: PKITS, %s: %s' % (engine, ', '.join('%d %s' % (counts[key], key) for key in counts)),
              file=sys.stderr)

    def test_every_exception_has_a_reason(self):
        for reason in self.exceptions:
            self.assertEqual(set(reason), {'cases', 'whose', 'section', 'rfc', 'why'})
            self.assertIn(reason['whose'], ('engine', 'store', 'session'))
            self.assertLessEqual(set(reason['cases']), set(self.cases))
        self.assertEqual(len(self.excepted), sum(len(reason['cases']) for reason in self.exceptions))


if __name__ == '__main__':
    unittest.main()
