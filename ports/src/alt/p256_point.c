/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Points of P-256: products with secret numbers, and sums for the verification of
 * signatures.
 *
 * Method. Points have Jacobian coordinates: x = X / Z^2, y = Y / Z^3; Z is 0 for the
 * point at infinity. The formulas are for a = -3, from the Explicit-Formulas Database
 * (Bernstein, Lange): dbl-2001-b, add-2007-bl and madd-2007-bl with the steps ordered
 * for seven numbers. They are programs of three-address code: two bytes for what would
 * be a call of ten.
 *
 * A product takes an odd number k: if it is even, the order minus it, and then the
 * opposite of the result. An odd number below 2^L is a sum of 2^i or -2^i for each i
 * below L; the signs are the bits of (k - 1) / 2 + 2^(L - 1) (Hedabou, Pinel, Beneteau,
 * "Countermeasures for preventing comb method against SCA attacks", 2005). Hence every
 * step adds a point, never none:
 * - a base point's product has L = 260 and four rows of 65 signs (a comb). A column of
 *   signs is one of 8 points in ROM, or its opposite;
 * - another point's has L = 258 and 86 windows of 3 signs: 1, 3, 5 or 7 times the point,
 *   or the opposite.
 *
 * The formulas for a sum do not hold if both points are equal. A partial sum, doubled,
 * is (as an integer, times the point) larger than any point of the table, and below the
 * order, so it can equal the added point only if that is a negative one, -d, and the sum
 * is the order - d: in the last step, for k = order - 2 d with d = 1, 3, 5, 7 or a point
 * of the comb. The formulas then give 0, 0, 0 where twice the added point is right: this
 * is always computed, and taken if Z is 0. The sum is never the point at infinity,
 * because k is not the order.
 *
 * The verification adds both products in one row of doublings. There each case is a
 * branch, the comb joins for the last 65 steps, and the other number has signed digits
 * from the left: the bits of k less those of k / 2 are 1, 0, -1 with alternating signs
 * (Okeya, Schmidt-Samoa, Spahn, Takagi, CRYPTO 2004), so that four of them, from one that
 * is not 0 on, are an odd digit of up to 7 and zeros. A 7 is taken as 8 - 1, because the
 * stack has no room for that multiple.
 *
 * Bounds: every number of a slot is below the prime, as the field's functions need it and
 * return it; p256_load() multiplies numbers up to 2^256 - 1 by a constant below it.
 *
 * Constant time: p256_store(), p256_multiply_base(), p256_multiply() and
 * p256_make_multiples(). A secret choice reads all points of its table.
 */
#include <string.h>

#include "p256_point.h"

#include "p256_kernel.h"

#include "mbedtls/platform_util.h"

