# SPDX-License-Identifier: Apache-2.0
"""make fit-test: tools/fit with each kind of server; prints ROM, heap and times, and fails if one has no proven result.

    make fit-test [ONLY="rsa old"] [LEVEL=exact]
    make fit-test ONLY=changes          the device of each level, after its server has changed
"""
import argparse
import contextlib
import io
import json
import os
import resource
import socket
import sys
import tempfile
import time
from unittest import mock

from bench.measure import measure
from lib import engine_server
from lib.datagrams import OpenSSL as DatagramServer
from lib.pki import Authority
from lib.servers import GnuTLS, Nginx, OpenSSL, Server
from tools.mbedtls_fit import __main__ as command
from tools.mbedtls_fit import choose, watch
from tools.mbedtls_fit.probe import probe
from tools.mbedtls_fit.proof import Images
from tools.mbedtls_fit.target import Target

NAME = 'www.example.test'
BODY = bytes(range(256)) * 160
PSK = ('device 1', '00112233445566778899aabbccddeeff')
MQTT = bytes.fromhex('100f00044d5154540402003c0003666974')


class Mosquitto(Server):
    """A broker that wants a client's certificate."""

    def __init__(self, certificate, root):
        super().__init__()
        self.path = os.path.join(self.folder, 'conf')
        with open(self.path, 'w') as output:
            output.write('user root\nlistener %d 127.0.0.1\nallow_anonymous true\ncertfile %s\nkeyfile %s\ncafile %s\n'
                         'require_certificate true\n' % (self.port, certificate.chain, certificate.key, root))

    def command(self):
        return ['/usr/sbin/mosquitto', '-c', self.path]


