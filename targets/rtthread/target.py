# SPDX-License-Identifier: Apache-2.0
"""What the SConstruct of every target does before it builds."""

import os
import sys

from SCons.Script import ARGUMENTS, Dir, Exit, GetLaunchDir

from mbedtls_settings import kconfig

PATH_ARGUMENTS = ('config', 'build', 'package')
ENGINES = ('mbedtls/', 'mbedtls-2.28/')
# How the paths of sources begin that are slow without optimisation.
ARITHMETIC = ('ports/src/alt/',) + tuple(
    engine + part for engine in ENGINES for part in ['3rdparty/'] + ['library/' + name for name in (
        'aes aria arc4 bignum blowfish camellia ccm chacha cipher constant_time des dhm ec gcm md poly ripemd rsa sha '
        'xtea').split()])
CCACHE = '/usr/lib/ccache'              # Debian's folder with the compilers' names, ccache behind them


def path_argument(name, default):
    """An argument that is a path, relative to where scons was started."""
    if name not in ARGUMENTS:
        return default
    return os.path.join(GetLaunchDir(), os.path.expanduser(ARGUMENTS[name]))


def run_at(root, sconstruct):
    """Starts scons again in root if it runs elsewhere.

    Scons files what it knows of a node under the node's path relative to the
    folder it runs in. A build from another folder would know nothing of the
    last one and build all again.
    """
    if Dir('#').abspath == root:
        return
    os.makedirs(root, exist_ok=True)
    arguments = []
    given = iter(sys.argv[1:])
    for argument in given:
        name, equals, value = argument.partition('=')
        if argument in ('-f', '--file', '-C', '--directory'):
            next(given, None)
        elif argument[:2] in ('-f', '-C') or \
                name in ('--file', '--sconstruct', '--makefile', '--directory'):
            pass
        elif equals and name in PATH_ARGUMENTS:
            arguments.append(name + '=' + path_argument(name, value))
        else:
            arguments.append(argument)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, sys.argv[0], '-C', root,
                              '-f', sconstruct] + arguments)


def environment(root):
    """What commands see of the environment: compilers through ccache where it is installed.

    Their names stay, and so do the command lines: in compile_commands.json, and
    in what scons remembers of the last build.
    """
    found = dict(os.environ)
    if os.path.isdir(CCACHE):
        found['PATH'] = CCACHE + os.pathsep + found.get('PATH', '')
        found.setdefault('CCACHE_DIR', os.path.join(root, 'build', 'ccache'))
        found.update(CCACHE_BASEDIR=root, CCACHE_NOHASHDIR='1')
    return found


def configure(kconfig_path, default_config, build, package, rtt_root):
    """Writes .config and rtconfig.h; a setting that cannot be made ends scons."""
    profile = (os.path.join(package, 'defconfig'), ARGUMENTS['profile']) if 'profile' in ARGUMENTS else None
    try:
        kconfig.generate(kconfig_path,
                         path_argument('config', default_config),
                         ARGUMENTS.get('set', ''), build,
                         {'RTT_ROOT': rtt_root, 'PACKAGE_ROOT': package}, profile)
    except kconfig.ConfigError as error:
        print('error: %s' % error, file=sys.stderr)
        Exit(2)


STRICT_WARNINGS = '-Wall -Wextra -Werror'        # not for the engine, which is not ours to mend


def by_path(package, beginnings, inside, outside):
    """A construction variable that has one value for sources whose path in the package begins so, and another elsewhere."""
    paths = tuple(os.path.join(package, beginning) for beginning in beginnings)

    def value(target, source, env, for_signature):
        path = source[0].rfile().abspath if source else ''
        return inside if path.startswith(paths) else outside

    return value
