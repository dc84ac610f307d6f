#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes gcm_vectors.h from the response files of NIST's cryptographic algorithm validation program
(gcmDecrypt128.rsp, gcmDecrypt256.rsp of gcmtestvectors.zip; Debian has them in python3-cryptography-vectors).
They are a work of the United States government, in the public domain.

    tests/unit/gcm_vectors.py FOLDER > tests/unit/gcm_vectors.h
"""
import os
import re
import subprocess
import sys

# The lengths of iv, text, additional data and tag in bits of which a case is taken, good ones and bad ones.
GOOD = [(96, 0, 0, 128), (96, 0, 720, 120), (96, 128, 0, 128), (96, 128, 128, 128), (96, 104, 160, 112),
        (96, 256, 384, 104), (96, 408, 720, 128), (96, 408, 0, 96), (96, 104, 128, 64), (96, 256, 160, 32),
        (8, 408, 160, 128), (8, 0, 0, 128), (1024, 408, 720, 128), (1024, 128, 384, 96)]
BAD = [(96, 128, 0, 128), (96, 408, 720, 32), (8, 104, 160, 64)]

REDUCTION = 0xE1 << 120
ONE = 1 << 127


def cases(path):
    """((lengths), fields) of each case; a bad one's fields have 'FAIL'."""
    lengths, fields = {}, {}
    with open(path, encoding='ascii') as source:
        for line in source:
            found = re.match(r'\[(\w+) = (\d+)\]', line)
            if found:
                lengths[found.group(1)] = int(found.group(2))
            found = re.match(r'(\w+) ?=? ?(\w*)$', line)
            if found:
                fields[found.group(1)] = found.group(2)
            elif not line.strip() and 'Key' in fields:
                yield tuple(lengths[name] for name in ('IVlen', 'PTlen', 'AADlen', 'Taglen')), fields
                fields = {}


def chosen(path):
    found = list(cases(path))
    for wanted, is_bad in [(each, False) for each in GOOD] + [(each, True) for each in BAD]:
        yield next(fields for lengths, fields in found if lengths == wanted and ('FAIL' in fields) == is_bad)


def multiply(a, b):
    product = 0
    for bit in range(127, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = b >> 1 ^ (REDUCTION if b & 1 else 0)
    return product


def inverse(a):
    """a ^ (2^128 - 2)."""
    result = ONE
    for _ in range(127):
        a = multiply(a, a)
        result = multiply(result, a)
    return result


def iv_before_the_end(key, counter):
    """A vector of 16 bytes from which GCM computes this first counter (SP 800-38D 7.1)."""
    block = subprocess.run(['openssl', 'enc', '-aes-128-ecb', '-nopad', '-K', key.hex()], input=bytes(16),
                           stdout=subprocess.PIPE, check=True).stdout
    step = inverse(int.from_bytes(block, 'big'))
    return multiply(multiply(counter, step) ^ 128, step).to_bytes(16, 'big')


def literal(text):
    """A string literal, in lines that are not too long."""
    return '\n      '.join('"%s"' % text[i:i + 96] for i in range(0, max(len(text), 1), 96))


def main():
    print('/*\n * SPDX-License-Identifier: Apache-2.0\n *\n * Made by gcm_vectors.py from files of NIST, in the public'
          ' domain. A case without\n * plain text is one to refuse.\n */')
    print('struct vector\n{\n    const char *key, *iv, *add, *cipher, *tag, *plain;\n};\n')
    for bits in ('128', '256'):
        print('static const struct vector vectors_%s[] =\n{' % bits)
        rows = []
        for fields in chosen(os.path.join(sys.argv[1], 'gcmDecrypt%s.rsp' % bits)):
            texts = [literal(fields[name]) for name in ('Key', 'IV', 'AAD', 'CT', 'Tag')]
            texts.append('NULL' if 'FAIL' in fields else literal(fields['PT']))
            rows.append('    { %s }' % ',\n      '.join(texts))
        print(',\n'.join(rows) + '\n};\n')
    print('/* With a key of zeros the counter of its first block ends in FFFFFFFE. */')
    print('static const char iv_before_the_end[] = %s;'
          % literal(iv_before_the_end(bytes(16), 0x00112233445566778899AABBFFFFFFFE).hex()))


if __name__ == '__main__':
    main()
