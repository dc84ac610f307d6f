# SPDX-License-Identifier: Apache-2.0
"""Names and addresses: which name the certificate must have, and which name is sent to the server (SNI)."""
import socket

from interop import fixtures
from interop.fixtures import CN_MISMATCH, NAME, Case, resolve
from interop.recorders import HelloRecorder, Recorder
from lib.load import late
from tools.mbedtls_host.pki import SERVER_EXTENSIONS
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL, free_port

SERVER_NAME = 0             # the extension's number, RFC 6066 3
HERE4, HERE6 = '127.0.0.1', '::1'


def only(*names):
    """Extensions of a certificate with these subject alternative names."""
    return SERVER_EXTENSIONS + 'subjectAltName = %s\n' % ','.join(names)


class Silent:
    """An address that does not answer: its queue is full, so the system drops new connections."""

    def __init__(self, host=HERE4):
        self.listener = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET)
        self.listener.bind((host, 0))
        self.listener.listen(0)
        self.host, self.port = self.listener.getsockname()[:2]
        self.fill = []

    def __enter__(self):
        while True:
            filler = socket.socket(self.listener.family)
            self.fill.append(filler)
            filler.settimeout(0.2)
            try:
                filler.connect((self.host, self.port))
            except TimeoutError:
                return self

    def __exit__(self, *_):
        for each in self.fill + [self.listener]:
            each.close()


class Names(Case):

    def certificate(self, subject, *names):
        return self.pki.root.server(subject, key='ec:P-256', extensions=only(*names), names=[])

    def test_a_certificate_is_valid_for_the_names_in_it(self):
        cases = [
            # names in the certificate, host, right
            (['DNS:' + NAME], NAME, True),
            (['DNS:' + NAME], NAME.upper(), True),
            (['DNS:a.test', 'DNS:b.test', 'DNS:' + NAME], NAME, True),
            (['DNS:*.example.test'], NAME, True),
            (['DNS:*.example.test'], NAME.upper(), True),
            (['DNS:' + NAME], NAME + '.', True),
            (['DNS:*.example.test'], NAME + '.', True),
            (['DNS:other.example.test'], NAME, False),
            (['DNS:*.example.test'], 'example.test', False),
            (['DNS:*.example.test'], 'a.www.example.test', False),
            (['DNS:*.test'], NAME, False),
            (['DNS:' + NAME], 'example.test', False),
            (['DNS:' + NAME], 'a' + NAME, False),
            (['DNS:example.test'], NAME, False),
            (['email:' + NAME], NAME, False),
            (['URI:https://' + NAME], NAME, False),
            (['IP:127.0.0.1'], NAME, False),
        ]
        for names, host, right in cases:
            with self.subTest(names=names, host=host), OpenSSL(self.certificate('x.test', *names)) as server:
                options = resolve(host, HERE4)
                if right:
                    self.connect(server, host=host, options=options)
                else:
                    self.refuse(server, CN_MISMATCH, host=host, options=options)

    def test_a_certificate_is_valid_for_the_addresses_in_it(self):
        cases = [
            # names in the certificate, host, right
            (['IP:127.0.0.1'], '127.0.0.1', True),
            (['DNS:' + NAME, 'IP:127.0.0.1'], '127.0.0.1', True),
            (['IP:10.0.0.1', 'IP:::1', 'IP:127.0.0.1'], '127.0.0.1', True),
            (['IP:::1'], '::1', True),
            (['IP:::1'], '0:0:0:0:0:0:0:1', True),
            (['IP:127.0.0.1', 'IP:::1'], '::1', True),
            (['IP:127.0.0.2'], '127.0.0.1', False),
            (['DNS:' + NAME], '127.0.0.1', False),
            (['DNS:127.0.0.1'], '127.0.0.1', False),
            (['IP:::1'], '127.0.0.1', False),
            (['IP:::ffff:127.0.0.1'], '127.0.0.1', False),
            (['IP:7f00:1::'], '127.0.0.1', False),
            (['IP:::2'], '::1', False),
            (['IP:127.0.0.1'], '::1', False),
            (['IP:0.0.0.1'], '::1', False),
            (['DNS:::1'], '::1', False),
        ]
        for names, host, right in cases:
            here = HERE6 if ':' in host else HERE4
            with self.subTest(names=names, host=host), \
                    OpenSSL(self.certificate(host, *names), host=here) as server:
                if right:
                    self.connect(server, host=host)
                else:
                    self.refuse(server, CN_MISMATCH, host=host)

    def test_the_common_name_is_used_only_for_host_names_and_without_alternative_names(self):
        cases = [
            (NAME, [], NAME, True),
            ('*.example.test', [], NAME, True),
            (NAME, ['DNS:other.test'], NAME, False),
            (NAME, ['IP:127.0.0.1'], NAME, False),
            ('127.0.0.1', [], '127.0.0.1', False),
        ]
        for subject, names, host, right in cases:
            certificate = self.certificate(subject, *names) if names else self.pki.root.server(subject, names=[])
            with self.subTest(subject=subject, names=names), OpenSSL(certificate) as server:
                options = resolve(host, HERE4) if host == NAME else ()
                if right:
                    result = self.connect(server, host=host, options=options)
                    self.assertIn('the certificate has no alternative names: its common name counts',
                                  result['output'])
                else:
                    self.refuse(server, CN_MISMATCH, host=host, options=options)

    def test_every_server_speaks_over_ipv6(self):
        for server_class in (OpenSSL, Nginx):
            with self.subTest(server=server_class.__name__), server_class(self.pki.server, host=HERE6) as server:
                self.connect(server)
                self.connect(server, host=NAME, options=resolve(NAME, '[::1]'))
        with GnuTLS(self.pki.server) as server:         # listens on both
            self.connect(server, host=HERE6)

    def test_a_name_of_255_characters_passes_and_a_longer_one_does_not(self):
        label = 'a' * 49 + '.'
        longest = label * 5 + 'abcde'
        self.assertEqual(len(longest), 255)
        with HelloRecorder() as recorder:
            self.session(recorder, host=HERE4, name=longest)
            for name in (longest + 'x', longest + '.', 'a' * 600):
                result = self.session(recorder, host=HERE4, name=name)
                self.assertEqual((result['stage'], result['ret']), ('context', fixtures.BAD_INPUT_DATA))
        self.assertEqual(len(recorder.hellos), 1)
        self.assertTrue(recorder.hellos[0].extensions[SERVER_NAME].endswith(longest.encode()))