static const p256_number r_squared =    /* 2^512 */
{
    0x00000003, 0x00000000, 0xFFFFFFFF, 0xFFFFFFFB, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0x00000004
};
static const p256_number one =          /* in Montgomery's form, as the points that follow */
{
    0x00000001, 0x00000000, 0x00000000, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 0x00000000
};
/* (2^195 +- 2^130 +- 2^65 +- 1) times the base point: x, y; the bits of the index say which are + */
static const p256_number comb[] =
{
    { 0x836B2EFE, 0x58C6D4BD, 0x19642F9F, 0xA52257C0, 0xF75DA4CA, 0xC92876FF, 0xCFDEE175, 0xA9EF5512 },
    { 0xC2B8BB38, 0xA6063C94, 0xB0B1932A, 0xD17CEA53, 0xEE662F85, 0x7B164C5C, 0xAD656EA5, 0xD86BF9E3 },
    { 0x41E5CEC4, 0xFAC58AA3, 0xF064ABAC, 0xE3430B27, 0xEFDD562A, 0xA6EF615B, 0x842B5B2A, 0xE25B8B40 },
    { 0x0797B0AB, 0xD1E81EDE, 0x23014375, 0x69B26431, 0x27B8E2B0, 0x87DB8D7D, 0xE7319D9F, 0xA4E52DBF },
    { 0x0C71B85D, 0x918281FB, 0xF6AA978B, 0x392787E4, 0xC5E957A3, 0x2C69F0C8, 0x05B79EA9, 0x011C9345 },
    { 0x043C2733, 0xDD6CEE23, 0xFD409843, 0xE1C122BD, 0x8AC8AA44, 0x1949981B, 0xA2D20388, 0x043CB662 },
    { 0x02020A12, 0x255512F3, 0xF16843F6, 0xF02F3C08, 0x5BE9E5FA, 0xA18CE4DA, 0xFE082753, 0x8AD57471 },
    { 0x8D49A2C5, 0x942889BA, 0x79F4B707, 0x0253F77D, 0x6862FD41, 0xA0088D90, 0x5B00D931, 0x52064269 },
    { 0xEE6A3FE6, 0x747DAA1B, 0x20ADEFC9, 0x10EF5B88, 0x21191029, 0xE8B21C0C, 0x0ABFDC8C, 0xEAF70715 },
    { 0x899D9597, 0xE49BE41F, 0xB52A965D, 0x47B69B72, 0x0C25BACB, 0xB3272C3F, 0xE25FAA64, 0xB8AEEEAB },
    { 0x4A18017F, 0x868BD229, 0xC55E79BD, 0x93C600DA, 0x318A8424, 0x92C9FBEB, 0xE0CE5959, 0xDBEDEC2D },
    { 0x6E73AFFF, 0xAC4DE566, 0xDF7D94E7, 0x029CEC11, 0x750F8988, 0x1BFDA2C2, 0xBF067678, 0xC983D9E7 },
    { 0xFC0683E6, 0xCAE85A39, 0x6FC0AA08, 0x92F70BB9, 0x3BCEB800, 0x6FC6EF04, 0x3E2718FF, 0x40B27F3B },
    { 0x278EEEEA, 0x08F74E7C, 0x78275B3A, 0x8C3B9BD2, 0x3FD41FE4, 0x20FC9A4D, 0xFC7A887A, 0x44B9CB5A },
    { 0xA69DD1D5, 0xBC58CBA8, 0xB60547A4, 0x2C6B5F5A, 0x5AE95582, 0xA9D3194B, 0x8D48684E, 0xBF03274E },
    { 0xBD76F5C6, 0x30810E47, 0x0F98276A, 0x5087E364, 0x23F1054B, 0x6354F5C4, 0x91BFF6F4, 0xF591C635 },
};

/*
 * Programs.
 */
enum { END, MUL, ADD, SUB };

#define CODE(operation, r, a, b)    ((operation) << 9 | (b) << 6 | (a) << 3 | (r))

static const uint16_t program[] =
{
    /* X, Y, Z doubled */
#define DOUBLE          0
    CODE(ADD, X2, Y, Y), CODE(MUL, Y2, Y, X2), CODE(MUL, Z2, Z, Z), CODE(MUL, Z, X2, Z), CODE(ADD, X2, Y2, Y2),
    CODE(MUL, Y2, X2, Y2), CODE(MUL, X2, X, X2), CODE(SUB, Y, X, Z2), CODE(ADD, Z2, X, Z2), CODE(MUL, Z2, Y, Z2),
    CODE(ADD, Y, Z2, Z2), CODE(ADD, Z2, Z2, Y), CODE(MUL, X, Z2, Z2), CODE(SUB, X, X, X2), CODE(SUB, X, X, X2),
    CODE(SUB, X2, X2, X), CODE(MUL, X2, X2, Z2), CODE(SUB, Y, X2, Y2), END,
    /* Begin a sum: X2 and Y2 become 0 if the points are equal; X, Y, Z remain the first point. */
#define ADD_POINTS      19
    CODE(MUL, T, Z2, Z2), CODE(MUL, X, X, T), CODE(MUL, T, T, Z2), CODE(MUL, Y, Y, T),
    CODE(MUL, T, Z, Z), CODE(MUL, X2, X2, T), CODE(MUL, T, T, Z), CODE(MUL, Y2, Y2, T), CODE(MUL, Z, Z, Z2),
    CODE(SUB, X2, X2, X), CODE(SUB, Y2, Y2, Y), END,
    /* The same for Z2 = 1 */
#define ADD_AFFINE      31
    CODE(MUL, T, Z, Z), CODE(MUL, X2, X2, T), CODE(MUL, T, T, Z), CODE(MUL, Y2, Y2, T),
    CODE(SUB, X2, X2, X), CODE(SUB, Y2, Y2, Y), END,
    /* End a sum. */
#define ADD_REST        38
    CODE(MUL, Z, Z, X2), CODE(MUL, T, X2, X2), CODE(MUL, Z2, X, T), CODE(MUL, T, T, X2), CODE(MUL, Y, Y, T),
    CODE(MUL, X, Y2, Y2), CODE(SUB, X, X, T), CODE(SUB, X, X, Z2), CODE(SUB, X, X, Z2), CODE(SUB, Z2, Z2, X),
    CODE(MUL, Z2, Z2, Y2), CODE(SUB, Y, Z2, Y), END,
    /* T = Y^2 - X^3 + 3 X - b, where Z2 = 1 takes out of Montgomery's form, and b in X2 is not in it */
#define CURVE           51
    CODE(MUL, Y2, X, X), CODE(MUL, Y2, Y2, X), CODE(MUL, T, Y, Y), CODE(SUB, T, T, Y2), CODE(ADD, T, T, X),
    CODE(ADD, T, T, X), CODE(ADD, T, T, X), CODE(MUL, T, T, Z2), CODE(SUB, T, T, X2), END,
    /* X T^2 and Y T^3, and out of Montgomery's form with Z2 = 1 */
#define AFFINE          61
    CODE(MUL, X2, T, T), CODE(MUL, X, X, X2), CODE(MUL, X2, X2, T), CODE(MUL, Y, Y, X2),
    CODE(MUL, X, X, Z2), CODE(MUL, Y, Y, Z2), END,
};

