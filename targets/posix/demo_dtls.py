# SPDX-License-Identifier: Apache-2.0
"""make demo-dtls: the package's sample for datagrams, run on Linux.

It needs no network: OpenSSL's DTLS server starts on the loopback and sends back
what it gets. First it shows a certificate made on the spot, whose root is the
only one that the build trusts, then it has a key in common with the device.
"""
import os
import shutil
import sys

from tools.mbedtls_host.datagrams import OpenSSL
from tools.mbedtls_host.device import REPOSITORY, Device
from tools.mbedtls_host.pki import Authority

HOST = 'device.example'
FOLDER = os.path.join(REPOSITORY, 'build', 'demo')
SETTINGS = ['PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y']
IDENTITY, KEY = 'device-1', '000102030405060708090a0b0c0d0e0f'


def show(device, server, arguments=''):
    code, output = device.run('dtls_test %s 4433%s' % (HOST, arguments),
                              ['--fail-mark', 'DTLS test failed',
                               '--resolve', '%s:4433=127.0.0.1:%d' % (HOST, server.port)])
    print(output, end='')
    return code


def main():
    folder = os.path.join(FOLDER, 'certificates-dtls')
    shutil.rmtree(folder, ignore_errors=True)
    root = Authority('Demo Root', folder)
    device = Device.build('demo-dtls', [root.pem], SETTINGS, sanitize=False)
    with OpenSSL(root.server(HOST)) as server:
        code = show(device, server)
    with OpenSSL(psk=(IDENTITY, KEY), options=['-cipher', 'PSK-AES128-CCM8']) as server:
        return show(device, server, ' %s %s' % (IDENTITY, KEY)) or code


if __name__ == '__main__':
    sys.exit(main())
