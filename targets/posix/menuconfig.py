# SPDX-License-Identifier: Apache-2.0
"""make menuconfig: the options of the Linux build, kept in build/config.

It runs as a module, python3 -m targets.posix.menuconfig: started by its path it would
import itself instead of kconfiglib's menuconfig, and so starts anew.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))

if not __package__:
    os.chdir(REPOSITORY)
    os.execv(sys.executable, [sys.executable, '-m', 'targets.posix.menuconfig'])

from tools.mbedtls_settings import kconfiglib   # noqa: E402
import menuconfig                               # noqa: E402

CONFIG = os.path.join(REPOSITORY, 'build', 'config')


read_key = menuconfig._getch_compat


def read_key_or_end(window):
    """kconfiglib's menu would ask a terminal that is gone for a key forever."""
    key = read_key(window)
    if key == -1 and not os.isatty(0):
        sys.exit('make menuconfig: the terminal is gone; what was not saved is lost')
    return key


def main():
    menuconfig._getch_compat = read_key_or_end
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
