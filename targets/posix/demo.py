# SPDX-License-Identifier: Apache-2.0
"""make demo, make demo-dtls: the package's samples, run on Linux.

Without a host they need no network: servers start on the loopback with
certificates made on the spot, and the samples connect in each way that the build
has: tls_test over TCP, dtls_test over UDP with a certificate and with a key. The
settings say which engine, certificates and server that takes. They are those of
build/config if make menuconfig has written it, with a profile on top. For a real
host the build trusts what build/config says; without that file, the roots in
certs/ and the common set.
"""
import argparse
import os
import shutil
import subprocess
import sys
import textwrap

from tools import mbedtls_words
from tools.mbedtls_host import datagrams
from tools.mbedtls_host.device import REPOSITORY, Device
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import OpenSSL
from tools.mbedtls_roots.collection import certificate_files
from tools.mbedtls_settings import answers, kconfig, profiles

HERE = os.path.dirname(os.path.abspath(__file__))
KERNEL = os.path.join(os.path.dirname(HERE), 'rtthread')
FOLDER = os.path.join(REPOSITORY, 'build', 'demo')
CONFIG = os.path.join(REPOSITORY, 'build', 'config')
CERTS = os.path.join(REPOSITORY, 'certs')
PROFILES = os.path.join(REPOSITORY, 'defconfig')

HOST = 'www.rt-thread.org'
IDENTITY, KEY = 'device-1', '000102030405060708090a0b0c0d0e0f'
PAGE = b'''\
RT-Thread is a real-time operating system for microcontrollers. This page came
over a TLS connection whose server was verified.
'''
DTLS = ['PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y']
CURVES = (('SECP256R1', 'ec:P-256'), ('SECP384R1', 'ec:P-384'), ('SECP521R1', 'ec:P-521'))
# Device.build() has its own defaults of these: the demo keeps what the settings say.
SOURCES = ('PKG_USING_MBEDTLS_USER_CERTS', 'PKG_MBEDTLS_RANDOM_BOARD')
# A handshake message has to fit into the input buffer: below this size, bytes, a chain of one certificate.
SHORT_CHAIN = 2048
# Suites and versions that OpenSSL offers only if told to.
CIPHERS = ['-cipher', 'ALL:PSK:@SECLEVEL=0']


class DemoError(Exception):
    """There is nothing to show; the text says why."""


class Settings:
    """The settings of the build: build/config or the Linux defaults, a profile, and what the demo adds."""

    def __init__(self, name, profile, added):
        self.name, self.folder = name, os.path.join(FOLDER, name)
        self.config = CONFIG if os.path.exists(CONFIG) else os.path.join(HERE, 'defconfig')
        self.profile = profile
        self.added = added + ['PKG_USING_MBEDTLS=y', 'PKG_USING_MBEDTLS_EXAMPLE=y']
        # The SConstruct generates the same files in its own folder.
        kconfig.generate(os.path.join(HERE, 'Kconfig'), self.config, ','.join(self.added), self.folder,
                         {'RTT_ROOT': KERNEL, 'PACKAGE_ROOT': REPOSITORY},
                         (PROFILES, profile) if profile else None)
        self.values = answers.read(os.path.join(self.folder, '.config'))

    def has(self, *names):
        return any(self.values.get(name, 'n') == 'y' for name in names)

    def has_certificates(self):
        return self.has('PKG_MBEDTLS_CERTIFICATES')

    def key_kind(self):
        """The kind of key of certificates that the build can verify, as pki.make_key() takes it."""
        if self.has('PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA', 'PKG_MBEDTLS_TLS1_3'):
            for curve, kind in CURVES:
                if self.has('PKG_MBEDTLS_CURVE_' + curve):
                    return kind
        return 'rsa:2048'

    def engine(self):
        return '2.28' if self.has('PKG_MBEDTLS_ENGINE_2_28') else '3.6'

    def ways(self):
        """How the samples can connect: tls, dtls, and key for DTLS with a pre-shared key."""
        certificates, datagram = self.has_certificates(), self.has('PKG_MBEDTLS_DTLS')
        possible = (('tls', certificates), ('dtls', certificates and datagram),
                    ('key', datagram and self.has('PKG_MBEDTLS_KEY_EXCHANGE_PSK')))
        return [way for way, is_possible in possible if is_possible]

    def version_options(self):
        """A build for old servers gets an old server, the oldest that OpenSSL still has."""
        return ['-tls1'] if self.has('PKG_MBEDTLS_SSL3') else []

    def build(self, roots, engine=''):
        """Builds the program with these roots in certs/; engine: options of tools/engine."""
        if subprocess.run([os.path.join(REPOSITORY, 'tools', 'engine'), self.engine(),
                           *engine.split()]).returncode != 0:
            raise DemoError('the engine could not be downloaded')
        settings = self.added + ['%s=%s' % (name, self.values.get(name, 'n')) for name in SOURCES]
        return Device.build('demo-' + self.name, roots, settings, sanitize=False, profile=self.profile,
                            config=self.config)


