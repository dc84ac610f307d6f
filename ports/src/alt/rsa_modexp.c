/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The public operation of RSA, in a quarter of the memory of the engine's own.
 *
 * Method: Montgomery multiplication word by word, product and reduction in one pass,
 * with UMAAL where there is one; square and multiply over the exponent.
 * Bounds: public exponents and odd moduli of any length.
 * Time: depends on the modulus and the exponent, which are public, not on the base.
 */
#include <stdint.h>
#include <string.h>

#include "rsa_modexp.h"
#include "thumb2.h"

#include "tls_memory.h"

/* A number is count words, least significant first; R = 2^(32 count). */
struct montgomery
{
    uint32_t *modulus;
    uint32_t *sum;                      /* count + 1 words, and one in front */
    size_t count;
    uint32_t negative_inverse;          /* -1/modulus mod 2^32 */
};

static void read_words(uint32_t *words, const unsigned char *bytes, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++)
    {
        words[i / 4] |= (uint32_t)bytes[length - 1 - i] << i % 4 * 8;
    }
}

static void write_words(unsigned char *bytes, const uint32_t *words, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++)
    {
        bytes[length - 1 - i] = (unsigned char)(words[i / 4] >> i % 4 * 8);
    }
}

/* number -= modulus & mask; returns the borrow. Takes the same time with mask 0. */
static uint32_t subtract(const struct montgomery *m, uint32_t *number, uint32_t mask)
{
    uint32_t borrow = 0;
    size_t i;

    for (i = 0; i < m->count; i++)
    {
        uint64_t word = (uint64_t)number[i] - (m->modulus[i] & mask) - borrow;

        number[i] = (uint32_t)word;
        borrow = (uint32_t)(word >> 32) & 1;
    }

    return borrow;
}

/* Reduce carry:number, which is below twice the modulus. */
static void reduce(const struct montgomery *m, uint32_t *number, uint32_t carry)
{
    uint32_t borrow = subtract(m, number, 0xFFFFFFFF);
    uint32_t add = 0 - (borrow & (carry ^ 1));
    uint64_t word = 0;
    size_t i;

    for (i = 0; i < m->count; i++)
    {
        word += (uint64_t)number[i] + (m->modulus[i] & add);
        number[i] = (uint32_t)word;
        word >>= 32;
    }
}

static void twice(const struct montgomery *m, uint32_t *number)
{
    uint32_t carry = 0;
    size_t i;

    for (i = 0; i < m->count; i++)
    {
        uint32_t high = number[i] >> 31;

        number[i] = number[i] << 1 | carry;
        carry = high;
    }
    reduce(m, number, carry);
}

/* word + carry 2^32 = word + a b + carry: never more than 64 bits */
#ifdef ALT_HAS_UMAAL
static void add_product(uint32_t *word, uint32_t *carry, uint32_t a, uint32_t b)
{
    __asm__("umaal %0, %1, %2, %3" : "+r"(*word), "+r"(*carry) : "r"(a), "r"(b));
}
#else
static void add_product(uint32_t *word, uint32_t *carry, uint32_t a, uint32_t b)
{
    uint64_t sum = (uint64_t)a * b + *word + *carry;

    *word = (uint32_t)sum;
    *carry = (uint32_t)(sum >> 32);
}
#endif

/* sum = (sum + a b + modulus q) / 2^32, where q makes the lowest word zero; sum has count + 1 words */
static void add_row(const struct montgomery *m, const uint32_t *a, uint32_t b)
{
    uint32_t *sum = m->sum;
    const uint32_t *modulus = m->modulus, *end = a + m->count;
    uint32_t q = (sum[0] + a[0] * b) * m->negative_inverse;
    uint32_t carry = 0, carry_q = 0;
    uint64_t top;

    for (; a < end; sum++)
    {
        uint32_t word = sum[0];

        add_product(&word, &carry, *a++, b);
        add_product(&word, &carry_q, *modulus++, q);
        sum[-1] = word;             /* all moves down by a word */
    }
    top = (uint64_t)sum[0] + carry + carry_q;
    sum[-1] = (uint32_t)top;
    sum[0] = (uint32_t)(top >> 32);
}

/* a = a * b / R; b may be a */
static void multiply(const struct montgomery *m, uint32_t *a, const uint32_t *b)
{
    size_t i;

    memset(m->sum, 0, (m->count + 1) * sizeof(*m->sum));
    for (i = 0; i < m->count; i++)
    {
        add_row(m, a, b[i]);
    }
    memcpy(a, m->sum, m->count * sizeof(*a));
    reduce(m, a, m->sum[m->count]);
}

static void set_modulus(struct montgomery *m, const unsigned char *bytes, size_t length)
{
    uint32_t inverse = 1;
    int i;

    read_words(m->modulus, bytes, length);
    /* Each round doubles the number of correct bits. */
    for (i = 0; i < 5; i++)
    {
        inverse *= 2 - m->modulus[0] * inverse;
    }
    m->negative_inverse = 0 - inverse;
}

/* number = R * R mod modulus */
static void set_square_of_r(const struct montgomery *m, uint32_t *number, size_t bits)
{
    size_t bit = 1;
    size_t i;

    /* The highest power of two below the modulus, doubled up to R and 32 times more: 2^32 in Montgomery form. */
    number[(bits - 1) / 32] = (uint32_t)1 << (bits - 1) % 32;
    for (i = bits - 1; i < 32 * m->count + 32; i++)
    {
        twice(m, number);
    }
    /* To the power of count: 2^(32 count). A multiplication by 2^32 is 32 doublings. */
    while (bit <= m->count / 2)
    {
        bit *= 2;
    }
    for (bit /= 2; bit != 0; bit /= 2)
    {
        multiply(m, number, number);
        for (i = 0; i < 32 && (m->count & bit) != 0; i++)
        {
            twice(m, number);
        }
    }
}

int rsa_modexp(unsigned char *data, size_t length, const mbedtls_mpi *modulus, const mbedtls_mpi *exponent)
{
    struct montgomery m = { 0 };
    size_t bits = mbedtls_mpi_bitlen(modulus);
    size_t bit = mbedtls_mpi_bitlen(exponent);
    uint32_t *work, *base, *power;
    size_t size;
    int ret;

    m.count = (length + 3) / 4;
    size = (4 * m.count + 2) * sizeof(*work);
    work = tls_calloc(1, size);
    if (work == NULL)
    {
        return MBEDTLS_ERR_MPI_ALLOC_FAILED;
    }
    m.modulus = work;
    base = work + m.count;
    power = base + m.count;
    m.sum = power + m.count + 1;

    /* data serves as the buffer through which the modulus is read. */
    read_words(base, data, length);
    ret = mbedtls_mpi_write_binary(modulus, data, length);
    set_modulus(&m, data, length);
    memcpy(m.sum, base, m.count * sizeof(*base));
    if (ret == 0 && subtract(&m, m.sum, 0xFFFFFFFF) == 0)
    {
        ret = MBEDTLS_ERR_MPI_BAD_INPUT_DATA;
    }
    if (ret == 0)
    {
        set_square_of_r(&m, power, bits);
        multiply(&m, base, power);
        memcpy(power, base, m.count * sizeof(*base));
        for (bit--; bit > 0; bit--)
        {
            multiply(&m, power, power);
            if (mbedtls_mpi_get_bit(exponent, bit - 1))
            {
                multiply(&m, power, base);
            }
        }
        memset(base, 0, m.count * sizeof(*base));
        base[0] = 1;
        multiply(&m, power, base);
        write_words(data, power, length);
    }
    tls_zeroize(work, size);
    tls_free(work);

    return ret;
}
