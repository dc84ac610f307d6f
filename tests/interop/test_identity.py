# SPDX-License-Identifier: Apache-2.0
"""Mutual TLS: the device shows its certificate to real servers that ask for one."""
import os
import re
import socket
import subprocess
import threading
import time
import types
import unittest

from interop.fixtures import Case, pki
from interop.test_causes import GnuTLSWants, Mosquitto
from lib.clients import OpenSSLClient
from tools.mbedtls_host import datagrams
from tools.mbedtls_host.device import Device
from tools.mbedtls_host.pki import Authority, openssl
from tools.mbedtls_host.servers import Nginx, OpenSSL, free_port, is_listening
from tools.mbedtls_host.shared import new_folder, shared

CLIENT = '''\
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
'''


@shared
def clients():
    """Certificates of devices: those that the servers accept, and wrong ones."""
    folder = new_folder('clients')
    root = Authority('Device CA', folder)
    other = Authority('Other CA', folder)
    below = root.authority('Factory 7')

    def device(key='ec:P-256', issuer=root, extensions=CLIENT, **options):
        return issuer.server('device-1', names=[], key=key, extensions=extensions, **options)

    encrypted = os.path.join(folder, 'encrypted.key')
    p256 = device()
    openssl('pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-in', p256.key, '-passout', 'pass:secret', '-out', encrypted)
    der = types.SimpleNamespace(chain=os.path.join(folder, 'chain.der'), key=os.path.join(folder, 'key.der'))
    openssl('x509', '-in', p256.pem, '-outform', 'DER', '-out', der.chain)
    openssl('pkey', '-in', p256.key, '-outform', 'DER', '-out', der.key)
    return types.SimpleNamespace(
        root=root, other=other, encrypted=encrypted, der=der,
        good={'P-256': p256, 'P-384': device('ec:P-384'), 'RSA-2048': device('rsa:2048'),
              'below an issuer': device(issuer=below)},
        stranger=device(issuer=other), expired=device(start=-30, end=-2), future=device(start=5),
        for_servers=device(extensions=CLIENT.replace('clientAuth', 'serverAuth')),
        for_agreement=device(extensions=CLIENT.replace('digitalSignature', 'keyAgreement')))


class OpenSSLWants(OpenSSL):
    def __init__(self, certificate, root, *options):
        super().__init__(certificate, options=['-Verify', '3', '-verify_return_error', '-CAfile', root, *options])


class WantingDatagrams(datagrams.GnuTLS):
    def command(self):
        return [word for word in super().command() if word != '--disable-client-cert']


class Verifying(GnuTLSWants):
    """gnutls-serv that refuses what it does not trust."""

    def command(self):
        return super().command() + ['--verify-client-cert']


def nginx(certificate, root):
    return Nginx(certificate, {'hello': b'hello'},
                 'ssl_client_certificate %s; ssl_verify_client on; ssl_verify_depth 3; '
                 'add_header Issuer "$ssl_client_verify";' % root)