static void run(p256_slots s, int start)
{
    static void (*const operations[])(uint32_t *, const uint32_t *, const uint32_t *) =
    {
        NULL, p256_mul, p256_add, p256_sub
    };
    const uint16_t *at;

    for (at = program + start; *at != END; at++)
    {
        operations[*at >> 9](s[*at & 7], s[*at >> 3 & 7], s[*at >> 6 & 7]);
    }
}

/* Not inline: in place it would take more ROM than a call. */
static P256_NOINLINE void copy(uint32_t *to, const uint32_t *from)
{
    memcpy(to, from, sizeof(p256_number));
}

static void copy_point(uint32_t *to, const uint32_t *from)
{
    memcpy(to, from, 3 * sizeof(p256_number));
}

/* to = from where mask is 0xFFFFFFFF */
static void copy_words(uint32_t *to, const uint32_t *from, int words, uint32_t mask)
{
    int i;

    P256_HIDE(mask);
    for (i = 0; i < words; i++)
    {
        to[i] ^= (to[i] ^ from[i]) & mask;
    }
}

static void set_plain_one(uint32_t *to)
{
    memset(to, 0, sizeof(p256_number));
    to[0] = 1;
}

int p256_load(p256_slots s, const uint8_t bytes[64])
{
    uint32_t is_below = 0xFFFFFFFF;
    int i;

    for (i = X; i <= Y; i++)
    {
        p256_from_bytes(s[i], bytes + 32 * i);
        is_below &= p256_minus(s[T], s[i], p256_prime);
        p256_mul(s[i], s[i], r_squared);
    }
    copy(s[Z], one);
    copy(s[X2], p256_b);
    set_plain_one(s[Z2]);
    run(s, CURVE);

    return (is_below & p256_is_zero(s[T])) == 0 ? P256_INVALID_PUBKEY : 0;
}

void p256_store(p256_slots s, uint8_t *bytes, int coordinates)
{
    int i;

    /* 1 / Z = Z^(p - 2), and p - 2 is p without bit 1 */
    copy(s[T], s[Z]);
    for (i = 254; i >= 0; i--)
    {
        p256_mul(s[T], s[T], s[T]);
        if (i != 1 && (p256_prime[i / 32] >> i % 32 & 1) != 0)
        {
            p256_mul(s[T], s[T], s[Z]);
        }
    }
    set_plain_one(s[Z2]);
    run(s, AFFINE);
    for (i = 0; i < coordinates; i++)
    {
        p256_to_bytes(bytes + 32 * i, s[i]);
    }
}

/*
 * Tables. A choice has a bit for each sign of a column or window. If the top sign is +, the other bits number the
 * point; if it is -, their complement does, and the opposite of the point is meant.
 */
struct shape
{
    uint8_t words;                      /* of a point: x and y, with z where it is not 1 */
    uint8_t bits;                       /* of a choice */
    uint8_t stride;                     /* from one to the next in the number's signs */
    uint8_t step;                       /* doublings, and signs, from one choice to the next */
    uint8_t first;                      /* the place of the first choice; the last one's is 0 */
    uint8_t top;                        /* 2^(L - 1 - 256) */
    uint8_t begin_sum;                  /* the program */
};

struct table
{
    const uint32_t *points;
    const struct shape *shape;
};

