# SPDX-License-Identifier: Apache-2.0
"""Whole sessions with a server, by "openssl s_client -msg": what it sends encrypted, and its records."""
import collections
import os
import re
import selectors
import subprocess
import tempfile
import time

HEAD = re.compile(r'^(<<<|>>>) (.*?)\[length ([0-9a-f]+)\](?:, (.*))?$')
# Of DTLS the command names no message, but the content type, 256 for the header of a record.
NUMBERED = re.compile(r'content_type=(\d+)\)')
CONTENT = {256: 'RecordHeader', 21: 'Alert', 22: 'Handshake'}
MESSAGES = {4: 'NewSessionTicket', 11: 'Certificate', 13: 'CertificateRequest', 14: 'ServerHelloDone', 20: 'Finished'}
ALERTS = {0: 'close_notify'}
APPLICATION_DATA, ALERT = 23, 21
LARGEST = 1 << 20                       # bytes of an answer after which nothing new is learned

Message = collections.namedtuple('Message', 'received kind name data')


class Talk:
    """messages in order; records: bytes of each record of data; answer: bytes; has_closed: with close_notify"""

    def __init__(self, messages, answer, has_ended, errors):
        self.messages, self.answer, self.has_ended, self.errors = messages, answer, has_ended, errors
        heads = [one.data for one in messages if one.received and one.kind.startswith('RecordHeader')]
        heads = [int.from_bytes(data[-2:], 'big') for data in heads if data[:1] == bytes([APPLICATION_DATA])]
        self.records = heads
        received = [one for one in messages if one.received]
        self.is_connected = any('Finished' in one.name for one in received)
        self.has_closed = any('close_notify' in one.name for one in received)
        self.alerts = [one.name for one in received if one.kind.startswith('Alert')]

    def all(self, name):
        return [one.data for one in self.messages if one.received and one.name.startswith(name)]

    def chain(self):
        """The certificates of a TLS 1.3 session."""
        for data in self.all('Certificate'):
            at, found = 4 + 1 + data[4] + 3, []
            while at + 3 <= len(data):
                length = int.from_bytes(data[at:at + 3], 'big')
                found.append(data[at + 3:at + 3 + length])
                at += 3 + length
                at += 2 + int.from_bytes(data[at:at + 2], 'big')
            return found
        return []


def parse(text):
    found, current = [], None
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            current = [head.group(1) == '<<<', head.group(2).rpartition(', ')[2].strip(), head.group(4) or '', []]
            numbered = NUMBERED.search(head.group(2))
            if numbered:
                current[1] = CONTENT.get(int(numbered.group(1)), '')
            found.append(current)
        elif current is not None and line.startswith('    '):
            current[3].append(line.strip())
    return [named(Message(received, kind, name, bytes.fromhex(' '.join(lines).replace('...', ''))))
            for received, kind, name, lines in found]


def named(message):
    if message.name or not message.data:
        return message
    if message.kind == 'Handshake':
        return message._replace(name=MESSAGES.get(message.data[0], ''))
    if message.kind == 'Alert':
        return message._replace(name=ALERTS.get(message.data[-1], 'alert %d' % message.data[-1]))
    return message


def command(target, address, options):
    host = '[%s]' % address[0] if ':' in address[0] else address[0]
    words = ['openssl', 's_client', '-connect', '%s:%d' % (host, address[1]), '-quiet', '-no_ign_eof', '-msg']
    words += ['-servername', target.name] if target.has_name else ['-noservername']
    words += ['-alpn', ','.join(target.alpn)] if target.alpn else []
    if target.datagrams:
        words += ['-dtls1_2']
    if target.psk:
        words += ['-psk_identity', target.psk[0], '-psk', target.psk[1].hex()]
    if target.certificate:
        words += ['-cert', target.certificate, '-key', target.key]
    return words + list(options)


def talk(target, address, options=(), request=None, limit=15, quiet=1.0):
    """One session; ends when the server closes it, when it has said nothing for a while, or after LARGEST bytes."""
    with tempfile.TemporaryDirectory(prefix='fit-') as folder:
        path = os.path.join(folder, 'messages')
        words = command(target, address, options) + ['-msgfile', path]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        answer, has_ended = exchange(process, target.request if request is None else request, limit, quiet)
        with open(path, encoding='ascii', errors='replace') as said:
            return Talk(parse(said.read()), answer, has_ended, '')


def exchange(process, request, limit=15, quiet=1.0):
    """Sends a request through a program and ends it; returns (the answer, whether the server has ended the session)."""
    answer, has_ended = b'', False
    try:
        process.stdin.write(request)
        process.stdin.flush()
        answer, has_ended = read(process, limit, quiet)
    except BrokenPipeError:
        has_ended = True
    finally:
        end(process)
    return answer, has_ended


def end(process):
    """Closes its input, so that it says close_notify: a server over UDP would wait for it otherwise."""
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.stdout.close()
    for act in (None, process.terminate, process.kill):
        if act:
            act()
        try:
            process.wait(1)
            return
        except subprocess.TimeoutExpired:
            pass


def read(process, limit, quiet):
    end, answer = time.monotonic() + limit, b''
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < end and len(answer) < LARGEST:
            # The first byte may take longer: the handshake comes before it.
            wait = quiet if answer else min(4 * quiet, end - time.monotonic())
            if not selector.select(max(wait, 0)):
                return answer, process.poll() is not None
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                return answer, True
            answer += data
    return answer, False
