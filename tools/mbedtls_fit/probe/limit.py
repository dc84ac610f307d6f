# SPDX-License-Identifier: Apache-2.0
"""Whether a server keeps to a record_size_limit (RFC 8449) on a whole answer.

openssl cannot announce one, gnutls-cli can. A relay reads the headers of the records, which are in clear in TLS 1.3, too.
"""
import os
import shutil
import socket
import subprocess
import tempfile
import threading

from . import talk

PRIORITY = 'NORMAL:-VERS-ALL:+VERS-TLS%s'
PSK = ':-KX-ALL:+ECDHE-PSK:+DHE-PSK:+PSK'
ACKNOWLEDGED = b"Parsing extension 'Record Size Limit"
APPLICATION_DATA = 23
# No power of two: gnutls-cli would announce it as a max_fragment_length as well.
LIMIT = 1000


def is_there():
    return shutil.which('gnutls-cli') is not None


class Headers:
    """A relay for one connection; records: the lengths of the encrypted records from the server."""

    def __init__(self, family, address, patience=5):
        self.records = []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.listener.settimeout(patience)
        self.port = self.listener.getsockname()[1]
        self.family, self.address, self.patience = family, address, patience
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(3 * self.patience)
        self.listener.close()

    def serve(self):
        try:
            client = self.listener.accept()[0]
        except OSError:
            return
        with client, socket.socket(self.family, socket.SOCK_STREAM) as server:
            try:
                server.settimeout(self.patience)
                server.connect(self.address)
                server.settimeout(None)
                upward = threading.Thread(target=self.upward, args=(client, server), daemon=True)
                upward.start()
                self.downward(server, client)
                upward.join(self.patience)
            except OSError:
                pass

    @staticmethod
    def upward(client, server):
        """Ends with the client, and ends the other direction with it."""
        try:
            while True:
                data = client.recv(65536)
                if not data:
                    break
                server.sendall(data)
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def downward(self, server, client):
        with server.makefile('rb') as source:
            while True:
                head = source.read(5)
                payload = source.read(int.from_bytes(head[3:], 'big')) if len(head) == 5 else b''
                if not payload:
                    client.shutdown(socket.SHUT_WR)
                    return
                if head[0] == APPLICATION_DATA:
                    self.records.append(len(payload))
                client.sendall(head + payload)


def command(target, port, version, limit):
    words = ['gnutls-cli', '-d', '4', '--insecure', '-p', str(port), '--recordsize', str(limit),
             '--priority', PRIORITY % version + (PSK if target.psk else '')]
    words += ['--sni-hostname', target.name] if target.has_name else ['--disable-sni']
    for one in target.alpn:
        words += ['--alpn', one]
    if target.psk:
        words += ['--pskusername', target.psk[0], '--pskkey', target.psk[1].hex()]
    if target.certificate:
        words += ['--x509certfile', target.certificate, '--x509keyfile', target.key]
    return words + ['--logfile', '/dev/null', '127.0.0.1']


def ask(target, address, version, limit=LIMIT):
    """(whether the limit is acknowledged, lengths of the encrypted records) of one session, version 1.2 or 1.3."""
    family, place = address
    with tempfile.TemporaryFile(prefix='fit-') as said, Headers(family, place) as relay:
        process = subprocess.Popen(command(target, relay.port, version, limit), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=said, env=dict(os.environ, LC_ALL='C'))
        talk.exchange(process, target.request)
        said.seek(0)
        return ACKNOWLEDGED in said.read(), relay.records
