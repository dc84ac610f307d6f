# SPDX-License-Identifier: Apache-2.0
"""Writes the corpora, in which each harness begins, out of certificates of our own:

    PYTHONPATH=tests:. python3 -m fuzz.corpus

saved/ is not written: it holds what mbedtls_ssl_session_save() of the engine has written.
"""
import base64
import collections
import hashlib
import os
import struct
import sys

from fuzz.harnesses import CORPUS
from lib import x509
from tools.mbedtls_roots import store
from tools.mbedtls_roots.certificate import Certificate

Entry = collections.namedtuple('Entry', 'certificate')
DATES = {'start': 1767225600, 'end': 2082758400}        # the same bytes in every run


def certificates():
    """{name: chain in DER, the peer's own first}"""
    root = x509.Issuer('Fuzz Root', **DATES)
    limited = root.issuer('Limited CA', path_length=0, **DATES, more=[x509.constraints(
        ['DNS:example.test', 'IP:10.0.0.0/8', 'DN:O=Fuzz'], ['DNS:bad.example.test', 'email:example.test'])])
    purposes = root.issuer('Purposes CA', **DATES, more=[x509.purposes(x509.CLIENT, x509.EMAIL)])
    names = ['DNS:www.example.test', 'DNS:*.example.test', 'IP:10.1.2.3', 'IP:2001:db8::1', 'URI:https://x/',
             'email:a@example.test', 'DN:O=Fuzz,CN=x']
    plain = root.leaf('www.example.test', **DATES)
    many = limited.leaf('www.example.test', *names, **DATES)
    common = limited.leaf('www.example.test', extensions=[x509.basic(False)], **DATES)
    client = purposes.leaf('client', extensions=[x509.usage(0x84), x509.purposes(x509.CLIENT)], **DATES)
    bare = root.leaf('bare', extensions=[], version=1, **DATES)
    unknown = root.leaf('odd', more=[x509.extension('1.2.3.4.5', b'\5\0', critical=True)], **DATES)
    return {
        'plain': [plain, root], 'many': [many, limited, root], 'common': [common, limited],
        'client': [client, purposes, root], 'bare': [bare], 'unknown': [unknown, root],
        'twice': [plain, purposes, limited, root, root],
    }


def hello(session, cookie):
    body = b'\xfe\xfd' + bytes(range(32)) + bytes([len(session)]) + session + bytes([len(cookie)]) + cookie
    body += b'\0\2\xc0\x2b\1\0' + bytes(20)
    message = b'\1' + len(body).to_bytes(3, 'big') + bytes(5) + len(body).to_bytes(3, 'big') + body
    return b'\x16\xfe\xff' + bytes(8) + len(message).to_bytes(2, 'big') + message


def message(chain, is_tls13):
    """The list of a Certificate message."""
    return b''.join(len(each.der).to_bytes(3, 'big') + each.der + (b'\0\0' if is_tls13 else b'') for each in chain)


def roots(chains):
    """The last of each chain as collection.Entry objects have it."""
    return [Entry(Certificate(der)) for der in sorted({chain[-1].der for chain in chains.values() if len(chain) > 1})]


