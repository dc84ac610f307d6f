# SPDX-License-Identifier: Apache-2.0
"""make soak-dtls: handshakes over networks that lose datagrams, several hundred of them.

    PYTHONPATH=tests:. python3 -m soak_dtls [--runs 200] [--servers own,openssl] [--loss 0,20,40] [--threads 40]

Each run is a session of its own over a path of its own, which loses, doubles and
delays by its seed; every second one has a pre-shared key instead of a certificate.
The client repeats after 1 s and then every 3 s (options.retransmit_last = 3000),
and has 60 s in all. It has to connect always where up to 20 % get lost in either
direction, and in 95 of 100 runs at 40 %.
"""
import argparse
import concurrent.futures
import contextlib
import statistics
import sys
import tempfile
import time

from lib.device_server import DeviceServer
from lib.lossy import Lossy
from tools.mbedtls_host import datagrams
from tools.mbedtls_host.device import Device
from tools.mbedtls_host.pki import Authority

HOST, LIMIT = '127.0.0.1', 60
SETTINGS = ['PKG_MBEDTLS_SERVER=y', 'PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y']
IDENTITY, SECRET = 'device', 'secret_secret'
PSK = {'psk': SECRET.encode().hex(), 'identity': IDENTITY}
TIMERS = {'first': 1000, 'last': 3000, 'connect_timeout': LIMIT * 1000}

# Loss in per cent: the least share of runs that connect.
WANTED = {0: 1, 5: 1, 10: 1, 20: 1, 30: 0.98, 40: 0.95}


class Soak:
    def __init__(self, folder):
        root = Authority('Soak Root', folder)
        self.certificate = root.server('soak.example', ['IP:' + HOST])
        self.device = Device.build('soak', [root.pem], SETTINGS, sanitize=False)

    def own(self, has_key):
        return DeviceServer(self.device, lifetime=LIMIT * 3, transport='udp', cert=self.certificate.chain,
                            key=self.certificate.key, psk='%s:%s' % (IDENTITY, SECRET))

    def openssl(self, has_key):
        if has_key:
            return datagrams.OpenSSL(psk=(IDENTITY, PSK['psk']), options=['-cipher', 'PSK'])
        return datagrams.OpenSSL(self.certificate)

    def gnutls(self, has_key):
        if has_key:
            return datagrams.GnuTLS(psk=(IDENTITY, PSK['psk']), priority='NORMAL:-KX-ALL:+PSK')
        return datagrams.GnuTLS(self.certificate)

    def one(self, kind, loss, seed):
        """(connected, milliseconds, what went wrong)"""
        has_key = seed % 2 == 1
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(getattr(self, kind)(has_key))
            path = stack.enter_context(Lossy(server.port, seed=seed, loss=loss / 100, double=0.05, late=0.1))
            result = self.device.case(host=HOST, port=path.port, transport='datagram', timeout=LIMIT + 60,
                                      **TIMERS, **(PSK if has_key else {}))
        return result['stage'] != 'connect', result['ms'], 'seed %d: %s' % (seed, result['what'])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--runs', type=int, default=200)
    parser.add_argument('--servers', default='own,openssl')
    parser.add_argument('--loss', default='0,20,40')
    parser.add_argument('--threads', type=int, default=40)
    arguments = parser.parse_args()
    is_good = True
    with tempfile.TemporaryDirectory(prefix='tls-soak-') as folder:
        soak = Soak(folder)
        for kind in arguments.servers.split(','):
            for loss in map(int, arguments.loss.split(',')):
                start = time.monotonic()
                with concurrent.futures.ThreadPoolExecutor(arguments.threads) as pool:
                    runs = list(pool.map(lambda seed: soak.one(kind, loss, seed), range(arguments.runs)))
                times = sorted(ms for connected, ms, _ in runs if connected)
                is_enough = len(times) >= WANTED.get(loss, 0) * len(runs)
                is_good &= is_enough
                print('%-8s %2d %% lost: %d of %d connected, median %.1f s, slowest %.1f s, in %.0f s%s'
                      % (kind, loss, len(times), len(runs), statistics.median(times or [0]) / 1000,
                         (times or [0])[-1] / 1000, time.monotonic() - start, '' if is_enough else '  NOT ENOUGH'),
                      flush=True)
                for text in [text for connected, _, text in runs if not connected][:10]:
                    print('    ' + text, flush=True)
    return 0 if is_good else 1


if __name__ == '__main__':
    sys.exit(main())