class Kinds:
    """A method for each kind: yields (server, options of the command)."""

    def __init__(self, folder):
        self.folder = folder
        self.root = Authority('Fit Root', folder)
        self.issuing = self.root.authority('Fit Issuing')
        self.certificate = self.issuing.server(NAME)
        self.rsa_root = Authority('Fit RSA Root', folder, key='rsa:2048')
        self.rsa = self.rsa_root.server(NAME, key='rsa:2048')

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as output:
            output.write(data)
        return path

    def nginx(self, certificate, root, settings=''):
        return Nginx(certificate, {'index.html': BODY}, settings=settings), ['--root', root.pem]

    def ec(self):
        return self.nginx(self.certificate, self.root)

    def tickets(self):
        server, options = self.ec()
        return server, options + ['--tickets']

    def rsa_(self):
        return self.nginx(self.rsa, self.rsa_root)

    def both(self):
        second = 'ssl_certificate %s; ssl_certificate_key %s;' % (self.rsa.chain, self.rsa.key)
        return self.nginx(self.certificate, self.root, second)

    def p384(self):
        root = Authority('Fit P-384 Root', self.folder, key='ec:P-384', digest='sha384')
        issuing = root.authority('Fit P-384 Issuing', key='ec:P-384', digest='sha384')
        return self.nginx(issuing.server(NAME, key='ec:P-384', digest='sha384'), root)

    def rsa4096(self):
        root = Authority('Fit RSA 4096 Root', self.folder, key='rsa:4096')
        return self.nginx(root.server(NAME, key='rsa:4096'), root)

    def tls13(self):
        return self.nginx(self.certificate, self.root, 'ssl_protocols TLSv1.3;')

    def fragments(self):
        return OpenSSL(self.certificate, {'index.html': BODY}, mode='-WWW'), [
            '--root', self.root.pem, '--path', '/index.html']

    def ignored(self):
        """The engine's own server without the extension: records of 16 KB, whatever is asked for."""
        path = self.file('config.h', b'#include "%s"\n#undef MBEDTLS_SSL_MAX_FRAGMENT_LENGTH\n'
                         % engine_server.CONFIG.encode())
        flags = [flag.replace(engine_server.CONFIG, path) for flag in engine_server.FLAGS]
        program = os.path.join(self.folder, 'ssl_server2')
        with mock.patch.object(engine_server, 'FLAGS', flags):
            engine_server.build(os.path.join(self.folder, 'engine-server'), program)
        server = engine_server.EngineServer(self.certificate, size=16000, options=['max_version=tls12'])
        words = server.command
        server.command = lambda: [program] + words()[1:]
        return server, ['--root', self.root.pem]

    def gnutls(self):
        return GnuTLS(self.certificate, options=['--http']), ['--root', self.root.pem]

    def mutual(self):
        device = self.root.server('device-1', extensions='extendedKeyUsage = clientAuth\n')
        return Mosquitto(self.certificate, self.root.pem), [
            '--root', self.root.pem, '--cert', device.pem, '--key', device.key,
            '--request', self.file('connect', MQTT)]

    def psk(self):
        server = OpenSSL(self.certificate, {'index.html': BODY}, mode='-WWW')
        server.command = lambda: ['openssl', 's_server', '-accept', '127.0.0.1:%d' % server.port, '-nocert', '-tls1_2',
                                  '-psk_identity', PSK[0], '-psk', PSK[1], '-cipher', 'PSK', '-WWW']
        return server, ['--psk', '%s:%s' % PSK, '--path', '/index.html']

    def addresses(self):
        """A name with two addresses whose servers have different issuers under one root."""
        other = self.root.authority('Fit Other Issuing', key='rsa:2048')
        first = Nginx(self.certificate, {'index.html': BODY})
        second = Nginx(other.server(NAME), {'index.html': BODY}, host='127.0.0.2')
        path = os.path.join(second.folder, 'nginx.conf')
        with open(path) as source:
            text = source.read()
        with open(path, 'w') as output:
            output.write(text.replace('127.0.0.2:%d' % second.port, '127.0.0.2:%d' % first.port))
        second.port = first.port
        return (first, second), ['--root', self.root.pem]

    def old(self):
        server = OpenSSL(self.rsa, {'index.html': BODY}, options=['-tls1', '-cipher', 'ALL:@SECLEVEL=0'])
        return server, ['--root', self.rsa_root.pem, '--path', '/index.html']

    def dtls(self):
        """A server that starts anew every few seconds: openssl s_server waits for minutes for a client that has refused it."""
        server = DatagramServer(self.certificate)
        words = server.command
        server.command = lambda: ['sh', '-c', 'while :; do %s; done' % words()[2].replace('exec ', 'timeout 10 ', 1)]
        return server, ['--root', self.root.pem, '--dtls', '--request', self.file('hello', b'hello from a device\n')]


KINDS = {'ec': 'ec', 'tickets': 'tickets', 'rsa': 'rsa_', 'both': 'both', 'p384': 'p384', 'rsa4096': 'rsa4096', 'tls13': 'tls13',
         'fragments': 'fragments', 'ignored': 'ignored', 'gnutls': 'gnutls', 'mutual': 'mutual', 'psk': 'psk', 'addresses': 'addresses',
         'old': 'old', 'dtls': 'dtls'}


CHANGES = 'changes'                     # of the server, after the device was built


def run(name, server, options):
    """Runs the command in this process; returns (exit code, output, the result)."""
    words = ['fit', 'fit', '127.0.0.1:%d' % server.port, '--host-name', NAME, '--name', 'test-' + name, *options]
    output = io.StringIO()
    with mock.patch.object(sys, 'argv', words), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = command.main()
    path = os.path.join(command.BUILD, 'test-' + name, 'result.json')
    if code != 0:
        return code, output.getvalue(), None
    with open(path, encoding='utf-8') as source:
        return code, output.getvalue(), json.load(source)


def both_addresses(port):
    look_up_others = socket.getaddrinfo

    def look_up(host, wanted, *rest, **keys):
        if wanted != port or rest:
            return look_up_others(host, wanted, *rest, **keys)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, '', (address, wanted)) for address in ('127.0.0.1', '127.0.0.2')]
    return mock.patch('tools.mbedtls_fit.probe.wire.socket.getaddrinfo', look_up)


