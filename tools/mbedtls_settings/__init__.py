# SPDX-License-Identifier: Apache-2.0
"""The package's settings: Kconfig, profiles, and the macros of the manual."""
import sys

try:
    import kconfiglib                   # noqa: F401
except ImportError:
    sys.exit('mbedtls: %s lacks kconfiglib: on Debian install python3-kconfiglib and use /usr/bin/python3, elsewhere '
             '"%s -m pip install kconfiglib"' % (sys.executable, sys.executable))
