# SPDX-License-Identifier: Apache-2.0
"""The package has not grown: two profiles, built and measured, against docs/footprint.json.

    make test ONLY=target/test_footprint.py
"""
import unittest

from bench.measure import measure
from bench.report import recorded, rows


class Guard(unittest.TestCase):
    def check(self, name):
        (one,) = [one for one in rows.rows() if one.name == name]
        record = recorded.load()
        was = record.get(name, {}).get('options', {}).get('compiler', measure.compiler())
        if was != measure.compiler():
            self.skipTest('docs/footprint.json was made with %s, here is %s' % (was, measure.compiler()))
        # The default settings are those of the image that test_mps2.py runs.
        folder = 'test' if one.client.profile == 'default' else 'test-' + one.client.profile
        row, _ = measure.measure(folder, chain=one.chain, length=one.length, opt=one.opt, lto=one.lto,
                                 profile=one.client.profile)
        self.assertTrue(row['verified'], row.get('error'))
        problem, hint = recorded.guard(dict(row, name=name), record)
        if hint:
            print('\n' + hint, flush=True)
        self.assertIsNone(problem)

    def test_default_has_not_grown(self):
        self.check('default-Os-ec2')

    def test_minimal_ecdsa_has_not_grown(self):
        self.check('minimal-ecdsa-Os-ec2')

    def test_all_that_is_guarded_is_checked(self):
        self.assertEqual(set(rows.GUARDED), {'default-Os-ec2', 'minimal-ecdsa-Os-ec2'})


if __name__ == '__main__':
    unittest.main()
