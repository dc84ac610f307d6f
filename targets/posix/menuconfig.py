# SPDX-License-Identifier: Apache-2.0
"""make menuconfig: the options of the Linux build, kept in build/config.

It runs as a module, python3 -m targets.posix.menuconfig: started by its path it would
import itself instead of kconfiglib's menuconfig.
"""
import os
import sys

from tools.mbedtls_settings import kconfiglib
import menuconfig

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
CONFIG = os.path.join(REPOSITORY, 'build', 'config')


def main():
    os.makedirs(os.path.dirname(CONFIG), exist_ok=True)
    os.environ['RTT_ROOT'] = os.path.join(REPOSITORY, 'targets', 'rtthread')
    os.environ['PACKAGE_ROOT'] = REPOSITORY
    os.environ['KCONFIG_CONFIG'] = CONFIG
    if not os.path.exists(CONFIG):
        with open(os.path.join(HERE, 'defconfig')) as defaults, open(CONFIG, 'w') as output:
            output.write(defaults.read())
    menuconfig.menuconfig(kconfiglib.Kconfig(os.path.join(HERE, 'Kconfig')))


if __name__ == '__main__':
    sys.exit(main())
