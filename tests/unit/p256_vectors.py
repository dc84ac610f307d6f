#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes p256_vectors.h with OpenSSL: keys, shared secrets, signatures of P-256.

    tests/unit/p256_vectors.py > tests/unit/p256_vectors.h
"""
import os
import re
import subprocess
import tempfile

KEYS = 3
# Digests as they come (SHA-1, SHA-256, SHA-512), and those at the edges: above the order, and zero.
DIGESTS = [bytes(range(1, 21)), bytes(range(32, 64)), bytes(range(100, 164)), b'\xff' * 32, bytes(32)]


def openssl(*arguments, data=None):
    return subprocess.run(('openssl',) + arguments, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True).stdout


def array(name, items):
    """A two-dimensional array; a row is as long as its bytes."""
    rows = ',\n'.join('    { %s }' % ', '.join('0x%02x' % byte for byte in item) for item in items)
    rows = re.sub(r'((?:0x\w\w, ){16})', r'\1\n      ', rows).replace(' \n', '\n')
    return 'static const unsigned char %s[][%d] =\n{\n%s\n};\n' % (name, max(map(len, items)), rows)


def main():
    with tempfile.TemporaryDirectory() as folder:
        keys, ders, private, public = [], [], [], []
        for number in range(KEYS):
            path = os.path.join(folder, 'key%d' % number)
            with open(path, 'wb') as output:
                output.write(openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'))
            keys.append(path)
            # Without the public key, which has to be computed from it.
            der = openssl('ec', '-in', path, '-outform', 'DER', '-no_public')
            ders.append(der)
            private.append(der[7:39])
            public.append(openssl('pkey', '-in', path, '-pubout', '-outform', 'DER')[-65:])
        secrets = []
        for number in range(KEYS):
            peer = os.path.join(folder, 'peer')
            with open(peer, 'wb') as output:
                output.write(openssl('pkey', '-in', keys[(number + 1) % KEYS], '-pubout'))
            secrets.append(openssl('pkeyutl', '-derive', '-inkey', keys[number], '-peerkey', peer))
        signatures = [openssl('pkeyutl', '-sign', '-inkey', keys[0], data=digest) for digest in DIGESTS]
    print('/*\n * SPDX-License-Identifier: Apache-2.0\n *\n * Made by p256_vectors.py with OpenSSL. Of the keys, each'
          ' agrees with the next\n * on a secret; the first has signed the digests (DER).\n */')
    print(array('private_keys', private))
    print(array('public_keys', public))
    print(array('key_files', ders))
    print(array('secrets', secrets))
    print(array('digests', DIGESTS))
    print('static const size_t digest_lengths[] = { %s };\n' % ', '.join(str(len(digest)) for digest in DIGESTS))
    print(array('signatures', signatures), end='')


if __name__ == '__main__':
    main()