class Identity(Case):
    build = 'everything'
    versions = ('1_2', '1_3')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = clients()
        cls.good = cls.clients.good['P-256']

    def keys_of(self, client):
        return {'certificate': client.chain, 'key': client.key}

    def servers(self, version):
        ca, certificate = self.clients.root.pem, self.pki.ec
        tls = version.replace('_', '.')
        yield OpenSSLWants(certificate, ca, '-tls' + version)
        yield Verifying(certificate, ca, priority='NORMAL:-VERS-ALL:+VERS-TLS' + tls)
        yield Mosquitto(certificate, ca, 'tlsv' + tls)

    def test_servers_accept_the_device(self):
        for version in self.versions:
            for server in self.servers(version):
                with server:
                    for name, client in self.clients.good.items():
                        with self.subTest(type(server).__name__, version=version, key=name):
                            keys = {'send': 20, 'echo': 1} if isinstance(server, Verifying) else {}
                            result = self.connect(server, **self.keys_of(client), **keys)
                            self.assertEqual(result['asked'], 1)
                            if not isinstance(server, Mosquitto):   # tls_version is its oldest
                                self.assertEqual(result['version'], 'TLSv' + version.replace('_', '.'))

    def test_nginx_names_the_device_as_verified(self):
        with nginx(self.pki.ec, self.clients.root.pem) as server:
            result = self.connect(server, get='/hello', read='all', **self.keys_of(self.good))
            self.assertIn('200 OK', result['head'])
            self.assertIn('400 Bad Request', self.connect(server, get='/hello', read='all')['head'])

    def test_a_server_that_does_not_ask_gets_nothing(self):
        with OpenSSL(self.pki.ec) as server:
            result = self.connect(server, **self.keys_of(self.good))
        self.assertEqual(result['asked'], 0)
        self.assertNotIn('asks for a certificate', result['output'])

    def test_a_stranger_is_refused_and_told_which_issuers_count(self):
        for version in self.versions:
            for server in self.servers(version):
                with self.subTest(type(server).__name__, version=version), server:
                    result = self.session(server, read='all', **self.keys_of(self.clients.stranger))
                    self.assertEqual(result['reason'], 'alert', result['output'][-3000:])
                    names = '' if isinstance(server, Mosquitto) else '; it accepts those issued by Device CA'
                    self.assertEqual(result['remedy'], "the server refuses the device's certificate: its log says why" + names)

    def test_no_certificate_is_refused_and_told_which_issuers_count(self):
        for version in self.versions:
            with self.subTest(version=version), OpenSSLWants(self.pki.ec, self.clients.root.pem, '-tls' + version) as server:
                result = self.session(server, read='all')
                self.assertEqual(result['reason'], 'alert', result['output'][-3000:])
                self.assertIn('wants a certificate of the device; it accepts those issued by Device CA', result['remedy'])

    def refused(self, what, remedy, **keys):
        result = self.device.case(host='127.0.0.1', port=1, **keys)
        self.assertEqual((result['stage'], result['ret'], result['reason']), ('context', -0x901A, 'identity'),
                         result['output'][-3000:])
        self.assertRegex(result['what'], what)
        self.assertRegex(result['remedy'], remedy)

    def test_a_wrong_certificate_is_refused_before_the_connect(self):
        clients = self.clients
        good = self.keys_of(self.good)
        for client, what, remedy in (
                (clients.expired, r'has expired: its last day was \d{4}-\d\d-\d\d$', 'replace it'),
                (clients.future, r'is not valid before \d{4}-\d\d-\d\d$', 'clock'),
                (clients.for_servers, 'is not issued for clients', 'clientAuth'),
                (clients.for_agreement, 'is not issued for clients', 'digitalSignature')):
            with self.subTest(what):
                self.refused(what, remedy, **self.keys_of(client))
        for keys, what, remedy in (
                ({'key': clients.stranger.key}, 'belongs to another certificate', 'options.key'),
                ({'key': clients.good['RSA-2048'].key}, 'belongs to another certificate', 'options.key'),
                ({'key': '/nowhere'}, 'the file /nowhere cannot be read', 'path'),
                ({'certificate': '/nowhere'}, 'the file /nowhere cannot be read', 'path'),
                ({'certificate': self.good.key}, 'certificate or one of its issuers cannot be read', 'PEM'),
                ({'key': self.good.pem}, 'its key cannot be', 'PEM'),
                ({'psk': '00112233', 'identity': 'x'}, 'pre-shared key shows no certificate', 'not both')):
            with self.subTest(what):
                self.refused(what, remedy, **{**good, **keys})
        self.refused('the key is missing', 'set options.key, too', certificate=self.good.chain)
        self.refused('the certificate is missing', 'set options.certificate, too', key=self.good.key)

    def test_a_key_in_der(self):
        with OpenSSLWants(self.pki.ec, self.clients.root.pem) as server:
            self.connect(server, **self.keys_of(self.clients.der))

    def test_an_encrypted_key(self):
        keys = {'certificate': self.good.chain, 'key': self.clients.encrypted}
        self.refused('encrypted, and the password does not open it', 'options.key_password', **keys)
        self.refused('encrypted, and the password does not open it', 'options.key_password', password='wrong', **keys)
        with OpenSSLWants(self.pki.ec, self.clients.root.pem) as server:
            self.connect(server, password='secret', **keys)

    def test_a_session_is_resumed_only_with_the_same_certificate(self):
        saved = os.path.join(new_folder('identity'), 'saved')
        for version in self.versions:
            with OpenSSLWants(self.pki.ec, self.clients.root.pem, '-tls' + version) as server:
                keys = {'get': '/', 'read': 'all', **self.keys_of(self.good)}
                self.assertGreater(self.connect(server, keep=saved, tick=1000, **keys)['kept'], 0)
                result = self.connect(server, resume=saved, tick=6000, **keys)
                self.assertEqual((result['offered'], result['resumed']), (0, 1), result['output'][-3000:])
                for other in ({'certificate': None, 'key': None}, self.keys_of(self.clients.good['P-384'])):
                    more = {key: value for key, value in {**keys, **other}.items() if value}
                    result = self.session(server, resume=saved, tick=11000, **more)
                    self.assertEqual((result['offered'], result['resumed']), (-0x9016, 0), result['output'][-3000:])

    def test_datagrams(self):
        for name, client in self.clients.good.items():
            for server in (datagrams.OpenSSL(self.pki.ec, ['-Verify', '3', '-verify_return_error', '-CAfile',
                                                           self.clients.root.pem]),
                           WantingDatagrams(self.pki.ec, ['--require-client-cert', '--verify-client-cert', '--x509cafile',
                                                          self.clients.root.pem])):
                with self.subTest(type(server).__name__, key=name), server:
                    result = self.connect(server, transport='datagram', pings=3, size=60, **self.keys_of(client))
                    self.assertEqual((result['asked'], result['echoed']), (1, 3))
                    result = self.session(server, transport='datagram', **self.keys_of(self.clients.stranger))
                    self.assertEqual((result['reason'], result['stage']), ('alert', 'connect'), result['output'][-3000:])
                    self.assertIn('it accepts those issued by Device CA', result['remedy'])


