# SPDX-License-Identifier: Apache-2.0
"""Servers in threads of the test program, which record what clients do.

    with Recorder(certificate) as server:
        ... a session with server.port ...
    server.sessions[0].name
"""
import socket
import ssl
import struct
import threading
import types

LIMIT = 30          # longest wait, in seconds


class Listener:
    """Accepts connections, each served by a thread; host is the address that it listens on."""

    def __init__(self, host='127.0.0.1'):
        self.host = host
        family = socket.AF_INET6 if ':' in host else socket.AF_INET
        self.socket = socket.create_server((host, 0), family=family)
        self.port = self.socket.getsockname()[1]
        self.threads = []

    def __enter__(self):
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()
        return self

    def accept(self):
        number = 0
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.settimeout(LIMIT)
            thread = threading.Thread(target=self.handle, args=(connection, number), daemon=True)
            self.threads.append(thread)
            thread.start()
            number += 1

    def handle(self, connection, number):
        with connection:
            try:
                self.serve(connection, number)
            except OSError:             # the test judges failures of the client
                pass

    def serve(self, connection, number):
        raise NotImplementedError

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.acceptor.join(LIMIT)
        for thread in self.threads:
            thread.join(LIMIT)


def echo(connection):
    """Send back what comes in, until the client closes."""
    while True:
        data = connection.recv(65536)
        if not data:
            return
        connection.sendall(data)


def sender(data):
    """Send data and close the session."""
    def send(connection):
        connection.sendall(data)
        connection.unwrap()
    return send


class Recorder(Listener):
    """
    A TLS server; sessions notes each handshake that succeeds.

    talk         what to do with a connected client
    certificates the n-th connection gets the n-th certificate, later ones the
                 last; None closes the connection
    most         most connections that were open at the same time
    """

    def __init__(self, *certificates, talk=echo, **place):
        super().__init__(**place)
        self.contexts = [self.context(certificate) for certificate in certificates]
        self.talk = talk
        self.sessions = []
        self.lock = threading.Lock()
        self.open = self.most = 0

    def context(self, certificate):
        if certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        context.sni_callback = self.note_name
        return context

    @staticmethod
    def note_name(connection, name, context):
        connection.asked_for = name

    def serve(self, connection, number):
        context = self.contexts[min(number, len(self.contexts) - 1)]
        if context is None:
            return
        with self.lock:
            self.open += 1
            self.most = max(self.most, self.open)
        try:
            with context.wrap_socket(connection, server_side=True) as session:
                self.sessions.append(types.SimpleNamespace(
                    name=session.asked_for, version=session.version(), suite=session.cipher()[0]))
                self.talk(session)
        finally:
            with self.lock:
                self.open -= 1


class ClientHello:
    """The first message of a client, taken apart (RFC 5246 7.4.1.2)."""

    def __init__(self, record):
        kind, self.record_version, length, message, high, low = struct.unpack('!BHHBBH', record[:9])
        if kind != 22 or message != 1 or (high << 16 | low) + 4 != length:
            raise ValueError('no ClientHello: %s' % record.hex())
        self.version, self.random = struct.unpack('!H32s', record[9:43])
        rest = Reader(record[43:])
        rest.vector(1)                  # session id
        suites = rest.vector(2)
        rest.vector(1)                  # compression methods
        self.suites = [suites[i] << 8 | suites[i + 1] for i in range(0, len(suites), 2)]
        self.extensions = {}
        extensions = Reader(rest.vector(2) if rest.data else b'')
        while extensions.data:
            number = int.from_bytes(extensions.take(2), 'big')
            self.extensions[number] = extensions.vector(2)


class Reader:
    def __init__(self, data):
        self.data = data

    def take(self, size):
        if size > len(self.data):
            raise ValueError('cut short')
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def vector(self, size):
        return self.take(int.from_bytes(self.take(size), 'big'))


def read_exactly(connection, size):
    data = b''
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError('closed')
        data += part
    return data


def read_record(connection):
    header = read_exactly(connection, 5)
    return header + read_exactly(connection, int.from_bytes(header[3:], 'big'))


class HelloRecorder(Listener):
    """Reads the ClientHello of each connection and hangs up."""

    def __init__(self, **place):
        super().__init__(**place)
        self.hellos = []

    def serve(self, connection, number):
        self.hellos.append(ClientHello(read_record(connection)))


class RecordTap(Listener):
    """Stands between a client and a server and notes the length of each record of application data."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.from_client, self.from_server = [], []

    def serve(self, connection, number):
        with socket.create_connection((self.server.host, self.server.port), timeout=LIMIT) as onward:
            back = threading.Thread(target=self.pump, args=(onward, connection, self.from_server), daemon=True)
            back.start()
            self.pump(connection, onward, self.from_client)
            back.join(LIMIT)

    @staticmethod
    def pump(source, sink, lengths):
        try:
            while True:
                record = read_record(source)
                if record[0] == 23:
                    lengths.append(len(record) - 5)
                sink.sendall(record)
        except OSError:
            pass
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