static const struct shape column = { 16, 4, 65, 1, 64, 1 << (259 - 256), ADD_AFFINE };
static const struct shape window = { 24, 3, 1, 3, 255, 1 << (257 - 256), ADD_POINTS };

static const struct table base = { comb[0], &column };

/* The number of the point that a choice means. */
static unsigned index_of(const struct table *table, unsigned choice, uint32_t minus)
{
    return (choice ^ minus) & ((1u << (table->shape->bits - 1)) - 1);
}

/* 0xFFFFFFFF if a choice means the opposite of a point, otherwise 0. */
static uint32_t is_minus(const struct table *table, unsigned choice)
{
    return (choice >> (table->shape->bits - 1)) - 1u;
}

/* Point number index to X2, Y2, Z2. */
static void fetch(p256_slots s, const struct table *table, unsigned index)
{
    unsigned words = table->shape->words;

    memcpy(s[X2], table->points + words * index, words * sizeof(uint32_t));
}

/* The same, reading all of them. */
static void fetch_secretly(p256_slots s, const struct table *table, unsigned index)
{
    const uint32_t *at = table->points;
    const int words = table->shape->words;
    unsigned entry;
    int i;

    memset(s[X2], 0, 3 * sizeof(p256_number));
    for (entry = 0; entry < 1u << (table->shape->bits - 1); entry++)
    {
        uint32_t is_this = 0 - (((entry ^ index) - 1u) >> 31);
        uint32_t *to = s[X2];

        P256_HIDE(is_this);
        for (i = 0; i < words; i++)
        {
            *to++ |= *at++ & is_this;
        }
    }
}

/* The opposite of the point in X2, Y2, Z2 where mask is 0xFFFFFFFF. */
static void negate(p256_slots s, const struct table *table, uint32_t mask)
{
    if (table->shape->begin_sum == ADD_AFFINE)
    {
        copy(s[Z2], one);
    }
    p256_sub(s[T], p256_prime, s[Y2]);
    copy_words(s[Y2], s[T], P256_WORDS, mask);
}

/* The last place has the double of the point until the last multiple is made. */
void p256_make_multiples(p256_number table[][3], int count, p256_slots s)
{
    uint32_t *twice = table[count - 1][X];
    int i;

    copy_point(table[0][X], s[X]);
    run(s, DOUBLE);
    copy_point(twice, s[X]);
    for (i = 1; i < count; i++)
    {
        copy_point(s[X], twice);
        copy_point(s[X2], table[i - 1][X]);
        run(s, ADD_POINTS);
        run(s, ADD_REST);
        copy_point(table[i][X], s[X]);
    }
}

/*
 * Makes of a number, whose first word is number[at], its signs or those of the order minus it if it is even: then it
 * returns 0xFFFFFFFF, otherwise 0. The signs begin at number[0].
 */
static uint32_t make_signs(p256_long number, int at, const struct table *table)
{
    uint32_t even = (number[at] & 1) - 1;
    p256_number opposite;

    (void)p256_minus(opposite, p256_order, number + at);
    memmove(number, number + at, sizeof(opposite));
    copy_words(number, opposite, P256_WORDS, even);
    mbedtls_platform_zeroize(opposite, sizeof(opposite));
    p256_halve(number, 0);
    number[8] = table->shape->top;

    return even;
}

static unsigned choice_of(const p256_long signs, const struct table *table, int i)
{
    unsigned choice = 0;
    int at;

    for (at = i + table->shape->stride * (table->shape->bits - 1); at >= i; at -= table->shape->stride)
    {
        choice = choice << 1 | (signs[at / 32] >> at % 32 & 1);
    }

    return choice;
}

/*
 * Products. Constant time.
 */

/* The point of a choice to X2, Y2, Z2. */
static void choose_secretly(p256_slots s, const struct table *table, unsigned choice, uint32_t opposite)
{
    uint32_t minus = is_minus(table, choice);

    fetch_secretly(s, table, index_of(table, choice, minus));
    negate(s, table, minus ^ opposite);
}

