# SPDX-License-Identifier: Apache-2.0
"""The sample of x509-limbo's cases in tests/data/limbo, through sessions of both engines."""
import datetime
import json
import os
import ssl
import sys
import unittest

from lib import paths
from tools.mbedtls_host.device import REPOSITORY

DATA = os.path.join(REPOSITORY, 'tests', 'data', 'limbo')


def load(name):
    with open(os.path.join(DATA, name)) as source:
        return json.load(source)


def path_of(case):
    """The case as a server and a device would have it."""
    name, at = case['expected_peer_name'], case['validation_time']
    shown = [ssl.PEM_cert_to_DER_cert(text) for text in [case['peer_certificate']] + case['untrusted_intermediates']]
    return paths.Path(shown, [ssl.PEM_cert_to_DER_cert(text) for text in case['trusted_certs']],
                      name['value'] if name else 'none.invalid',
                      at and datetime.datetime.fromisoformat(at).timestamp(), case['id'])


class Limbo(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.cases = load('limbo-sample.json')['testcases']
        cls.exceptions = load('exceptions.json')

    def test_every_case_gives_the_expected_result_or_is_excepted(self):
        """Run a case with its roots in every form; all results have to agree."""
        every = [path_of(case) for case in self.cases]
        for engine, settings in paths.ENGINES.items():
            with self.subTest(engine):
                self.check(engine, paths.judge(paths.device(*settings), every))

    def check(self, engine, verdicts):
        counts = dict(passed=0, excepted=0, failed=0)
        for case, forms in zip(self.cases, verdicts):
            wanted = case['expected_result'] == 'SUCCESS'
            is_excepted = case['id'] in self.exceptions
            is_good = all(verdict.accepted == (wanted != is_excepted) for verdict in forms)
            counts['failed' if not is_good else 'excepted' if is_excepted else 'passed'] += 1
            with self.subTest(case['id']):
                self.assertTrue(is_good, '%s expected%s: %s' % (
                    case['expected_result'], ', but excepted' if is_excepted else '',
                    dict(zip(paths.FORMS, map(str, forms)))))
        # make test repeats such a line.
        print('\ncount: limbo sample, %s: %s' % (engine, ', '.join('%d %s' % (counts[key], key) for key in counts)),
              file=sys.stderr)

    def test_every_exception_has_a_reason(self):
        known = {case['id'] for case in self.cases}
        for case, exception in self.exceptions.items():
            with self.subTest(case):
                self.assertIn(case, known)
                self.assertEqual(set(exception), {'whose', 'rfc', 'why'})
                self.assertIn(exception['whose'], ('engine', 'store', 'session'))


if __name__ == '__main__':
    unittest.main()