def run(device, command, mark, options):
    """Shows a command of the shell; returns whether it succeeded."""
    code, output = device.run(command, ['--fail-mark', mark] + options)
    print(output, end='', flush=True)
    explain(output, os.path.join(os.path.dirname(device.program), '.config'))
    return code == 0


def explain(output, config):
    """The numbers of a build without words, in words."""
    reports = [report for report in map(mbedtls_words.parse, output.splitlines()) if report]
    words = mbedtls_words.Words(mbedtls_words.read_settings(config)) if reports else None
    for report in reports:
        print('tools/explain: %s\nwhat to change: %s' % (words.what(report), words.remedy(report)), flush=True)


def run_tls(device, host, port, path, options):
    return run(device, 'tls_test %s %s %s' % (host, port, path), 'MbedTLS test failed', options)


def run_dtls(device, server, options, key=''):
    return run(device, 'dtls_test %s 4433%s' % (HOST, key), 'DTLS test failed',
               ['--resolve', '%s:4433=127.0.0.1:%d' % (HOST, server.port)] + options)


def make_certificates(settings, name, is_key_replaced):
    """A root that the device trusts, and a server's certificate below it."""
    folder, key = os.path.join(settings.folder, 'certificates'), settings.key_kind()
    shutil.rmtree(folder, ignore_errors=True)
    root = Authority('Demo Root', folder, key)
    # The same name with another key: what an impostor would have to make.
    signer = Authority('Demo Root', folder, key) if is_key_replaced else root
    if int(settings.values.get('MBEDTLS_SSL_MAX_CONTENT_LEN', SHORT_CHAIN)) >= SHORT_CHAIN:
        signer = signer.authority('Demo Issuing CA', key)
    return root, signer.server(name, key=key)


def show_tls(settings, device, certificate, options):
    with OpenSSL(certificate, {'download/rt-thread.txt': PAGE}, CIPHERS + settings.version_options()) as server:
        return run_tls(device, HOST, '443', '/download/rt-thread.txt',
                       ['--resolve', '%s:443=127.0.0.1:%d' % (HOST, server.port)] + options)


def show_dtls(device, certificate, options):
    with datagrams.OpenSSL(certificate, CIPHERS) as server:
        return run_dtls(device, server, options)


def show_key(device, options):
    with datagrams.OpenSSL(psk=(IDENTITY, KEY), options=CIPHERS) as server:
        return run_dtls(device, server, options, ' %s %s' % (IDENTITY, KEY))


