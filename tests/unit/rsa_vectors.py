#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes rsa_vectors.h with OpenSSL: public keys, what they make of a number, signatures good and forged.

    tests/unit/rsa_vectors.py > tests/unit/rsa_vectors.h
"""
import hashlib
import os
import re
import subprocess
import tempfile

KEYS = ((2048, 65537), (1031, 3), (2048, (1 << 33) + 1), (3072, 65537), (4096, 65537))
DIGEST = hashlib.sha256(b'signed').digest()
INFO = bytes.fromhex('3031300d060960864801650304020105000420') + DIGEST


def openssl(*arguments, data=None):
    return subprocess.run(('openssl',) + arguments, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True).stdout


def forged(length):
    """Messages that only a lax reader takes for the digest's, and the one that is."""
    def padded(info, first=b'\0\1', fill=b'\xff', zero=b'\0', tail=b''):
        return first + fill * (length - 3 - len(info) - len(tail)) + zero + info + tail
    no_null = bytes.fromhex('302f300b0609608648016503040201') + b'\x04\x20' + DIGEST
    sha1 = bytes.fromhex('3021300906052b0e03021a05000414') + DIGEST[:20]
    return [padded(INFO),
            padded(INFO, first=b'\0\2'), padded(INFO, first=b'\1\1'), padded(INFO, fill=b'\xfe'),
            padded(INFO, zero=b'\xff'), padded(INFO, fill=b'\0'), padded(no_null), padded(sha1),
            # Rubbish behind the digest, with the padding cut short: forged without a key where e is 3.
            b'\0\1' + b'\xff' * 8 + b'\0' + INFO + bytes(range(1, 1 + length - 11 - len(INFO))),
            padded(INFO, tail=b'\0'), padded(INFO[:-1]), padded(INFO[:-1] + bytes([INFO[-1] ^ 1])),
            padded(b'\x30\x81\x31' + INFO[2:]), padded(DIGEST),
            b'\0\1' + b'\xff' * (length - 3) + b'\0', bytes(length - 1) + b'\1']


def array(name, items):
    rows = ',\n'.join('    { %s }' % ', '.join('0x%02x' % byte for byte in item) for item in items)
    rows = re.sub(r'((?:0x\w\w, ){16})', r'\1\n      ', rows).replace(' \n', '\n')
    return 'static const unsigned char %s[][%d] =\n{\n%s\n};\n' % (name, max(map(len, items)), rows)


def main():
    moduli, exponents, inputs, outputs, signatures = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'key')
        for bits, exponent in KEYS:
            with open(path, 'wb') as output:
                output.write(openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:%d' % bits,
                                     '-pkeyopt', 'rsa_keygen_pubexp:%d' % exponent))
            length = (bits + 7) // 8
            modulus = int(openssl('rsa', '-in', path, '-noout', '-modulus').decode().split('=')[1], 16)
            number = int.from_bytes(hashlib.shake_256(b'%d' % bits).digest(length), 'big') % modulus
            number = number.to_bytes(length, 'big')
            moduli.append(modulus.to_bytes(length, 'big'))
            exponents.append(exponent.to_bytes(5, 'big'))
            inputs.append(number)
            outputs.append(openssl('pkeyutl', '-encrypt', '-inkey', path, '-pkeyopt', 'rsa_padding_mode:none',
                                   data=number))
            signatures.append(openssl('pkeyutl', '-sign', '-inkey', path, '-pkeyopt', 'digest:sha256', data=DIGEST))
            if bits == 1031:
                forgeries = [openssl('pkeyutl', '-decrypt', '-inkey', path, '-pkeyopt', 'rsa_padding_mode:none',
                                     data=message) for message in forged(length)]
    print('/*\n * SPDX-License-Identifier: Apache-2.0\n *\n * Made by rsa_vectors.py with OpenSSL. Of the forgeries,'
          ' made with the second\n * key, the first is good.\n */')
    print('static const size_t lengths[] = { %s };\n' % ', '.join(str((bits + 7) // 8) for bits, _ in KEYS))
    print(array('moduli', moduli))
    print(array('exponents', exponents))
    print(array('inputs', inputs))
    print(array('outputs', outputs))
    print(array('signatures', signatures))
    print(array('digest', [DIGEST]))
    print(array('forgeries', forgeries), end='')


if __name__ == '__main__':
    main()