def corpora():
    """{harness: {name: contents}}"""
    chains = certificates()
    joined = {name: b''.join(each.der for each in chain) for name, chain in chains.items()}
    pin = 'sha256//' + base64.b64encode(hashlib.sha256(b'key').digest()).decode()
    record = b'\x17\xfe\xfd' + bytes(8) + b'\0\3abc'
    return {
        'hello': {'first': hello(b'', b''), 'session': hello(bytes(32), b''), 'cookie': hello(b'', bytes(16))},
        'cookie': {'v4': b'\6\x23' + bytes(6) + bytes(35) + bytes(16), 'v6': b'\x12\x43' + bytes(18 + 67 + 16)},
        'record': {'one': b'\0' + record, 'two': b'\0' + record + record + b'\x16\xfe',
                   'cid': b'\4\x19\xfe\xfd' + bytes(8) + b'cidx\0\2xy' + record},
        'extension': joined,
        'path': {name: bytes([role]) + data for role, (name, data) in enumerate(joined.items())},
        'pin': {name: joined[name] for name in ('plain', 'bare')},
        'pins': {'one': pin.encode(), 'two': (pin + ';' + pin).encode(), 'end': (pin + ';').encode()},
        'diagnosis': {name: struct.pack('>IBBIBIII', 0x2700, 6, 2, 0, 0, 0, flag, 1800000000) + data
                      for flag, (name, data) in zip((1, 4, 8, 0x200, 0x10000, 2, 8), joined.items())},
        'unreadable': {name: bytes([kind]) + message(chain, kind & 2)
                       for kind, (name, chain) in zip((0, 1, 2, 3, 8, 4, 12), chains.items())} |
                      {'empty': b'\1\0\0\2\x30\0'},
        'address': {name: text.encode() for name, text in {
            'v4': '192.0.2.1', 'v6': '2001:db8::7:0:1', 'mapped': '::ffff:192.0.2.1', 'zone': 'fe80::1%eth0',
            'full': '1:2:3:4:5:6:7:8', 'zero': '01.2.3.4'}.items()},
        'alpn': {'one': b'h2', 'two': b'h2\nhttp/1.1', 'empty': b'h2\n\nmqtt', 'long': b'x' * 256},
        'session': sessions(),
        'store': {'roots': b'\1' + store.encode(roots(chains)), 'none': b'\0' + store.encode([])},
    }


# Kinds, choices and edits of net.h.
def session(kind, choices, *edits):
    return bytes([kind, choices]) + b''.join(
        bytes([where | change << 2, unit]) + struct.pack('>HB', offset, len(data)) + data
        for where, change, unit, offset, data in edits)


def sessions():
    edits = {'plain': [], 'wire': [(1, 0, 1, 20, b'\1')], 'cut': [(1, 2, 0, 30, b'')], 'drop': [(0, 4, 1, 0, b'')],
             'late': [(1, 6, 1, 0, b'')], 'garbage': [(1, 7, 0, 0, b'HTTP/1.0 200 OK\r\n\r\n')],
             'server': [(3, 0, 1, 12, b'\x80')], 'client': [(2, 1, 0, 40, b'\0\xff')], 'end': [(1, 0, 6, 8, b'\xff')]}
    return {'%s%d' % (name, kind): session(kind, at % 16, *edits[name])
            for kind in range(5) for at, name in enumerate(edits)}


def key(text):
    """The private key of x509.Key(text), as RFC 5915 has it."""
    return x509.tlv(x509.SEQUENCE, x509.integer(1), x509.tlv(4, x509.Key(text).private.to_bytes(32, 'big')),
                    x509.tlv(0xA0, x509.oid('1.2.840.10045.3.1.7')))


def write_keys():
    """keys.h, for the sessions."""
    root, other = x509.Issuer('Fuzz Root', **DATES), x509.Issuer('Unknown Root', **DATES)
    arrays = {'root': root.der, 'leaf': root.leaf('www.example.test', **DATES).der, 'leaf_key': key('www.example.test'),
              'stranger': other.leaf('www.example.test', key=x509.Key('stranger'), **DATES).der,
              'stranger_key': key('stranger')}
    with open(os.path.join(os.path.dirname(CORPUS), 'keys.h'), 'w') as output:
        output.write('/*\n * SPDX-License-Identifier: Apache-2.0\n *\n * Certificates and keys of fuzz_session.c, written by '
                     'corpus.py.\n */\n#ifndef FUZZ_KEYS_H\n#define FUZZ_KEYS_H\n')
        for name, data in arrays.items():
            output.write('\nstatic const unsigned char fuzz_%s[] =\n{\n' % name)
            for at in range(0, len(data), 16):
                output.write('    %s,\n' % ', '.join('0x%02X' % byte for byte in data[at:at + 16]))
            output.write('};\n')
        output.write('\n#endif /* FUZZ_KEYS_H */\n')


def main():
    write_keys()
    for harness, inputs in corpora().items():
        folder = os.path.join(CORPUS, harness)
        os.makedirs(folder, exist_ok=True)
        for name, contents in inputs.items():
            with open(os.path.join(folder, name), 'wb') as output:
                output.write(contents)
    return 0


if __name__ == '__main__':
    sys.exit(main())