static void multiply(p256_slots s, p256_long number, const struct table *table, p256_number sum[3])
{
    uint32_t opposite = make_signs(number, 0, table);
    int i = table->shape->first, j;

    choose_secretly(s, table, choice_of(number, table, i), opposite);
    copy_point(s[X], s[X2]);
    while (i > 0)
    {
        i -= table->shape->step;
        for (j = 0; j < table->shape->step; j++)
        {
            run(s, DOUBLE);
        }
        choose_secretly(s, table, choice_of(number, table, i), opposite);
        run(s, table->shape->begin_sum);
        run(s, ADD_REST);
    }

    /* The last sum was of equal points if it has become 0: then twice the last point. */
    choose_secretly(s, table, choice_of(number, table, i), opposite);
    copy_point(sum[X], s[X]);
    copy_point(s[X], s[X2]);
    run(s, DOUBLE);
    copy_words(s[X], sum[X], 3 * P256_WORDS, ~p256_is_zero(sum[Z]));
    mbedtls_platform_zeroize(sum, 3 * sizeof(p256_number));
}

void p256_multiply_base(p256_slots s, p256_long number)
{
    p256_number sum[3];

    multiply(s, number, &base, sum);
}

void p256_multiply(p256_slots s, p256_long number, p256_multiples multiples)
{
    const struct table table = { multiples[0][X], &window };

    multiply(s, number, &table, multiples[0]);          /* which are no longer needed then */
}

/*
 * The sum for a verification. Its numbers are public.
 */

/* A sum of any two points. */
static void add(p256_slots s, const struct table *table, unsigned choice, uint32_t opposite)
{
    uint32_t minus = is_minus(table, choice);

    fetch(s, table, index_of(table, choice, minus));
    negate(s, table, minus ^ opposite);
    if (p256_is_zero(s[Z]))
    {
        copy_point(s[X], s[X2]);
        return;
    }
    run(s, table->shape->begin_sum);
    run(s, p256_is_zero(s[X2]) & p256_is_zero(s[Y2]) ? DOUBLE : ADD_REST);
}

static uint32_t bits_of(const uint32_t *number, int at)
{
    return (uint32_t)((number[at / 32] | (uint64_t)number[at / 32 + 1] << 32) >> at % 32);
}

/* The digits of a number from the left. */
struct digits
{
    const uint32_t *bits;               /* the number, at bit 32, and zeros below and above */
    int digit;
    int at;                             /* the place of digit; NO_DIGIT: to be read from the bits */
};

#define NO_DIGIT        1000

/* The digit of place i, mostly 0. To be called for each place from 256 to 0. */
static int next_digit(struct digits *d, int i)
{
    if (d->at > i)
    {
        uint32_t bits = bits_of(d->bits, 32 + i - 4);   /* i to i - 4 */

        if (((bits >> 4 ^ bits >> 3) & 1) != 0)
        {
            d->digit = (int)((bits & 15) + 1) / 2 - (int)(bits >> 4 & 1) * 8;
            for (d->at = i - 3; (d->digit & 1) == 0; d->at++)
            {
                d->digit /= 2;
            }
            if (d->digit == 7 || d->digit == -7)
            {
                d->digit /= 7;          /* 7 is 8 - 1: the bits after this one give the 1 */
                d->at = i;
            }
        }
    }
    if (d->at != i)
    {
        return 0;
    }
    d->at = NO_DIGIT;

    return d->digit;
}

void p256_sum(p256_slots s, p256_long base_number, const p256_long number)
{
    p256_number multiples[3][3];        /* 1, 3, 5 times the point */
    const struct table table = { multiples[0][X], &window };
    uint32_t opposite = make_signs(base_number, 1, &base);
    struct digits digits = { number, 0, NO_DIGIT };
    int i;

    p256_make_multiples(multiples, 3, s);
    memset(s[Z], 0, sizeof(p256_number));
    for (i = 256; i >= 0; i--)
    {
        int digit = next_digit(&digits, i);

        run(s, DOUBLE);
        if (i < 65)
        {
            add(s, &base, choice_of(base_number, &base, i), opposite);
        }
        if (digit != 0)
        {
            add(s, &table, (unsigned)(digit + 7) / 2, 0);
        }
    }
}

/* X / Z^2 is r, or r plus the order where that is below the prime. */
int p256_has_x(p256_slots s, const uint8_t bytes[32])
{
    p256_number r;

    p256_from_bytes(r, bytes);
    if (p256_is_zero(s[Z]))
    {
        return 0;
    }
    p256_mul(s[Z], s[Z], s[Z]);
    for (;;)
    {
        p256_mul(s[T], r, r_squared);
        p256_mul(s[T], s[T], s[Z]);
        p256_sub(s[T], s[T], s[X]);
        if (p256_is_zero(s[T]))
        {
            return 1;
        }
        if (p256_plus(r, r, p256_order) || !p256_minus(s[T], r, p256_prime))
        {
            return 0;
        }
    }
}
