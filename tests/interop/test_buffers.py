# SPDX-License-Identifier: Apache-2.0
"""Buffers as long as the records (PKG_MBEDTLS_SSL_VARIABLE_BUFFER): all data arrives, and an idle session is small."""
import itertools
import socket
import threading

from interop import fixtures
from interop.fixtures import NAME, Case
from interop.recorders import LIMIT, Listener, Recorder, read_record
from interop.test_fragment import heap_of

IDLE_INPUT, LONGEST_INPUT = 256, 13 + 16384 + 32
SHORT_OUTPUT, LONG_OUTPUT = 512, 2048

# Up and down, around the lengths at which a buffer moves.
SIZES = [1, 16384, 1, 200, 219, 220, 221, 222, 223, 224, 243, 244, 300, 16383, 16384, 16384, 8192, 16384, 2, 2048,
         2093, 4096, 1, 1, 12345, 500, 600, 700, 800, 1000, 5, 16000, 16384, 15999, 100]


def records(sizes, pause=0):
    """Send a pattern in records of these sizes, which ssl makes one of each write."""
    def send(connection):
        data, at = fixtures.pattern(sum(sizes)), 0
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for size in sizes:
            connection.sendall(data[at:at + size])
            at += size
            if pause:
                threading.Event().wait(pause)
        connection.unwrap()
    return send


class Pieces(Listener):
    """Splits a server's records differently; change turns a record into a list of records."""

    def __init__(self, server, change):
        super().__init__()
        self.server, self.change = server, change

    def serve(self, connection, number):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with socket.create_connection((self.server.host, self.server.port), timeout=LIMIT) as onward:
            back = threading.Thread(target=self.pump, args=(onward, connection, self.change), daemon=True)
            back.start()
            self.pump(connection, onward, lambda record: [record])
            back.join(LIMIT)

    @staticmethod
    def pump(source, sink, change):
        try:
            while True:
                for piece in change(read_record(source)):
                    sink.sendall(piece)
        except OSError:
            pass
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def one_by_one(record):
    return [record[i:i + 1] for i in range(len(record))]


def header_apart(record):
    """A split that ends a receive at the end of the header."""
    return [record[:3], record[3:5], record[5:]]


class Fragments:
    """Handshake messages in clear, each cut into records of its own; those after them are whole."""

    def __init__(self, size):
        self.size, self.is_clear = size, True

    def __call__(self, record):
        self.is_clear = self.is_clear and record[0] == 22
        if not self.is_clear:
            return [record]
        parts = [record[i:i + self.size] for i in range(5, len(record), self.size)]
        return [record[:3] + len(part).to_bytes(2, 'big') + part for part in parts]


class Buffers(Case):

    def check(self, result, size):
        self.assertEqual((result['ret'], result['received'], result['intact']),
                         (fixtures.PEER_CLOSE_NOTIFY, size, 1), result['what'])

    def test_records_of_all_sizes_arrive(self):
        for keys in ({}, {'reads': 4096}, {'nonblocking': 1}, {'reads': 1}):
            with self.subTest(**keys), Recorder(self.pki.ec, talk=records(SIZES)) as server:
                self.check(self.connect(server, read='all', **keys), sum(SIZES))

    def test_records_that_come_one_at_a_time_arrive(self):
        with Recorder(self.pki.ec, talk=records(SIZES, 0.01)) as server:
            self.check(self.connect(server, read='all', reads=4096), sum(SIZES))

    def test_every_pair_of_sizes_arrives(self):
        sizes = list(itertools.chain(*itertools.product((1, 225, 300, 2000, 16384), repeat=2)))
        with Recorder(self.pki.ec, talk=records(sizes)) as server:
            self.check(self.connect(server, read='all', reads=4096), sum(sizes))

    def test_bytes_that_come_one_by_one_arrive(self):
        sizes = [1, 300, 3000, 1, 700]
        for keys in ({}, {'nonblocking': 1, 'step': 1}):
            with self.subTest(**keys), Recorder(self.pki.ec, talk=records(sizes)) as server:
                with Pieces(server, one_by_one) as pieces:
                    self.check(self.connect(pieces, read='all', **keys), sum(sizes))

    def test_headers_that_come_in_parts_arrive(self):
        with Recorder(self.pki.rsa, talk=records(SIZES)) as server, Pieces(server, header_apart) as pieces:
            self.check(self.connect(pieces, read='all', reads=4096), sum(SIZES))

    def test_writes_of_all_sizes_go_out(self):
        for chunk in (1, 511, 512, 513, 2047, 2048, 2049, 4096):
            size = min(40 * chunk, 20000)
            with self.subTest(chunk=chunk), Recorder(self.pki.ec) as server:
                result = self.connect(server, send=size, chunk=chunk, read=size)
                self.assertEqual((result['received'], result['intact']), (size, 1))

    def test_a_handshake_driven_by_the_application_gets_long_records(self):
        """As SAL's TLS sockets do, which bring their own f_recv."""
        with Recorder(self.pki.ec, talk=records(SIZES)) as server:
            self.check(self.connect(server, host='-', own=server.port, name=NAME, read='all', reads=4096), sum(SIZES))

    def test_a_session_connects_again_after_a_failure(self):
        with Recorder(None, self.pki.ec, talk=records(SIZES)) as server:
            result = self.session(server, read='all', reads=4096, again=1)
            self.assertEqual((result['received'], result['intact'], result['heap']), (sum(SIZES), 1, 0))


class Fragmented(Case):
    """Mbed TLS 3.6 puts handshake messages together in the input buffer, 2.28 does not at all."""

    def test_handshake_messages_in_fragments_are_put_together(self):
        for certificate in (self.pki.ec, self.pki.chains['RSA-4096, RSA-2048, RSA-4096 root']):
            for size in (4, 5, 100, 250, 1000):
                with self.subTest(size=size), Recorder(certificate, talk=records([16384, 1])) as server:
                    with Pieces(server, Fragments(size)) as pieces:
                        result = self.connect(pieces, read='all', reads=4096)
                        self.assertEqual((result['received'], result['intact']), (16385, 1))


class FragmentedForTls13(Fragmented):

    build = 'tls13'


class BuffersOverTls13(Buffers):

    build = 'tls13'


class BuffersOf2_28(Buffers):

    build = 'legacy'


class Heap(Case):

    def test_an_idle_session_holds_no_long_buffers(self):
        with Recorder(self.pki.ec) as server:
            saved = heap_of(fixtures.device('fixed'), server) - heap_of(self.device, server)
        # The lengths themselves are in the session, and a buffer may have less than IDLE_INPUT too much.
        least = LONGEST_INPUT - 2 * IDLE_INPUT + LONG_OUTPUT - SHORT_OUTPUT - 2 * 8
        self.assertIn(saved, range(least, least + IDLE_INPUT + 1))

    def test_a_session_that_has_read_a_long_record_holds_no_more_than_before(self):
        for build in ('default', 'tls13', 'legacy'):
            with self.subTest(build=build):
                short, long = [self.rest_after(fixtures.device(build), size) for size in (1, 16384)]
                self.assertLessEqual(abs(long - short), 2 * IDLE_INPUT)

    def rest_after(self, device, size):
        """Bytes of heap once one record is read."""
        def send(connection):
            connection.sendall(fixtures.pattern(size))
            connection.recv(1)
        with Recorder(self.pki.ec, talk=send) as server:
            result = device.case(host=server.host, port=server.port, read=size, reads=4096)
        self.assertEqual((result['received'], result['intact']), (size, 1), result['what'])
        return result['rest']