class Identity228(Identity):
    build = 'everything-2.28'
    versions = ('1_2',)

    def test_an_encrypted_key(self):
        keys = {'certificate': self.good.chain, 'key': self.clients.encrypted}
        self.refused('encrypted in a way that this build does not know', 'PKG_MBEDTLS_CLIENT_PASSWORD', **keys)


class Element:
    """
    A secure element in software: a process that signs with a key that the device never has. `late` delays its answers,
    `broken` leaves them out.
    """

    HASHES = {32: 'sha256', 48: 'sha384', 64: 'sha512'}

    def __init__(self, key, late=0, broken=False):
        self.key, self.late, self.broken, self.signatures = key, late, broken, 0

    def __enter__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                request = connection.recv(4)
                if len(request) == 4:
                    data = connection.recv(request[3])
                    time.sleep(self.late)
                    if not self.broken:
                        connection.sendall(self.sign(request[0], request[1] << 8 | request[2], data))

    def sign(self, algorithm, size, data):
        hashed = ['-pkeyopt', 'digest:' + self.HASHES[len(data)]] if algorithm else []
        signature = subprocess.run(['openssl', 'pkeyutl', '-sign', '-inkey', self.key, *hashed], input=data,
                                   stdout=subprocess.PIPE, check=True).stdout
        self.signatures += 1
        if algorithm:
            return signature
        numbers = subprocess.run(['openssl', 'asn1parse', '-inform', 'DER'], input=signature, stdout=subprocess.PIPE,
                                 check=True).stdout
        return b''.join(int(number, 16).to_bytes(size // 2, 'big') for number in re.findall(rb'INTEGER +:(\w+)', numbers))

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(30)


class SecureElement(Case):
    """The key is in another process: its bytes are nowhere in the memory of the device."""

    build = 'everything'
    versions = ('1_2', '1_3')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = clients().good

    def test_servers_accept_signatures_of_the_element(self):
        for version in self.versions:
            with OpenSSLWants(self.pki.ec, clients().root.pem, '-tls' + version) as server:
                for name in ('P-256', 'P-384', 'RSA-2048'):
                    if (name, version) != ('RSA-2048', '1_3'):
                        with self.subTest(name, version=version), Element(self.good[name].key) as element:
                            result = self.connect(server, certificate=self.good[name].chain, element=element.port)
                            self.assertEqual((result['asked'], element.signatures), (1, 1))

    def test_an_rsa_key_in_the_element_agrees_on_tls_1_2(self):
        with OpenSSLWants(self.pki.ec, clients().root.pem) as server, Element(self.good['RSA-2048'].key) as element:
            result = self.connect(server, certificate=self.good['RSA-2048'].chain, element=element.port)
        self.assertEqual((result['version'], element.signatures), ('TLSv1.2', 1))

    def test_datagrams(self):
        with datagrams.OpenSSL(self.pki.ec, ['-Verify', '3', '-verify_return_error', '-CAfile', clients().root.pem]) as server, \
                Element(self.good['P-256'].key) as element:
            result = self.connect(server, transport='datagram', pings=2, certificate=self.good['P-256'].chain,
                                  element=element.port)
        self.assertEqual((result['echoed'], element.signatures), (2, 1))

    def fails(self, version, element, code, what, **keys):
        with OpenSSLWants(self.pki.ec, clients().root.pem, '-tls' + version) as server, element:
            result = self.session(server, certificate=self.good['P-256'].chain, element=element.port, **keys)
        self.assertEqual((result['stage'], result['ret']), ('connect', code), result['output'][-3000:])
        self.assertRegex(result['what'], what)

    def test_an_element_that_fails_ends_the_connect_with_its_words(self):
        key = self.good['P-256'].key
        for version in self.versions:
            with self.subTest(version):
                self.fails(version, Element(key, broken=True), -0x901A, r'options.sign returned -7')
                self.fails(version, Element(clients().stranger.key), -0x901A, r'does not verify')
                self.fails(version, Element(key, late=1.5), -0x9001, r'no answer within 1000 ms', connect_timeout=1000)

    def test_a_second_key_is_refused(self):
        result = self.device.case(host='127.0.0.1', port=1, certificate=self.good['P-256'].chain,
                                  key=self.good['P-256'].key, element=1)
        self.assertEqual((result['stage'], result['reason']), ('context', 'identity'))
        self.assertIn('one behind options.sign', result['what'])


class SecureElement228(SecureElement):
    build = 'everything-2.28'
    versions = ('1_2',)


@shared
def firmware():
    """A device with certificates in certs/client/ and certs/server/."""
    return Device.build('identity', pki().roots, profile='everything', sanitize=False,
                        own={'client': clients().good['below an issuer'], 'server': pki().server})


class InTheImage(unittest.TestCase):
    """Certificates and keys that the build has compiled in."""

    def test_a_session_shows_the_certificate_of_the_folder(self):
        with OpenSSLWants(pki().ec, clients().root.pem) as server:
            result = firmware().case(host=server.host, port=server.port)
            self.assertEqual((result['code'], result['asked']), (0, 1), result['output'][-3000:])

    def test_both_servers_of_the_shell_show_the_certificate_of_the_folder(self):
        for command, dtls in (('tls_server', False), ('dtls_server', True)):
            port = datagrams.free_port() if dtls else free_port()
            with self.subTest(command), subprocess.Popen(
                    [firmware().program, '--timeout', '600', '--heap-report'], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as shell:
                shell.stdin.write(b'%s %d\n' % (command.encode(), port))
                shell.stdin.flush()
                deadline = time.monotonic() + 60
                while not (datagrams.is_bound(port) if dtls else is_listening('127.0.0.1', port)):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
                with OpenSSLClient(port, dtls=dtls, root=pki().root.pem) as client:
                    client.echo()
                    client.close()
                shell.stdin.write(b'%s stop\nwait\nexit\n' % command.encode())
                shell.stdin.close()
                output = shell.stdout.read().decode()
                self.assertEqual(shell.wait(30), 0, output)
                self.assertIn('TLS server ended.', output)


if __name__ == '__main__':
    unittest.main()
