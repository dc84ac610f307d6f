# SPDX-License-Identifier: Apache-2.0
"""The other end of the board's UART1: opens TCP connections and UDP sockets for the image.

The frames are those of link.h. The relay connects the image to the one
server that it was given, whatever the name, so names need no look-up. It keeps
the bytes of each connection, for bench/measure.
"""
import selectors
import socket
import struct
import threading

HEADER = struct.Struct('<cH')
FRAME_MAX = 0xFFFF


class Connection:
    """One connection of the image: the host it asked for, and all bytes of both directions."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.sent = bytearray()         # by the image
        self.received = bytearray()


class Relay:
    """Listens for QEMU on `port`, from `with` to its end."""

    def __init__(self, server=None, change=None):
        """server: (address, port), or None to refuse every connection
        change: makes, for each connection, a function that changes what the image receives"""
        self.server, self.change = server, change
        self.connections = []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.stop_reader, self.stop_writer = socket.socketpair()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.board = self.peer = None
        self.incoming = b''

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop_writer.send(b'x')
        self.thread.join(10)
        for one in (self.listener, self.stop_reader, self.stop_writer, self.board, self.peer):
            if one is not None:
                one.close()

    def _run(self):
        with selectors.DefaultSelector() as selector:
            self.selector = selector
            selector.register(self.listener, selectors.EVENT_READ, self._accept)
            selector.register(self.stop_reader, selectors.EVENT_READ, None)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    # The one before may have closed this one.
                    if key.fileobj.fileno() >= 0 and key.data() is False:
                        return

    def _accept(self):
        self.board, _ = self.listener.accept()
        self.board.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.unregister(self.listener)
        self.selector.register(self.board, selectors.EVENT_READ, self._read_board)

    def _read_board(self):
        try:
            data = self.board.recv(65536)
        except ConnectionError:
            data = b''
        if not data:
            return False
        self.incoming += data
        while len(self.incoming) >= HEADER.size:
            kind, length = HEADER.unpack_from(self.incoming)
            if len(self.incoming) < HEADER.size + length:
                break
            payload = self.incoming[HEADER.size:HEADER.size + length]
            self.incoming = self.incoming[HEADER.size + length:]
            {b'C': self._connect, b'U': self._connect_udp, b'D': self._send, b'X': self._close}[kind](payload)
        return True

    def _tell(self, kind, payload=b''):
        try:
            self.board.sendall(HEADER.pack(kind, len(payload)) + payload)
        except ConnectionError:
            pass                        # QEMU has ended; its reader will notice

    def _connect(self, payload):
        self._open(payload, lambda: socket.create_connection(self.server, 10))
        if self.peer is not None:
            self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _connect_udp(self, payload):
        def connect():
            peer = socket.socket(socket.AF_INET6 if ':' in self.server[0] else socket.AF_INET, socket.SOCK_DGRAM)
            peer.connect(self.server)
            return peer
        self._open(payload, connect)

    def _open(self, payload, connect):
        self._close()
        host, _, port = payload.decode('ascii', 'replace').partition('\0')
        self.connections.append(Connection(host, port))
        self.changed = self.change() if self.change else bytes
        try:
            self.peer = connect() if self.server else None
        except OSError:
            self.peer = None
        if self.peer is None:
            self._tell(b'F')
            return
        self.selector.register(self.peer, selectors.EVENT_READ, self._read_peer)
        self._tell(b'O')

    def _send(self, payload):
        if self.peer is not None:
            self.connections[-1].sent += payload
            try:
                self.peer.sendall(payload)
            except OSError:
                if self.peer.type == socket.SOCK_STREAM:        # a datagram may get lost
                    self._close()
                    self._tell(b'R')

    def _close(self, _=b''):
        if self.peer is not None:
            self.selector.unregister(self.peer)
            self.peer.close()
            self.peer = None

    def _read_peer(self):
        end = b'E'
        try:
            data = self.peer.recv(FRAME_MAX)
        except OSError:
            data, end = b'', b'R'
        if data:
            self.connections[-1].received += data
            self._tell(b'D', self.changed(data))
        elif self.peer.type == socket.SOCK_STREAM:
            self._close()
            self._tell(end)
        return True
