/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's GCM module (MBEDTLS_GCM_ALT) for AES in few bytes, SP 800-38D.
 * Contracts: the engine's mbedtls/gcm.h.
 *
 * Method: GHASH takes four bits at a time with a table of 256 bytes, which each
 * call computes again on the stack.
 * Bounds: AES only; 2^36 - 32 bytes of data a message.
 * Time: no branch depends on key or data, but indices into the table do. It is
 * constant where the stack is not cached. Tags are compared in constant time.
 */
#include <string.h>

#include "mbedtls/constant_time.h"
#include "mbedtls/gcm.h"
#include "mbedtls/platform_util.h"

#define BLOCK           16u
#define TAG_MIN         4
#define LENGTH_MAX      0xFFFFFFFE0u    /* SP 800-38D 5.2.1.1: the counter must not wrap */
#define ADD_LENGTH_MAX  0x1FFFFFFFFFFFFFFFu

/*
 * An element of GF(2^128) is four words; the coefficient of x^0 is the top bit of
 * the first. The table holds the products of H and each polynomial of four bits;
 * the coefficient of its x^0 is the top bit of the index.
 */
#define WORDS           4
#define ROWS            16

static const unsigned char zeros[BLOCK];

static uint32_t read_word(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write_word(unsigned char *bytes, uint32_t word)
{
    bytes[0] = (unsigned char)(word >> 24);
    bytes[1] = (unsigned char)(word >> 16);
    bytes[2] = (unsigned char)(word >> 8);
    bytes[3] = (unsigned char)word;
}

static void add(unsigned char *sum, const unsigned char *a, const unsigned char *b, size_t length)
{
    for (; length > 0; length--)
    {
        *sum++ = *a++ ^ *b++;
    }
}

/* How many of length bytes fit into a block that already holds position bytes. */
static size_t part_of(size_t position, size_t length)
{
    return length < BLOCK - position ? length : BLOCK - position;
}

static void make_table(uint32_t table[ROWS * WORDS], const unsigned char hash_key[BLOCK])
{
    int i, j;

    memset(table, 0, BLOCK);
    for (i = 0; i < WORDS; i++)
    {
        table[ROWS / 2 * WORDS + i] = read_word(hash_key + 4 * i);
    }
    /* H x, H x^2 and H x^3, reduced: x^128 is 1 + x + x^2 + x^7. */
    for (i = ROWS / 4 * WORDS; i >= WORDS; i /= 2)
    {
        uint32_t *row = table + i;
        const uint32_t *from = table + 2 * i;

        for (j = WORDS - 1; j > 0; j--)
        {
            row[j] = from[j] >> 1 | from[j - 1] << 31;
        }
        row[0] = from[0] >> 1 ^ (from[3] & 1) * 0xE1000000;
    }
    for (i = 2 * WORDS; i < ROWS * WORDS; i *= 2)
    {
        for (j = WORDS; j < i; j++)
        {
            table[i + j] = table[i + j % WORDS] ^ table[j];
        }
    }
}

/* sum = sum H, four bits at a time from the highest power down. */
static void multiply(unsigned char sum[BLOCK], const uint32_t table[ROWS * WORDS])
{
    uint32_t a = 0, b = 0, c = 0, d = 0;
    int i;

    for (i = 31; i >= 0; i--)
    {
        const uint32_t *row = table + (sum[i / 2] >> (i % 2 != 0 ? 0 : 4) & 15) * WORDS;
        uint32_t out = d << 28;

        d = (d >> 4 | c << 28) ^ row[3];
        c = (c >> 4 | b << 28) ^ row[2];
        b = (b >> 4 | a << 28) ^ row[1];
        a = a >> 4 ^ out ^ out >> 1 ^ out >> 2 ^ out >> 7 ^ row[0];
    }
    write_word(sum, a);
    write_word(sum + 4, b);
    write_word(sum + 8, c);
    write_word(sum + 12, d);
}

/* Continue GHASH with these bytes. */
static void absorb(mbedtls_gcm_context *ctx, const unsigned char *bytes, size_t length)
{
    uint32_t table[ROWS * WORDS];

    make_table(table, ctx->hash_key);
    while (length > 0)
    {
        unsigned char *begun = ctx->sum + ctx->position;
        size_t part = part_of(ctx->position, length);

        add(begun, begun, bytes, part);
        ctx->position = (unsigned char)((ctx->position + part) % BLOCK);
        if (ctx->position == 0)
        {
            multiply(ctx->sum, table);
        }
        bytes += part;
        length -= part;
    }
    mbedtls_platform_zeroize(table, sizeof(table));
}

/* Complete a partial block with zeros. */
static void pad(mbedtls_gcm_context *ctx)
{
    absorb(ctx, zeros, (BLOCK - ctx->position) % BLOCK);
}

/* The last block: both lengths in bits. */
static void absorb_lengths(mbedtls_gcm_context *ctx, uint64_t first, uint64_t second)
{
    unsigned char block[BLOCK];

    write_word(block, (uint32_t)(first >> 29));
    write_word(block + 4, (uint32_t)(first << 3));
    write_word(block + 8, (uint32_t)(second >> 29));
    write_word(block + 12, (uint32_t)(second << 3));
    pad(ctx);
    absorb(ctx, block, BLOCK);
}

static int encrypt(mbedtls_gcm_context *ctx, const unsigned char input[BLOCK], unsigned char output[BLOCK])
{
    return mbedtls_aes_crypt_ecb(&ctx->aes, MBEDTLS_AES_ENCRYPT, input, output);
}

/* Continue counter mode. */
static int crypt(mbedtls_gcm_context *ctx, const unsigned char *input, size_t length, unsigned char *output)
{
    unsigned char stream[BLOCK];
    int ret = 0;

    while (length > 0 && ret == 0)
    {
        size_t position = ctx->length % BLOCK;
        size_t part = part_of(position, length);

        if (position == 0)
        {
            write_word(ctx->counter + 12, read_word(ctx->counter + 12) + 1);
        }
        ret = encrypt(ctx, ctx->counter, stream);
        if (ret == 0)
        {
            add(output, input, stream + position, part);
        }
        ctx->length += part;
        input += part;
        output += part;
        length -= part;
    }
    mbedtls_platform_zeroize(stream, sizeof(stream));

    return ret;
}

void mbedtls_gcm_init(mbedtls_gcm_context *ctx)
{
    memset(ctx, 0, sizeof(*ctx));
}

void mbedtls_gcm_free(mbedtls_gcm_context *ctx)
{
    if (ctx != NULL)
    {
        mbedtls_platform_zeroize(ctx, sizeof(*ctx));
    }
}

int mbedtls_gcm_setkey(mbedtls_gcm_context *ctx, mbedtls_cipher_id_t cipher, const unsigned char *key,
                       unsigned int keybits)
{
    int ret = cipher == MBEDTLS_CIPHER_ID_AES ? 0 : MBEDTLS_ERR_GCM_BAD_INPUT;

    if (ret == 0)
    {
        ret = mbedtls_aes_setkey_enc(&ctx->aes, key, keybits);
    }

    return ret == 0 ? encrypt(ctx, zeros, ctx->hash_key) : ret;
}

int mbedtls_gcm_starts(mbedtls_gcm_context *ctx, int mode, const unsigned char *iv, size_t iv_len)
{
    if (iv_len == 0 || (mode != MBEDTLS_GCM_ENCRYPT && mode != MBEDTLS_GCM_DECRYPT))
    {
        return MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    ctx->mode = (unsigned char)mode;
    ctx->length = 0;
    ctx->add_length = 0;
    ctx->position = 0;
    memset(ctx->sum, 0, BLOCK);
    if (iv_len == 12)
    {
        memcpy(ctx->counter, iv, 12);
        write_word(ctx->counter + 12, 1);
    }
    else
    {
        absorb(ctx, iv, iv_len);
        absorb_lengths(ctx, 0, iv_len);
        memcpy(ctx->counter, ctx->sum, BLOCK);
        memset(ctx->sum, 0, BLOCK);
    }

    return encrypt(ctx, ctx->counter, ctx->mask);
}

int mbedtls_gcm_update_ad(mbedtls_gcm_context *ctx, const unsigned char *add, size_t add_len)
{
    if (add_len > ADD_LENGTH_MAX - ctx->add_length)
    {
        return MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    ctx->add_length += add_len;
    absorb(ctx, add, add_len);

    return 0;
}

int mbedtls_gcm_update(mbedtls_gcm_context *ctx, const unsigned char *input, size_t input_length,
                       unsigned char *output, size_t output_size, size_t *output_length)
{
    int ret;

    if (output_size < input_length)
    {
        return MBEDTLS_ERR_GCM_BUFFER_TOO_SMALL;
    }
    *output_length = input_length;
    if (input_length == 0)
    {
        return 0;
    }
    /* Output must not overwrite input that is still to be read. */
    if (input_length > LENGTH_MAX - ctx->length || (output > input && (size_t)(output - input) < input_length))
    {
        return MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    if (ctx->length == 0)
    {
        pad(ctx);                       /* end of the additional data */
    }
    if (ctx->mode == MBEDTLS_GCM_DECRYPT)
    {
        absorb(ctx, input, input_length);
    }
    ret = crypt(ctx, input, input_length, output);
    if (ctx->mode == MBEDTLS_GCM_ENCRYPT)
    {
        absorb(ctx, output, input_length);
    }

    return ret;
}

int mbedtls_gcm_finish(mbedtls_gcm_context *ctx, unsigned char *output, size_t output_size, size_t *output_length,
                       unsigned char *tag, size_t tag_len)
{
    (void)output;
    (void)output_size;

    *output_length = 0;
    if (tag_len > BLOCK || tag_len < TAG_MIN)
    {
        return MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    absorb_lengths(ctx, ctx->add_length, ctx->length);
    add(tag, ctx->sum, ctx->mask, tag_len);

    return 0;
}

int mbedtls_gcm_crypt_and_tag(mbedtls_gcm_context *ctx, int mode, size_t length, const unsigned char *iv,
                              size_t iv_len, const unsigned char *add, size_t add_len, const unsigned char *input,
                              unsigned char *output, size_t tag_len, unsigned char *tag)
{
    size_t done;
    int ret = mbedtls_gcm_starts(ctx, mode, iv, iv_len);

    ret = ret == 0 ? mbedtls_gcm_update_ad(ctx, add, add_len) : ret;
    ret = ret == 0 ? mbedtls_gcm_update(ctx, input, length, output, length, &done) : ret;

    return ret == 0 ? mbedtls_gcm_finish(ctx, NULL, 0, &done, tag, tag_len) : ret;
}

int mbedtls_gcm_auth_decrypt(mbedtls_gcm_context *ctx, size_t length, const unsigned char *iv, size_t iv_len,
                             const unsigned char *add, size_t add_len, const unsigned char *tag, size_t tag_len,
                             const unsigned char *input, unsigned char *output)
{
    unsigned char expected[BLOCK];
    int ret = mbedtls_gcm_crypt_and_tag(ctx, MBEDTLS_GCM_DECRYPT, length, iv, iv_len, add, add_len, input, output,
                                        tag_len, expected);

    if (ret == 0 && mbedtls_ct_memcmp(tag, expected, tag_len) != 0)
    {
        mbedtls_platform_zeroize(output, length);
        ret = MBEDTLS_ERR_GCM_AUTH_FAILED;
    }

    return ret;
}
