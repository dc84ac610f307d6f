# SPDX-License-Identifier: Apache-2.0
"""P-256 in Python's integers, by the definitions: what the kernel in ports/src/alt is compared with."""

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
R = 2**256


def is_on_curve(point):
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - x**3 + 3 * x - B) % P == 0


def add(one, other):
    """None is the point at infinity."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0]**2 - 3) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def multiply(number, point):
    result = None
    for bit in bin(number % N)[2:]:
        result = add(result, result)
        if bit == '1':
            result = add(result, point)
    return result


def to_bytes(*numbers):
    return b''.join(number.to_bytes(32, 'big') for number in numbers)


def sign(private, secret, digest):
    """r and s with this secret number."""
    number = int.from_bytes(digest[:32], 'big')
    r = multiply(secret, G)[0] % N
    return r, (number + r * private) * pow(secret, -1, N) % N


def words(number):
    return ', '.join('0x%08X' % (number >> 32 * at & 0xFFFFFFFF) for at in range(8))


def constants():
    """The constants of ports/src/alt as they stand there."""
    comb = []
    for index in range(8):
        number = 2**195 + sum((1 if index >> row & 1 else -1) * 2**(65 * row) for row in range(3))
        comb += multiply(number, G)
    return {
        'p256_number.c': [P, N, B],
        'p256_point.c': [R * R % P, R % P] + [number * R % P for number in comb],
        'p256_sign.c': [R * R % N],
    }
