# SPDX-License-Identifier: Apache-2.0
"""One option of the menu is priced: built and run without and with it.

    make test ONLY=target/test_prices.py
"""
import unittest

from bench.measure import measure
from bench.pricing import bases, plan, priced
from bench.report import recorded


class Price(unittest.TestCase):
    def test_an_option_costs_what_it_adds_to_its_base(self):
        # An option that few files depend on, on the smallest base, which test_footprint.py builds too.
        base = next(one for one in bases.BASES if one.name == 'minimal-ecdsa')
        (item,), _ = plan.Planner(base).items(['PKG_MBEDTLS_ALPN'])
        folder = priced.Folder('test-minimal-ecdsa')
        price = priced.price(item, folder)
        self.assertTrue(price['connects'])
        self.assertTrue(0 < price['rom'] < 1000, price)
        self.assertTrue(0 < price['heap_peak'] < 100, price)
        self.assertEqual((price['engine'], price['server'], price['static']), ('3.6', 'ec', 0))
        self.assertNotIn('same', price)

        record = recorded.load()['minimal-ecdsa-Os-ec2']
        if record['options']['compiler'] == measure.compiler():
            base_rom = folder.measure(item.without, 'ec')['rom']
            self.assertAlmostEqual(base_rom, record['rom'], delta=record['rom'] * recorded.GROWTH)


if __name__ == '__main__':
    unittest.main()