class ServerName(Case):

    def ask(self, **keys):
        with Recorder(self.pki.server) as server:
            self.connect(server, **keys)
        self.assertEqual(len(server.sessions), 1)
        return server.sessions[0].name

    def test_server_name_is_sent(self):
        self.assertEqual(self.ask(host=NAME, options=resolve(NAME, HERE4)), NAME)

    def test_server_name_is_sent_without_its_trailing_dot(self):
        self.assertEqual(self.ask(host=NAME + '.', options=resolve(NAME + '.', HERE4)), NAME)

    def test_an_address_is_not_sent_as_server_name(self):
        for host in (HERE4, HERE6, '0:0:0:0:0:0:0:1'):
            here = HERE6 if ':' in host else HERE4
            with self.subTest(host=host), HelloRecorder(host=here) as recorder:
                self.session(recorder, host=host)
                self.assertNotIn(SERVER_NAME, recorder.hellos[0].extensions)

    def test_server_name_takes_precedence_over_the_host(self):
        self.assertEqual(self.ask(host=HERE4, name=NAME), NAME)
        self.assertEqual(self.ask(host='edge.test', name=NAME, options=resolve('edge.test', HERE4)), NAME)

    def test_server_name_and_not_the_host_has_to_be_in_the_certificate(self):
        with OpenSSL(self.pki.server) as server:
            self.refuse(server, CN_MISMATCH, name='other.example.test')
            self.refuse(server, CN_MISMATCH, host=NAME, name='other.example.test', options=resolve(NAME, HERE4))

    def test_server_name_may_be_an_address(self):
        self.assertIsNone(self.ask(host='edge.test', name=HERE4, options=resolve('edge.test', HERE4)))
        with OpenSSL(self.pki.server) as server:
            self.refuse(server, CN_MISMATCH, name='127.0.0.2')

    def test_a_server_picks_its_certificate_by_the_name(self):
        """openssl s_server -servername: another certificate for that name."""
        other = self.pki.root.server('second.example.test')
        options = ['-servername', 'second.example.test', '-cert2', other.pem, '-key2', other.key]
        with OpenSSL(self.pki.ec, options=options) as server:
            for host in (NAME, 'second.example.test'):
                self.connect(server, host=host, options=resolve(host, HERE4))


class ServerNameOverTls13(ServerName):

    build = 'tls13'


class Addresses(Case):
    """A name with several addresses."""

    def address(self, server):
        return '[%s]:%d' % (server.host, server.port) if ':' in server.host else '%s:%d' % (server.host, server.port)

    def test_the_next_address_is_tried_after_a_refusal(self):
        refusing = '127.0.0.1:%d' % free_port()
        with Nginx(self.pki.server) as server:
            for before in ([refusing], [refusing] * 3):
                for step in (0, 1):
                    with self.subTest(before=len(before), step=step):
                        options = resolve(NAME, *before, self.address(server))
                        result = self.connect(server, host=NAME, options=options, step=step)
                        self.assertLess(result['ms'], late(600))

    def test_a_silent_address_leaves_time_for_the_next(self):
        for step in (0, 1):
            with self.subTest(step=step), Silent() as silent, Nginx(self.pki.server) as server:
                options = resolve(NAME, self.address(silent), self.address(server))
                result = self.connect(server, host=NAME, options=options, step=step, connect_timeout=4000)
                self.assertGreaterEqual(result['ms'], 1950)

    def test_ipv6_that_refuses_leads_to_ipv4_and_the_other_way_round(self):
        with Nginx(self.pki.server) as server:
            options = resolve(NAME, '[::1]:%d' % free_port(socket.AF_INET6, '::1'), self.address(server))
            self.connect(server, host=NAME, options=options)
        with Nginx(self.pki.server, host=HERE6) as server:
            options = resolve(NAME, '127.0.0.1:%d' % free_port(), self.address(server))
            self.connect(server, host=NAME, options=options)

    def test_refused_is_reported_if_every_address_refuses(self):
        with Nginx(self.pki.server) as server:
            refusing = '127.0.0.1:%d' % free_port()
            result = self.session(server, host=NAME, options=resolve(NAME, refusing, refusing))
        self.assertEqual((result['stage'], result['ret'], result['reason']),
                         ('connect', fixtures.CONNECT_FAILED, 'refused'), result['output'])

    def test_timeout_is_reported_if_every_address_is_silent(self):
        with Silent() as first, Silent() as second:
            options = resolve(NAME, self.address(first), self.address(second))
            result = self.session(first, host=NAME, options=options, connect_timeout=600)
        self.assertEqual((result['stage'], result['ret'], result['reason'], result['number']),
                         ('connect', fixtures.TIMEOUT, 'timeout', 600), result['output'])
        self.assertGreaterEqual(result['ms'], 600)
        self.assertLess(result['ms'], late(600))
