# SPDX-License-Identifier: Apache-2.0
"""Builds the package as a Linux program and runs sessions in it.

    device = Device.build('interop', roots=[pki.root])      # built once a run
    result = device.case(host='127.0.0.1', port=server.port, get='/')
    assert result['ret'] == 0 ...
"""
import json
import os
import shutil
import subprocess

from .shared import lock

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(REPOSITORY, 'build', 'test')

DEFAULTS = ['PKG_USING_MBEDTLS_USER_CERTS=y', 'PKG_MBEDTLS_RANDOM_BOARD=y']

# Reasons of a report, in the order of enum tls_reason.
REASONS = ('none other certificate clock no-memory timeout name-not-found refused reset closed alert too-long '
           'not-tls no-random no-roots no-host state pins silent key-silent datagram-read datagram-write '
           'unsupported psk version short-prime alpn resume unreadable key-slots flight identity').split()


class Device:
    """A built image; its sessions trust the roots that it was built with."""

    def __init__(self, program):
        self.program = program

    @classmethod
    def build(cls, name, roots, settings=(), sanitize=True, cc='gcc', profile=None, built=None,
              config=None, own=None, program='rtthread'):
        """
        Build the package with these roots compiled in, through its own certs/
        step: the package is seen through a folder of links, so that the source
        tree stays as it is.

        settings: 'SYMBOL=VALUE' on top of the configuration and the profile
        sanitize: True, False, or names as targets/posix/SConstruct takes them
        config: a .config instead of targets/posix/defconfig
        own: 'client' or 'server' -> its certificate (pki.Certificate), for certs/client/ and certs/server/
        program: fuzz/fuzz is the harnesses of tests/fuzz
        built: the compiler's date, seconds since 1970: a clock before that day counts as unset
        """
        folder = os.path.join(BUILD, name)
        package = os.path.join(folder, 'package')
        os.makedirs(folder, exist_ok=True)
        link_package(package, roots, own)
        chosen = dict(setting.split('=', 1) for setting in DEFAULTS + list(settings))
        arguments = ['package=' + package, 'build=' + os.path.join(folder, 'build'), 'tests=1',
                     'sanitize=' + {False: '0', True: '1'}.get(sanitize, sanitize), 'cc=' + cc,
                     'set=' + ','.join('%s=%s' % item for item in chosen.items())]
        if profile:
            arguments.append('profile=' + profile)
        if config:
            arguments.append('config=' + config)
        # The program only: unit tests are built where they are run.
        arguments.append(os.path.join(folder, 'build', program))
        environment = dict(os.environ) if built is None else dict(os.environ, SOURCE_DATE_EPOCH=str(built))
        code, said = scons(*arguments, env=environment)
        if code != 0:
            raise RuntimeError('build of %s failed:\n%s' % (name, said[-6000:]))
        return cls(os.path.join(folder, 'build', program))

    def run(self, commands, options=('--heap-report',), timeout=300):
        """Run shell commands; returns (exit code, output). With --heap-report leaks make the exit code 3."""
        done = subprocess.run([self.program, '--timeout', str(timeout), *options, '-c', commands],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout + 30,
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout.decode('utf-8', 'replace')

    def cases(self, options=(), timeout=300, **keys):
        """Run tls_case; returns the results of its sessions and the output."""
        command = 'tls_case ' + ' '.join('%s=%s' % item for item in keys.items())
        code, output = self.run(command, ['--heap-report', *options], timeout)
        results = [json.loads(line[7:]) for line in output.splitlines() if line.startswith('RESULT ')]
        if code != 0 or not results:
            raise AssertionError('exit code %d of: %s\n%s' % (code, command, output[-4000:]))
        for result in results:
            result['reason'] = REASONS[result['reason']]
            for text in ('what', 'remedy'):     # bytes as characters, as those of head
                result[text] = result[text].encode('latin-1').decode('utf-8')
            result['output'] = output
        return results

    def case(self, options=(), timeout=300, **keys):
        """One session; also checks that it left nothing behind."""
        result = self.cases(options, timeout, **keys)[0]
        left = {key: result[key] for key in ('heap', 'blocks', 'fds') if result[key] != 0}
        if left:
            raise AssertionError('left behind: %s\n%s' % (left, result['output'][-4000:]))
        return result


def scons(*arguments, **options):
    """
    Build the Linux target; returns (exit code, output). One build at a time, on all cores: those that
    would compile the same file at the same time find it in the cache, one after the other.
    """
    os.makedirs(BUILD, exist_ok=True)
    with lock(os.path.join(BUILD, 'build.lock')):
        done = subprocess.run(['scons', '-s', '-f', os.path.join(REPOSITORY, 'targets/posix/SConstruct'), *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    return done.returncode, done.stdout


def link_package(folder, roots, own=None):
    """A folder that looks like the package, with certs/ of our own."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(REPOSITORY):
        link = os.path.join(folder, name)
        if name not in ('certs', 'build', '.git') and not os.path.lexists(link):
            os.symlink(os.path.join(REPOSITORY, name), link)
    certs = os.path.join(folder, 'certs')
    os.makedirs(certs, exist_ok=True)
    if not os.path.lexists(os.path.join(certs, 'default')):
        os.symlink(os.path.join(REPOSITORY, 'certs', 'default'), os.path.join(certs, 'default'))
    wanted = {'%02d-%s' % (i, os.path.basename(root)): root for i, root in enumerate(roots)}
    for name in os.listdir(certs):
        if name not in ('default', 'client', 'server') and name not in wanted:
            os.remove(os.path.join(certs, name))
    for role in ('client', 'server'):
        shutil.rmtree(os.path.join(certs, role), ignore_errors=True)
    for role, certificate in (own or {}).items():
        os.makedirs(os.path.join(certs, role))
        shutil.copyfile(certificate.chain, os.path.join(certs, role, 'chain.pem'))
        shutil.copyfile(certificate.key, os.path.join(certs, role, 'device.key'))
    for name, root in wanted.items():
        shutil.copyfile(root, os.path.join(certs, name))