def one(name, kinds, options):
    servers, own = getattr(kinds, KINDS[name])()
    servers = servers if isinstance(servers, tuple) else (servers,)
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        if len(servers) > 1:
            stack.enter_context(both_addresses(servers[0].port))
        return run(name, servers[0], own + options)


def after_a_change(folder, kinds, level):
    """The image of a result, run against the server after each change: [(change, the report's word, whether it connects)]"""
    server, options = kinds.ec()
    with server:
        code, output, found = run('changes', server, options + ['--level', level, '--idle', '0', '--steps', '0'])
    if code != 0:
        raise RuntimeError(output[-3000:])
    says = {one['what']: one['survives'] for one in found['changes']}
    second = kinds.issuing.authority('Fit Second Issuing')
    servers = {
        'the certificate is renewed: same kind of key, same issuer': kinds.issuing.server(NAME),
        'one more certificate of the same kind in the chain': second.server(NAME),
        'RSA instead of ECDSA': kinds.issuing.server(NAME, key='rsa:2048'),
        'another intermediate of the same root': kinds.root.authority('Fit New Issuing').server(NAME)}
    image = os.path.join(command.BUILD, 'test-changes', 'work', 'image', 'build')
    for what, certificate in servers.items():
        with Nginx(certificate, {'index.html': BODY}) as changed:
            place = Target('127.0.0.1:%d' % changed.port, name=NAME, root=kinds.root.pem)
            images = Images(place, probe(place), folder)
            done = images.run(image)
            measured = measure.sessions_of(done, os.path.join(image, 'rtthread.elf'))
            connects = bool(measured) and measured[0][0]['ret'] == 0 and measured[0][0]['body'] == len(BODY)
            yield what, says[what], connects
            # What fit-check says has to be the same.
            device = list(watch.Device(found).troubles(images.facts))
            if bool(device) == connects:
                yield 'fit-check: %s' % (device or 'connects'), 'other', connects


def show_changes(folder, kinds):
    """Whether the device does after each change what its report has said."""
    failed = 0
    for level in ('exact', 'family', 'robust'):
        for what, said, connects in after_a_change(folder, kinds, level):
            is_right = said == 'perhaps' or (said == 'yes') == connects and said != 'other'
            failed += not is_right
            print('%-8s %-60s said %-8s %s%s' % (level, what, said, 'connects' if connects else 'refuses',
                                                '' if is_right else '   WRONG'), flush=True)
    return 1 if failed else 0


def fault(code, output, found):
    if code != 0:
        return 'exit code %d\n%s' % (code, output[-2500:])
    accepted = [one['what'] for one in found['refused'] if not one['is_refused']]
    if accepted:
        return 'accepts %s' % accepted
    if len(found['refused']) != (2 if found['with']['psk'] else 5):
        return 'only %d impostors were tried' % len(found['refused'])
    return 'below the floor' if choose.below_floor(found['settings']) else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--only', default='')
    parser.add_argument('--level', default='exact')
    arguments = parser.parse_args()
    wanted = arguments.only.split() or [*KINDS, CHANGES]
    failed = []
    with tempfile.TemporaryDirectory(prefix='fit-') as folder:
        kinds = Kinds(folder)
        if CHANGES in wanted:
            wanted.remove(CHANGES)
            failed += [CHANGES] if show_changes(folder, kinds) else []
        for name in wanted:
            start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            code, output, found = one(name, kinds, ['--level', arguments.level, '--idle', '1', '--steps', '0'])
            end = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = end.ru_utime + end.ru_stime - used.ru_utime - used.ru_stime
            why = fault(code, output, found)
            row = found['figures'] if found else {'rom': 0, 'heap_peak': 0}
            print('%-10s %-8s %8s %8s  %4.0f s, %4.0f s of a core  %s %s' % (
                name, arguments.level, '{:,}'.format(row['rom']), '{:,}'.format(row['heap_peak']),
                time.monotonic() - start, seconds, found['suite'] if found else '', why or ''), flush=True)
            failed += [name] if why else []
    print('%d kinds of servers; %s' % (len(wanted), 'failed: ' + ' '.join(failed) if failed else 'all have a proven result'))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
