# SPDX-License-Identifier: Apache-2.0
"""make demo: the package's sample, run on Linux.

Without a host it needs no network: a TLS server starts on the loopback with
certificates made on the spot, the name www.rt-thread.org leads to it, and the
shell command tls_test connects. The build trusts the root of those certificates
and nothing else; for a real host it trusts the common preset roots.
"""
import argparse
import os
import shutil
import sys

from tools.mbedtls_host.device import REPOSITORY, Device
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import OpenSSL

HOST = 'www.rt-thread.org'
FOLDER = os.path.join(REPOSITORY, 'build', 'demo')
PAGE = b'''\
RT-Thread is a real-time operating system for microcontrollers. This page came
over a TLS connection whose server was verified.
'''


def make_certificates(name, is_key_replaced):
    """A root that the device trusts, and a server's certificate below it."""
    folder = os.path.join(FOLDER, 'certificates')
    shutil.rmtree(folder, ignore_errors=True)
    root = Authority('Demo Root', folder)
    # The same name with another key: what an impostor would have to make.
    signer = Authority('Demo Root', folder) if is_key_replaced else root
    return root, signer.authority('Demo Issuing CA').server(name)


def show(device, host, port, path, options):
    code, output = device.run('tls_test %s %s %s' % (host, port, path),
                              ['--fail-mark', 'MbedTLS test failed'] + options)
    print(output, end='')
    return code


def demo_local(arguments):
    root, certificate = make_certificates(arguments.name or HOST, arguments.key == 'replaced')
    device = Device.build('demo', [root.pem], sanitize=False, profile=arguments.profile or None)
    with OpenSSL(certificate, {'download/rt-thread.txt': PAGE}) as server:
        options = ['--resolve', '%s:443=127.0.0.1:%d' % (HOST, server.port)]
        if arguments.clock:
            options += ['--clock', arguments.clock]
        return show(device, HOST, '443', '/download/rt-thread.txt', options)


def demo_host(arguments):
    settings = ['PKG_USING_MBEDTLS_USER_CERTS=n', 'PKG_MBEDTLS_ROOT_COMMON=y']
    device = Device.build('demo-host', [], settings, sanitize=False, profile=arguments.profile or None)
    options = ['--clock', arguments.clock] if arguments.clock else []
    return show(device, arguments.host, arguments.port or '443', arguments.file or '/', options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--host', help='a real server instead of the local one')
    parser.add_argument('--port', help='its port (443)')
    parser.add_argument('--file', help='what to ask it for (/)')
    parser.add_argument('--clock', help='start the device with this clock: 1970, or seconds since then')
    parser.add_argument('--name', help='the local server has a certificate for this name')
    parser.add_argument('--key', help='"replaced": the local server is an impostor')
    parser.add_argument('--profile', help='build with this profile of defconfig/')
    arguments = parser.parse_args()
    return demo_host(arguments) if arguments.host else demo_local(arguments)


if __name__ == '__main__':
    sys.exit(main())
