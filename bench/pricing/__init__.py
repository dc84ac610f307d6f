# SPDX-License-Identifier: Apache-2.0
"""What each option of the menu costs: see prices.py.

    prices.py       the command
       |
    plan            which builds it takes           lines       the costs in Kconfig's help texts
       |            to price what                   tables      those in the documents
    priced          builds and runs them               |
       |                                            kept        the figures of docs/prices.json
    menu            an option and what it needs,
       |            out of Kconfig
    bases           what is switched, and against what
"""
