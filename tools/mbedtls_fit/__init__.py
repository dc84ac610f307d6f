# SPDX-License-Identifier: Apache-2.0
"""From a server's address to the smallest configuration that is proven to work with it: tools/fit, make fit.

    __main__        the commands fit, probe, check
       |
    search          choose, prove, prune; keeps the best so far
       |
    proof           builds images, runs them against the server and against impostors
    choose          facts -> settings: the table of rules, and Kconfig's answer to them
    report          the result as a page; result: as a profile and JSON
       |
    probe/          the facts of a server
    clone           a stranger's certificates with the same names
    target          what the user has asked for
"""
