# SPDX-License-Identifier: Apache-2.0
"""Parses just enough TLS to find the phases of a handshake in the bytes on the wire."""
import functools
import re
import subprocess

DATAGRAM_VERSION = 0xFE
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
SERVER_HELLO, CERTIFICATE, SERVER_HELLO_DONE = 2, 11, 14


def is_datagrams(stream):
    return len(stream) > 1 and stream[1] == DATAGRAM_VERSION


def records(stream):
    """[(type, offset, end, payload)] of one direction."""
    found, offset = [], 0
    header = 13 if is_datagrams(stream) else 5          # epoch and sequence number, RFC 6347 4.1
    while offset + header <= len(stream):
        start = offset + header
        end = start + int.from_bytes(stream[start - 2:start], 'big')
        found.append((stream[offset], offset, end, stream[start:end]))
        offset = end
    return found


def messages_of_datagrams(received):
    """Like messages(); a message ends with the fragment that holds its last byte, since none gets lost."""
    found = {}
    for kind, _, end, payload in records(received):
        if kind != HANDSHAKE:
            break
        length, offset, part = (int.from_bytes(payload[at:at + 3], 'big') for at in (1, 6, 9))
        if offset + part == length:
            found.setdefault(payload[0], end)
    return found


def messages(received):
    """{type of a handshake message in clear: end of the record that it ends in}"""
    if is_datagrams(received):
        return messages_of_datagrams(received)
    found, pending = {}, b''
    for kind, _, end, payload in records(received):
        if kind != HANDSHAKE:
            break
        pending += payload
        while len(pending) >= 4 and len(pending) >= 4 + int.from_bytes(pending[1:4], 'big'):
            found.setdefault(pending[0], end)
            pending = pending[4 + int.from_bytes(pending[1:4], 'big'):]
    return found


def boundaries(sent, received):
    """[(phase, true if the client sends its last message, offset of its end)] for each phase from setup to finished.

    TLS 1.2: hello up to the ServerHello, certificate up to the server's Certificate, key exchange up to the client's
    ChangeCipherSpec; with a pre-shared key there is no certificate. In TLS 1.3 the messages are encrypted, and each
    record counts as one: EncryptedExtensions and Certificate, then CertificateVerify; with fewer records there is one
    phase, named server.
    """
    clear = messages(received)
    if SERVER_HELLO not in clear:
        return []
    phases = [('hello', False, clear[SERVER_HELLO])]
    if CERTIFICATE in clear or SERVER_HELLO_DONE in clear:
        phases += [('certificate', False, clear[CERTIFICATE])] if CERTIFICATE in clear else []
        spec = [offset for kind, offset, _, _ in records(sent) if kind == CHANGE_CIPHER_SPEC]
        return phases + [('key exchange', True, spec[0])] if spec else phases
    hidden = [end for kind, _, end, _ in records(received) if kind == APPLICATION_DATA]
    if len(hidden) >= 4:
        return phases + [('certificate', False, hidden[1]), ('key exchange', False, hidden[2])]
    return phases + [('server', False, hidden[0])] if hidden else phases


@functools.lru_cache(None)
def suite_names():
    output = subprocess.run(['openssl', 'ciphers', '-V', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], stdout=subprocess.PIPE,
                            text=True, check=True).stdout
    return {int(high + low, 16): name
            for high, low, name in re.findall(r'0x(\w\w),0x(\w\w) - (\S+)', output)}


def suite(received):
    """The name of the suite that the server has chosen."""
    for kind, _, _, payload in records(received):
        if kind == HANDSHAKE and payload[:1] == bytes([SERVER_HELLO]):
            at = 46 if is_datagrams(received) else 38
            at += 1 + payload[at]
            number = int.from_bytes(payload[at:at + 2], 'big')
            return suite_names().get(number, '0x%04x' % number)
    return None
