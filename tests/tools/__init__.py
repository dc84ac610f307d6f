# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/.

In a test run, tests/ comes before the repository in the search path, so `tools` is this package. The name of the
group is that of the folder it tests, so the other folder is added here: tools.test_build and tools.mbedtls_host both
load.
"""
import os

__path__.append(os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), 'tools'))
