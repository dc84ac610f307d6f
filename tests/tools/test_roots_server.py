# SPDX-License-Identifier: Apache-2.0
"""tools/roots add: which root does a server need?"""
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

from lib.load import late_seconds
from lib.roots import Case, content, roots
from tools.mbedtls_host import pki
from tools.mbedtls_host.servers import OpenSSL, free_port
from tools.mbedtls_roots import pem, server
from tools.mbedtls_roots.certificate import Certificate

HOST = 'www.example.org'


class Answer:
    """Answers each connection with the same bytes, or with none, and keeps it open."""

    def __init__(self, data):
        self.data, self.open = data, []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(connection)
            if self.data:
                connection.sendall(self.data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.open:
            connection.close()


class Add(Case):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.root = pki.Authority('Own Root', folder)
        cls.issuing = cls.root.authority('Issuing CA')
        cls.server = cls.issuing.server(HOST)
        cls.whole = cls.issuing.server(HOST)          # sends its root, too
        with open(cls.whole.chain, 'ab') as stream:
            stream.write(content(cls.root.pem))
        cls.short = cls.issuing.server(HOST)          # sends no intermediate
        shutil.copy(cls.short.pem, cls.short.chain)
        cls.alone = pki.Certificate(HOST, folder, 'ec:P-256', 'subjectAltName = DNS:%s\n' % HOST)
        cls.twin = pki.Authority('Own Root', os.path.join(folder, 'twin'))

    def setUp(self):
        super().setUp()
        self.package = self.copy_package()

    def preset(self, certificate, folder='certs/default'):
        shutil.copy(certificate.pem, os.path.join(self.package, folder))

    def add(self, certificate, *arguments, name=HOST, options=()):
        """Exit status, output and error output, while a server runs."""
        with OpenSSL(certificate, options=options) as running:
            return self.add_at(running.port, '--name', name, *arguments)

    def add_at(self, port, *arguments):
        return self.roots('add', '127.0.0.1:%d' % port, *arguments, package=self.package)

    def written(self):
        """The certificates that are in certs/."""
        return {content(self.package, 'certs', name) for name in os.listdir(os.path.join(self.package, 'certs'))
                if name.endswith('.pem')}

    @staticmethod
    def data(certificate):
        return Certificate(pem.split(content(certificate.pem))[0])

    def test_root_among_the_presets_is_found_and_named(self):
        self.preset(self.root)
        code, output, error = self.add(self.server)
        self.assertEqual((0, ''), (code, error))
        self.assertRegex(output, r'sends:\n  0  www.example.org, EC P-256, until \d{4}-\d\d-\d\d, issued by Issuing CA'
                                 r'\n  1  Issuing CA, .*, issued by Own Root\nIts root: Own Root, EC P-256, ')
        self.assertIn('SHA-256 ' + self.data(self.root).sha256, output)
        self.assertIn('"Single roots by name":\n  Own Root\n', output)
        self.assertEqual(set(), self.written())

    def test_root_in_certs_is_found_there(self):
        self.preset(self.root, 'certs')
        code, output, _ = self.add(self.server)
        self.assertEqual(0, code)
        self.assertRegex(output, r'it is installed already: certs/.*Own-Root\.pem')

    def test_root_of_the_same_name_with_another_key_does_not_match(self):
        self.preset(self.twin)
        code, output, _ = self.add(self.server)
        self.assertEqual(1, code)
        self.assertIn('There is a root called Own Root, but the chain does not lead to it', output)

    def test_right_one_of_two_roots_with_the_same_name_is_found(self):
        for certificate in (self.twin, self.root):
            path = os.path.join(self.package, 'certs', 'default', self.data(certificate).sha256 + '.pem')
            shutil.copy(certificate.pem, path)
        code, output, _ = self.add(self.server)
        self.assertEqual(0, code)
        self.assertIn('SHA-256 ' + self.data(self.root).sha256, output)

    def test_root_that_the_server_sends_is_shown_but_not_trusted(self):
        code, output, _ = self.add(self.whole)
        self.assertEqual(1, code)
        self.assertIn('The server sent this root: Own Root', output)
        self.assertIn('an attacker could have sent it, too', output)
        self.assertRegex(output, r'  tools/roots add 127.0.0.1:\d+ --name %s --accept %s\n' % (
            HOST, self.data(self.root).sha256))
        self.assertEqual(set(), self.written())

    def test_root_that_the_server_sends_is_written_when_its_fingerprint_is_named(self):
        digest = self.data(self.root).sha256.upper()
        code, output, _ = self.add(self.whole, '--accept', ':'.join(digest[at:at + 2] for at in range(0, 64, 2)))
        self.assertEqual(0, code)
        self.assertIn('Written: certs/Own_Root-%s.pem' % digest[:8].lower(), output)
        self.assertEqual({pem.encode(self.data(self.root).der).encode()}, self.written())

    def test_no_other_root_is_written_than_the_one_that_was_named(self):
        for accepted in (self.data(self.twin).sha256, self.data(self.issuing).sha256):
            code, output, _ = self.add(self.whole, '--accept', accepted)
            self.assertEqual(1, code)
            self.assertIn('Nothing written', output)
        self.assertEqual(set(), self.written())

    def test_root_that_did_not_sign_the_chain_is_never_written(self):
        forged = self.issuing.server(HOST)
        with open(forged.chain, 'ab') as stream:
            stream.write(content(self.twin.pem))
        code, output, _ = self.add(forged, '--accept', self.data(self.twin).sha256)
        self.assertEqual(1, code)
        self.assertIn('The chain does not lead to it', output)
        self.assertEqual(set(), self.written())

    def test_preset_is_written_on_demand(self):
        self.preset(self.root)
        self.assertEqual(0, self.add(self.server, '--accept', self.data(self.root).sha256)[0])
        self.assertEqual(1, len(self.written()))

    def test_server_with_a_self_signed_certificate_gets_a_pin(self):
        code, output, _ = self.add(self.alone, '--accept', self.data(self.alone).sha256)
        self.assertEqual(1, code)
        self.assertIn('its key can be pinned instead: %s' % self.data(self.alone).pin, output)
        self.assertEqual(set(), self.written())

    def test_missing_intermediate_is_suspected(self):
        self.preset(self.root)
        code, output, _ = self.add(self.short)
        self.assertEqual(1, code)
        self.assertIn('There is no root called Issuing CA', output)
        self.assertIn('intermediate', output)

    def test_unknown_root_is_named(self):
        code, output, _ = self.add(self.server)
        self.assertEqual(1, code)
        self.assertIn('There is no root called Own Root: ask the operator', output)

    def test_certificate_of_another_name_is_reported(self):
        self.preset(self.root)
        code, output, _ = self.add(self.server, name='other.example.org')
        self.assertEqual(0, code)
        self.assertIn('Its certificate is not valid for other.example.org: ', output)

    def test_server_is_asked_by_name(self):
        self.preset(self.root)
        other = pki.Authority('Other Root', self.folder).server('other.example.org')
        options = ['-servername', 'other.example.org', '-cert2', other.pem, '-key2', other.key]
        self.assertIn('Its root: Own Root', self.add(self.server, options=options)[1])
        self.assertIn('issued by Other Root', self.add(self.server, name='other.example.org', options=options)[1])

    def test_server_that_asks_for_a_client_certificate_shows_its_own(self):
        self.preset(self.root)
        for version in ('-tls1_2', '-tls1_3'):
            code, output, _ = self.add(self.server, options=['-Verify', '1', version])
            self.assertEqual(0, code, output)

    def test_silent_server_is_given_up_in_time(self):
        with Answer(b'') as silent:
            start = time.monotonic()
            code, _, error = self.add_at(silent.port, '--limit', '1')
            self.assertEqual((1, 'roots: 127.0.0.1 port %d does not answer in time\n' % silent.port), (code, error))
            self.assertLess(time.monotonic() - start, late_seconds(4.5))

    def test_look_up_that_hangs_is_given_up_in_time(self):
        start = time.monotonic()
        with mock.patch.object(server.socket, 'create_connection', lambda *_: time.sleep(5)):
            with self.assertRaisesRegex(roots.RootsError, 'www.example.org port 443 does not answer in time'):
                server.find(server.Address(HOST), [], 0.2)
        self.assertLess(time.monotonic() - start, late_seconds(2.5))

    def test_server_without_tls_is_reported(self):
        for data in (b'HTTP/1.0 400 Bad Request\r\n\r\n', b'SSH-2.0-OpenSSH_9.2\r\n', b'\0' * 100):
            with Answer(data) as plain:
                code, _, error = self.add_at(plain.port, '--limit', '5')
                self.assertEqual(1, code)
                self.assertIn('roots: no TLS from 127.0.0.1 port %d: ' % plain.port, error)

    def test_port_without_a_server_is_reported(self):
        code, _, error = self.add_at(free_port())
        self.assertEqual(1, code)
        self.assertIn('cannot be reached: ', error)

    def test_chain_is_the_same_by_the_openssl_command(self):
        other = pki.Authority('Other Root', self.folder).server('other.example.org')
        options = ['-servername', 'other.example.org', '-cert2', other.pem, '-key2', other.key]
        with OpenSSL(self.server, options=options) as running:
            place = '127.0.0.1:%d' % running.port
            for name, sent in ((HOST, self.server.chain), ('other.example.org', other.pem)):
                address = server.Address(place, name)
                expected = pem.split(content(sent))
                self.assertEqual(expected, server._chain(address, 5))
                self.assertEqual(expected, server._chain_by_command(address, 5))

    def test_openssl_command_is_given_up_in_time(self):
        with Answer(b'') as silent:
            address = server.Address('127.0.0.1:%d' % silent.port)
            self.assertRaises(socket.timeout, server._chain_by_command, address, 0.5)

    def test_addresses_are_understood(self):
        for text, host, port in (('a.b', 'a.b', 443), ('a.b:8883', 'a.b', 8883), ('[::1]', '::1', 443),
                                 ('[fe80::1]:1', 'fe80::1', 1), ('127.0.0.1:65535', '127.0.0.1', 65535)):
            address = server.Address(text)
            self.assertEqual((host, port, host), (address.host, address.port, address.name))
        for text in ('', ':1', 'a:', 'a:b', 'a:0', 'a:65536', '::1', 'fe80::1:443', 'https://a.b'):
            self.assertRaises(ValueError, server.Address, text)


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    unittest.main()
