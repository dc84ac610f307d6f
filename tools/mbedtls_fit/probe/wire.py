# SPDX-License-Identifier: Apache-2.0
"""Connections to a server that each send one ClientHello, and their limits."""
import os
import socket
import struct
import time

from ..target import FitError
from .answer import HANDSHAKE, Answer

# An alert, so that a server does not go on with the handshake: type, DTLS 1.2, epoch 0, a sequence number not yet used.
FAREWELL = struct.pack('>BHHIH', 21, 0xfefd, 0, 0, 9)
CONNECTIONS, SECONDS, PAUSE, PATIENCE = 100, 90, 0.05, 5


class Limited(FitError):
    """The server has begun to refuse or to drop connections."""


class Wire:
    def __init__(self, target, address):
        """address: (family, (host, port)) as socket.getaddrinfo() has it"""
        self.target, self.family, self.address = target, *address
        self.connections, self.start, self.answered = 0, time.monotonic(), 0
        self.pause = 0 if self.address[0] in ('127.0.0.1', '::1') else PAUSE

    def count(self):
        """Called before each connection."""
        if self.connections >= CONNECTIONS:
            raise Limited('the probe has made %d connections, which is its limit' % CONNECTIONS, 4)
        if time.monotonic() - self.start > SECONDS:
            raise Limited('the probe has taken %d seconds, which is its limit' % SECONDS, 4)
        self.connections += 1
        time.sleep(self.pause)

    def ask(self, hello):
        """The Answer to a Hello; one without content if the server closes the connection."""
        for attempt in range(3):
            self.count()
            try:
                answer = self.ask_datagrams(hello) if self.target.datagrams else self.ask_stream(hello)
                self.answered += 1
                return answer
            except (IndexError, struct.error):
                raise FitError('%s answers with messages that are no TLS' % self.target, 3)
            except OSError as error:
                if attempt == 2:
                    raise self.unreachable(error)
                time.sleep(0.3 * (attempt + 1))
        return None

    def unreachable(self, error):
        reason = 'it does not answer' if isinstance(error, socket.timeout) else error.strerror or str(error)
        if self.answered:
            return Limited('%s limits or drops connections: after %d answers, %s. Wait, then probe again'
                           % (self.target, self.answered, reason), 4)
        return FitError('%s cannot be reached: %s' % (self.target, reason), 3)

    def ask_stream(self, hello):
        answer = Answer()
        with socket.socket(self.family, socket.SOCK_STREAM) as stream:
            stream.settimeout(PATIENCE)
            stream.connect(self.address)
            stream.sendall(hello.record())
            with stream.makefile('rb') as source:
                while True:
                    try:
                        head = source.read(5)
                        payload = source.read(int.from_bytes(head[3:5], 'big')) if len(head) == 5 else b''
                    except ConnectionError:
                        return answer           # a server that refuses without an alert
                    if not payload or head[0] not in (20, 21, 22, 23):
                        return answer
                    if answer.take_record(head[0], payload):
                        return answer

    def ask_datagrams(self, hello):
        random, cookie, sequence = os.urandom(32), b'', 0
        with socket.socket(self.family, socket.SOCK_DGRAM) as peer:
            peer.settimeout(1.0)
            peer.connect(self.address)
            for _ in range(4):
                answer = Answer()
                answer.cookie = cookie or None
                peer.send(hello.datagram(random, cookie, sequence))
                try:
                    self.read_flight(peer, answer)
                except socket.timeout:
                    if not answer.messages:
                        continue
                    return answer
                if answer.cookie is None or answer.cookie == cookie or answer.is_done:
                    peer.send(FAREWELL + bytes([0, 2]) + bytes([2, 40]))
                    return answer
                cookie, sequence = answer.cookie, 1
        raise socket.timeout()

    @staticmethod
    def read_flight(peer, answer):
        parts, following = {}, None
        while not answer.is_done and answer.alert is None:
            datagram = peer.recv(65536)
            answer.datagrams.append(len(datagram))
            at = 0
            while at + 13 <= len(datagram):
                kind, length = datagram[at], struct.unpack_from('>H', datagram, at + 11)[0]
                payload = datagram[at + 13:at + 13 + length]
                at += 13 + length
                answer.records.append(length)
                if kind != HANDSHAKE:
                    answer.alert = payload[1] if kind == 21 and answer.alert is None else answer.alert
                    continue
                while len(payload) >= 12:
                    whole, number = int.from_bytes(payload[1:4], 'big'), struct.unpack_from('>H', payload, 4)[0]
                    offset, size = (int.from_bytes(payload[i:i + 3], 'big') for i in (6, 9))
                    parts.setdefault((number, payload[0], whole), {})[offset] = payload[12:12 + size]
                    payload = payload[12 + size:]
            for number, kind, whole in sorted(parts):
                body = b''.join(parts[number, kind, whole][offset] for offset in sorted(parts[number, kind, whole]))
                if len(body) < whole:
                    break
                if following is None or number >= following:
                    answer.take(kind, body)
                    following = number + 1
                    if kind == 3:
                        return


def addresses(target):
    """[(family, address)] of the server."""
    try:
        kind = socket.SOCK_DGRAM if target.datagrams else socket.SOCK_STREAM
        found = socket.getaddrinfo(target.host, target.port, type=kind)
    except socket.gaierror as error:
        raise FitError('%s: no such name: %s' % (target.host, error.strerror), 3)
    return list(dict.fromkeys((one[0], one[4]) for one in found))
