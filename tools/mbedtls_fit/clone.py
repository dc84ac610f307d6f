# SPDX-License-Identifier: Apache-2.0
"""A stranger's certificates: those of a server, word for word, with keys and signatures of the stranger."""
import os
import subprocess

from tools.mbedtls_host.pki import make_key
from tools.mbedtls_roots import der, pem
from tools.mbedtls_roots.certificate import Certificate

DIGESTS = {'SHA-1': 'sha1', 'SHA-224': 'sha224', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512'}
PSS = '1.2.840.113549.1.1.10'


def encoded(tag, content):
    length = len(content)
    size = bytes([length]) if length < 0x80 else None
    if size is None:
        number = length.to_bytes((length.bit_length() + 7) // 8, 'big')
        size = bytes([0x80 | len(number)]) + number
    return bytes([tag]) + size + content


def openssl(*words, data=None):
    return subprocess.run(['openssl', *words], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=True).stdout


def key_like(certificate, path):
    """A new key of the same kind and size."""
    kind = 'ec:' + certificate.key.split()[1] if certificate.key_kind == 'EC' else 'rsa:%d' % certificate.key_bits
    make_key(path, kind)


class Clone:
    """pem, key, chain: paths, as tools.mbedtls_host.servers wants them."""

    def __init__(self, certificate, base):
        self.original, self.pem, self.key, self.chain = certificate, base + '.pem', base + '.key', base + '.chain.pem'
        key_like(certificate, self.key)

    def sign(self, issuer_key):
        """Writes the certificate, signed with the key in a file."""
        whole = der.Reader(self.original.der).enter(der.SEQUENCE, 'certificate')
        signed = whole.enter(der.SEQUENCE, 'signed part')
        algorithm = whole.encoded(der.SEQUENCE, 'algorithm')
        parts = []
        while not signed.at_end():
            part = signed.encoded(signed.peek(), 'field')
            parts.append(part if part != self.original.spki else openssl('pkey', '-in', self.key, '-pubout',
                                                                         '-outform', 'DER'))
        body = encoded(der.SEQUENCE, b''.join(parts))
        options = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'] \
            if self.original.signature_oid == PSS else []
        signature = openssl('dgst', '-' + DIGESTS.get(self.original.signature, 'sha256'), '-sign', issuer_key, *options,
                            data=body)
        data = encoded(der.SEQUENCE, body + algorithm + encoded(der.BIT_STRING, b'\0' + signature))
        self.text = pem.encode(data)
        with open(self.pem, 'w') as output:
            output.write(self.text)


def clone(chain, root, folder):
    """(the server's Clone, that of its root) for a chain and a root, DER."""
    os.makedirs(folder, exist_ok=True)
    every = [Certificate(data) for data in list(chain) + [root]]
    clones = [Clone(one, os.path.join(folder, 'stranger-%d' % number)) for number, one in enumerate(every)]
    for one in clones:
        issuer = next((other for other in clones if other.original.subject == one.original.issuer), None)
        if issuer is None:                      # the root's own issuer
            issuer = Clone(one.original, one.key + '-issuer')
            if (one.original.signature_oid.startswith('1.2.840.10045')) != (one.original.key_kind == 'EC'):
                make_key(issuer.key, 'ec:P-256' if one.original.key_kind != 'EC' else 'rsa:2048')
        one.sign(issuer.key)
    with open(clones[0].chain, 'w') as output:
        output.write(''.join(one.text for one in clones[:-1]))
    return clones[0], clones[-1]