def demo_local(arguments):
    """Every way to connect that the build has; returns whether all succeeded."""
    name = arguments.profile or ('config' if os.path.exists(CONFIG) else 'default')
    added = DTLS if arguments.dtls else []
    settings = Settings(name + ('-dtls' if arguments.dtls else ''), arguments.profile, added)
    ways = [way for way in settings.ways() if way != 'tls' or not arguments.dtls]
    if not ways:
        raise DemoError('no sample can connect with these settings: tls_test needs certificates, dtls_test needs '
                        'PKG_MBEDTLS_DTLS with certificates or PKG_MBEDTLS_KEY_EXCHANGE_PSK')
    roots, certificate = [], None
    if settings.has_certificates():
        settings.values['PKG_USING_MBEDTLS_USER_CERTS'] = 'y'
        root, certificate = make_certificates(settings, arguments.name or HOST, arguments.key == 'replaced')
        roots = [root.pem]
    device, options = settings.build(roots, arguments.engine), clock_options(arguments)
    show = {'tls': lambda: show_tls(settings, device, certificate, options),
            'dtls': lambda: show_dtls(device, certificate, options),
            'key': lambda: show_key(device, options)}
    return all([show[way]() for way in ways])


def demo_host(arguments):
    roots = certificate_files(CERTS)
    added = []
    if not os.path.exists(CONFIG):
        added = ['PKG_MBEDTLS_ROOT_COMMON=y'] + (['PKG_USING_MBEDTLS_USER_CERTS=y', 'PKG_MBEDTLS_TRUST_BOTH=y'] if roots else [])
    settings = Settings('host', arguments.profile, added)
    if roots and not settings.has('PKG_USING_MBEDTLS_USER_CERTS'):
        print('make demo: build/config does not select "Using user CA": the roots in certs/ are not trusted')
    device = settings.build(roots, arguments.engine)
    return run_tls(device, arguments.host, arguments.port or '443', arguments.file or '/', clock_options(arguments))


def clock_options(arguments):
    return ['--clock', arguments.clock] if arguments.clock else []


def refusal(arguments):
    """Why the device should refuse the server, as far as the arguments tell; or None."""
    if arguments.key:
        return 'the server is an impostor: it has the name of a trusted root, but another key'
    if arguments.name and arguments.name != HOST:
        return "the server's certificate is for %s, not for %s" % (arguments.name, HOST)
    if arguments.clock:
        return 'its clock was set to %s' % arguments.clock
    return None


def conclude(arguments, is_connected):
    """The last line and the exit code."""
    why = refusal(arguments)
    if is_connected:
        # A clock that was set may be right, and a build may ignore it.
        if why and (arguments.key or arguments.name) and not arguments.host:
            print('make demo: the device connected, although ' + why)
            return 1
        return 0
    if why and not arguments.host:
        print('make demo: the device refused to connect, as it should: ' + why)
        return 0
    print('make demo: no connection; the lines above say why')
    return 1


def profile_list():
    return ''.join('\n  %-21s %s' % (name, textwrap.shorten(profiles.about(PROFILES, name), 96, placeholder=' ...'))
                   for name in profiles.available(PROFILES))


def check(arguments):
    if arguments.profile and arguments.profile not in profiles.available(PROFILES):
        raise DemoError('there is no profile %s. Profiles:%s' % (arguments.profile, profile_list()))
    if arguments.key not in ('', None, 'replaced'):
        raise DemoError('KEY=%s: the only value is KEY=replaced' % arguments.key)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--host', help='a real server instead of the local one')
    parser.add_argument('--port', help='its port (443)')
    parser.add_argument('--file', help='what to ask it for (/)')
    parser.add_argument('--clock', help='start the device with this clock: 1970, or seconds since then')
    parser.add_argument('--name', help='the local server has a certificate for this name')
    parser.add_argument('--key', help='"replaced": the local server is an impostor')
    parser.add_argument('--profile', help='build with this profile of defconfig/')
    parser.add_argument('--engine', default='', help='options of tools/engine, such as --keep')
    parser.add_argument('--dtls', action='store_true', help='over UDP only, with a certificate and with a key')
    arguments = parser.parse_args()
    try:
        check(arguments)
        return conclude(arguments, demo_host(arguments) if arguments.host else demo_local(arguments))
    except (DemoError, kconfig.ConfigError, RuntimeError) as error:
        print('make demo: %s' % error, file=sys.stderr)
        return 2


if __name__ == '__main__':
    sys.exit(main())
