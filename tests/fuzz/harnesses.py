# SPDX-License-Identifier: Apache-2.0
"""Builds the harnesses of this folder with libFuzzer, and runs them.

    program = build('fuzz')
    result = run(program, 'hello', findings, grown, runs=1000)
    assert not result.failed, result.output
"""
import collections
import glob
import os
import re
import resource
import subprocess

from tools.mbedtls_host.device import BUILD, REPOSITORY, link_package, scons

FOLDER = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(FOLDER, 'corpus')
FINDINGS = os.path.join(REPOSITORY, 'build', 'fuzz')

# All that the harnesses reach.
SETTINGS = ['PKG_MBEDTLS_RANDOM_BOARD=y', 'PKG_MBEDTLS_PINNING=y', 'PKG_MBEDTLS_TRUST_FILE=y', 'PKG_MBEDTLS_TLS1_3=y',
            'PKG_MBEDTLS_SERVER=y', 'PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_DTLS_CID=y',
            'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_ALPN=y', 'PKG_MBEDTLS_SESSION_TICKETS=y']

# Builds of make fuzz, {name: settings besides}.
BUILDS = {
    'current': [],
    'fixed': ['PKG_MBEDTLS_SSL_VARIABLE_BUFFER=n'],
    'legacy': ['PKG_MBEDTLS_ENGINE_2_28=y', 'PKG_MBEDTLS_TLS1_3=n', 'PKG_MBEDTLS_DTLS_CID=n'],
}

LONGEST_INPUT = 4096                    # bytes
SLOWEST_INPUT = 20                      # seconds after which one counts as endless
MEMORY = 1024                           # MB

Result = collections.namedtuple('Result', 'failed executions coverage seconds output')


def names():
    """Of the harnesses: hello for fuzz_hello.c."""
    files = (os.path.basename(path)[len('fuzz_'):-2] for path in glob.glob(os.path.join(FOLDER, 'fuzz_*.c')))
    return sorted(name for name in files if name != 'fault')


def build(name):
    """Build one of BUILDS; returns the program."""
    folder = os.path.join(BUILD, 'fuzz-' + name)
    package = os.path.join(folder, 'package')
    link_package(package, [])
    output = os.path.join(folder, 'build')
    settings = dict(each.split('=') for each in SETTINGS + BUILDS[name])
    code, said = scons('fuzz=1', 'opt=-O2', 'package=' + package, 'build=' + output,
                       'set=' + ','.join('%s=%s' % each for each in settings.items()),
                       os.path.join(output, 'fuzz', 'fuzz'))
    if code != 0:
        raise RuntimeError('build failed:\n' + said[-6000:])
    return os.path.join(output, 'fuzz', 'fuzz')


def run(program, name, findings, grown, **options):
    """
    Run a harness from its corpus on.

    findings: folder for the inputs that it fails with
    grown: folder for the inputs that reached new code; those in it are used, too
    options: libFuzzer's, as in runs=1000
    """
    os.makedirs(findings, exist_ok=True)
    os.makedirs(grown, exist_ok=True)
    options = {'max_len': LONGEST_INPUT, 'timeout': SLOWEST_INPUT, 'rss_limit_mb': MEMORY, 'detect_leaks': 1,
               'print_final_stats': 1, 'artifact_prefix': os.path.join(findings, name + '-'), **options}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([program, '--harness=' + name, *('-%s=%s' % item for item in options.items()),
                           grown, os.path.join(CORPUS, name)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = done.stdout.decode('utf-8', 'replace')
    executions = re.search(r'stat::number_of_executed_units: (\d+)', said)
    coverage = re.findall(r'\bcov: (\d+)', said)
    return Result(done.returncode != 0, int(executions.group(1)) if executions else 0,
                  int(coverage[-1]) if coverage else 0,
                  after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said)
