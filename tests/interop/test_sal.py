# SPDX-License-Identifier: Apache-2.0
"""TLS sockets of SAL (PKG_MBEDTLS_SAL), over a stand-in that treats them as the kernel's SAL does."""
import contextlib
import re
import socket
import ssl
import threading

from interop import fixtures
from interop.fixtures import NAME, Case
from tools.mbedtls_host.servers import Nginx, OpenSSL

EACCES, EINVAL, EPROTONOSUPPORT, ETIMEDOUT, ENOTCONN = 13, 22, 93, 110, 107


@contextlib.contextmanager
def silent():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        yield listener.getsockname()[1]


@contextlib.contextmanager
def one_record(certificate, size):
    """A server that answers with one record and keeps the connection open."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)

    def serve(listener):
        with context.wrap_socket(listener.accept()[0], server_side=True) as connection, \
                contextlib.suppress(OSError):
            connection.recv(1000)
            connection.sendall(b'x' * size)
            connection.recv(1)

    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(30)


class Sockets(Case):

    build = 'extras'

    def sal(self, port, name=NAME, how='-', count=1):
        """Run tls_sal; memory and descriptors that stay behind are a failure."""
        code, output = self.device.run('tls_sal %d %s %s %d' % (port, name, how, count))
        self.assertEqual(code, 0, output)
        return output

    def check(self, output, *lines):
        for line in lines:
            self.assertRegex(output, '(?m)^' + re.escape(line) + '$')

    def test_it_connects_to_a_server_by_its_name_and_reads_all(self):
        body = fixtures.pattern(100000)
        with Nginx(self.pki.ec, files={'index.html': body}) as server:
            for how in ('-', 'ws', 'n', 'nw'):
                with self.subTest(how=how):
                    output = self.sal(server.port, how=how)
                    self.check(output, 'name=0', 'sent=18', 'close=0')
                    got, last, blind = map(int, re.search(r'got=(\d+) last=(-?\d+) blind=(\d+)', output).groups())
                    self.assertGreater(got, len(body))
                    self.assertEqual((last, blind), (0, 0), output)

    def test_select_sees_what_is_left_of_a_record(self):
        for how in ('wks', 'wksn'):
            with one_record(self.pki.ec, 21) as port:
                self.check(self.sal(port, how=how), 'got=21 last=7 blind=0 alpn=-')

    def test_without_a_name_the_address_is_verified(self):
        with OpenSSL(self.pki.ec, mode='-www') as server:
            self.check(self.sal(server.port, '-'), 'connect=0 errno=0')
        named = self.pki.root.server(NAME, [])
        with OpenSSL(named, mode='-www') as server:
            output = self.sal(server.port, '-')
            self.check(output, 'connect=-1 errno=%d' % EACCES, 'after=-1 errno=%d' % EACCES)
            self.assertIn('setsockopt(s, SOL_TLS, TLS_PEER_VERIFY', output)
            self.check(self.sal(server.port), 'connect=0 errno=0')

    def test_failed_connects_in_a_row_leave_nothing_behind(self):
        with OpenSSL(self.pki.ec, mode='-www') as server, OpenSSL(self.pki.stranger, mode='-www') as stranger:
            for port, name in ((server.port, 'other.test'), (stranger.port, NAME)):
                output = self.sal(port, name, count=5)
                self.assertEqual(output.count('connect=-1 errno=%d' % EACCES), 5, output)

    def test_a_silent_server_ends_after_the_time_limit(self):
        with silent() as port:
            output = self.sal(port)
        self.check(output, 'connect=-1 errno=%d' % ETIMEDOUT, 'close=0')

    def test_it_closes_at_any_time(self):
        with OpenSSL(self.pki.ec, mode='-www') as server:
            for how in ('q', 'c', 'd', 'ncd'):
                with self.subTest(how=how):
                    self.check(self.sal(server.port, how=how, count=3), 'close=0')
            self.check(self.sal(server.port, how='d'), 'ended=-1 errno=%d' % ENOTCONN)

    def test_options(self):
        with OpenSSL(self.pki.ec, options=['-alpn', 'http/1.1'], mode='-www') as server:
            self.assertIn('alpn=http/1.1', self.sal(server.port, how='a'))
            self.check(self.sal(server.port, how='p'), 'connect=-1 errno=%d' % EACCES)
            output = self.sal(server.port, '-', 'i')
            self.check(output, 'level=-1', 'connect=0 errno=0')
            self.assertIn("is the server's name", output)

    def test_a_socket_for_datagrams_is_refused(self):
        with OpenSSL(self.pki.ec, mode='-www') as server:
            self.check(self.sal(server.port, how='u'), 'connect=-1 errno=%d' % EPROTONOSUPPORT)

    def test_a_hundred_connects(self):
        with OpenSSL(self.pki.ec, mode='-www') as server:
            self.assertEqual(self.sal(server.port, how='c', count=100).count('connect=0'), 100)
