# SPDX-License-Identifier: Apache-2.0
"""The first message of a client over datagrams, read as interop.recorders reads the one over TCP."""
import socket
import struct
import threading

from interop.recorders import ClientHello, Reader

LIMIT = 10
RECORD_HEADER, MESSAGE_HEADER = 13, 12          # RFC 6347 4.1 and 4.2.2
SUPPORTED_GROUPS, SIGNATURE_ALGORITHMS = 10, 13


def numbers(hello, extension):
    """The numbers in an extension that lists numbers of two bytes: groups, signatures."""
    data = Reader(hello.extensions.get(extension, b'\0\0')).vector(2)
    return [data[i] << 8 | data[i + 1] for i in range(0, len(data), 2)]


def as_stream(datagram):
    """A ClientHello in TLS form: without the datagram's sequence numbers and the cookie."""
    body = Reader(datagram[RECORD_HEADER + MESSAGE_HEADER:])
    head = body.take(34)
    session = body.vector(1)
    body.vector(1)
    body = head + bytes([len(session)]) + session + body.data
    return struct.pack('!BHHBBH', 22, 0x0303, len(body) + 4, 1, 0, len(body)) + body


class DatagramRecorder:
    """Records the first ClientHello and never answers."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.socket.settimeout(LIMIT)
        self.port = self.socket.getsockname()[1]
        self.hellos = []
        self.is_over = False

    def __enter__(self):
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        return self

    def read(self):
        try:
            data = self.socket.recv(65536)
        except OSError:
            return
        if not self.is_over:
            self.hellos.append(ClientHello(as_stream(data)))

    def __exit__(self, *_):
        # Wakes the reader if no client came.
        self.is_over = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b'', ('127.0.0.1', self.port))
        self.thread.join(LIMIT)
        self.socket.close()
