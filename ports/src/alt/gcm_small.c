/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's GCM module (MBEDTLS_GCM_ALT) for AES, SP 800-38D. Contracts: the
 * engine's mbedtls/gcm.h.
 *
 * Method: a context holds no tables. Each call makes those of GHASH (ghash.c) and, with
 * PKG_MBEDTLS_AES_FAST, the round keys on the stack, one after the other.
 * Bounds: AES only; 2^36 - 32 bytes of data a message.
 * Time: no branch depends on key or data, but indices into the tables do. It is
 * constant where they are not cached. Tags are compared in constant time.
 */
#include <string.h>

#include "mbedtls/constant_time.h"
#include "mbedtls/gcm.h"
#include "mbedtls/platform_util.h"

#include "gcm_cipher.h"
#include "ghash.h"

#define BLOCK           GHASH_BLOCK
#define TAG_MIN         4
#define LENGTH_MAX      0xFFFFFFFE0u    /* SP 800-38D 5.2.1.1: the counter must not wrap */
#define ADD_LENGTH_MAX  0x1FFFFFFFFFFFFFFFu

/* Keeps the tables of a call out of the frame of its caller. */
#ifdef __GNUC__
#define NOINLINE        __attribute__((noinline))
#else
#define NOINLINE
#endif

static const uint32_t zeros[BLOCK / 4];

static uint32_t read_word(const void *bytes)
{
    const unsigned char *b = bytes;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void write_word(void *bytes, uint32_t word)
{
    unsigned char *b = bytes;

    b[0] = (unsigned char)(word >> 24);
    b[1] = (unsigned char)(word >> 16);
    b[2] = (unsigned char)(word >> 8);
    b[3] = (unsigned char)word;
}

static void add(unsigned char *sum, const unsigned char *a, const unsigned char *b, size_t length)
{
    for (; length > 0; length--)
    {
        *sum++ = *a++ ^ *b++;
    }
}

/* A block at any address. */
static void add_block(unsigned char *sum, const unsigned char *a, const uint32_t b[BLOCK / 4])
{
    uint32_t word;
    size_t i;

    for (i = 0; i < BLOCK; i += 4)
    {
        memcpy(&word, a + i, 4);
        word ^= b[i / 4];
        memcpy(sum + i, &word, 4);
    }
}

/* How many of length bytes fit into a block that already holds position bytes. */
static size_t part_of(size_t position, size_t length)
{
    return length < BLOCK - position ? length : BLOCK - position;
}

/* Continue GHASH with these bytes. */
static void absorb(mbedtls_gcm_context *ctx, const struct ghash_tables *tables, const unsigned char *bytes,
                   size_t length)
{
    while (length > 0)
    {
        unsigned char *begun = (unsigned char *)ctx->sum + ctx->position;
        size_t part = part_of(ctx->position, length);
        uint32_t block[BLOCK / 4];

        if (part == BLOCK)
        {
            memcpy(block, bytes, BLOCK);
            ghash_block(ctx->sum, tables, block);
        }
        else
        {
            add(begun, begun, bytes, part);
            ctx->position = (unsigned char)((ctx->position + part) % BLOCK);
            if (ctx->position == 0)
            {
                ghash_block(ctx->sum, tables, zeros);
            }
        }
        bytes += part;
        length -= part;
    }
}

/* Complete a partial block with zeros. */
static void pad(mbedtls_gcm_context *ctx, const struct ghash_tables *tables)
{
    if (ctx->position != 0)
    {
        ghash_block(ctx->sum, tables, zeros);
        ctx->position = 0;
    }
}

/* What a call hashes, in this order. */
struct hashed
{
    const unsigned char *add;           /* additional data */
    size_t add_length;
    const unsigned char *data;          /* encrypted */
    size_t length;
    char is_first;                      /* the data begins: the additional data ends */
    char is_last;                       /* the message ends: the lengths in the context follow, in bits */
};

static NOINLINE void hash(mbedtls_gcm_context *ctx, const struct hashed *hashed)
{
    struct ghash_tables tables;
    uint32_t block[BLOCK / 4];

    ghash_make_tables(&tables, ctx->hash_key);
    absorb(ctx, &tables, hashed->add, hashed->add_length);
    if (hashed->is_first)
    {
        pad(ctx, &tables);
    }
    absorb(ctx, &tables, hashed->data, hashed->length);
    if (hashed->is_last)
    {
        pad(ctx, &tables);
        write_word(block, (uint32_t)(ctx->add_length >> 29));
        write_word(block + 1, (uint32_t)(ctx->add_length << 3));
        write_word(block + 2, (uint32_t)(ctx->length >> 29));
        write_word(block + 3, (uint32_t)(ctx->length << 3));
        ghash_block(ctx->sum, &tables, block);
    }
    mbedtls_platform_zeroize(&tables, sizeof(tables));
}

/* Encrypts the counter. */
static int next_stream(mbedtls_gcm_context *ctx, const gcm_keys *keys, uint32_t stream[BLOCK / 4], size_t position)
{
    if (position == 0)
    {
        write_word(ctx->counter + 3, read_word(ctx->counter + 3) + 1);
    }

    return gcm_cipher_encrypt(&ctx->aes, keys, ctx->counter, stream);
}

/* Counter mode, from a position in a block. First, at the begin of a message, the mask from the counter as it is. */
static NOINLINE int crypt(mbedtls_gcm_context *ctx, int begins, size_t position, const unsigned char *input,
                          size_t length, unsigned char *output)
{
    struct
    {
        gcm_keys keys;
        uint32_t stream[BLOCK / 4];
    } work;
    int ret = 0;

    gcm_cipher_expand(&ctx->aes, &work.keys);
    if (begins)
    {
        ret = gcm_cipher_encrypt(&ctx->aes, &work.keys, ctx->counter, ctx->mask);
    }
    while (length > 0 && ret == 0)
    {
        size_t part = part_of(position, length);

        ret = next_stream(ctx, &work.keys, work.stream, position);
        if (part == BLOCK)
        {
            add_block(output, input, work.stream);
        }
        else
        {
            add(output, input, (unsigned char *)work.stream + position, part);
        }
        position = 0;
        input += part;
        output += part;
        length -= part;
    }
    mbedtls_platform_zeroize(&work, sizeof(work));

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

    if (ret == 0)
    {
        memset(ctx->counter, 0, BLOCK);
        ret = crypt(ctx, 1, 0, NULL, 0, NULL);
        memcpy(ctx->hash_key, ctx->mask, BLOCK);
    }

    return ret;
}

/* Begins a message; its mask is still to be made. */
static int begin(mbedtls_gcm_context *ctx, int mode, const unsigned char *iv, size_t iv_len)
{
    if (iv_len == 0 || (mode != MBEDTLS_GCM_ENCRYPT && mode != MBEDTLS_GCM_DECRYPT))
    {
        return MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    ctx->mode = (unsigned char)mode;
    ctx->add_length = 0;
    ctx->position = 0;
    memset(ctx->sum, 0, BLOCK);
    if (iv_len == 12)
    {
        memcpy(ctx->counter, iv, 12);
        write_word(ctx->counter + 3, 1);
    }
    else
    {
        ctx->length = iv_len;
        hash(ctx, &(struct hashed){ .data = iv, .length = iv_len, .is_last = 1 });
        memcpy(ctx->counter, ctx->sum, BLOCK);
        memset(ctx->sum, 0, BLOCK);
    }
    ctx->length = 0;

    return 0;
}

int mbedtls_gcm_starts(mbedtls_gcm_context *ctx, int mode, const unsigned char *iv, size_t iv_len)
{
    int ret = begin(ctx, mode, iv, iv_len);

    return ret == 0 ? crypt(ctx, 1, 0, NULL, 0, NULL) : ret;
}

int mbedtls_gcm_update_ad(mbedtls_gcm_context *ctx, const unsigned char *add, size_t add_len)
{
    if (add_len > ADD_LENGTH_MAX - ctx->add_length)
    {
        return MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    ctx->add_length += add_len;
    hash(ctx, &(struct hashed){ .add = add, .add_length = add_len });

    return 0;
}

/* Data, with what is hashed before and after it: nothing, or all of a message. */
static int update(mbedtls_gcm_context *ctx, struct hashed *hashed, const unsigned char *input, unsigned char *output)
{
    size_t position = ctx->length % BLOCK;
    int ret;

    /* Output must not overwrite input that is still to be read. */
    if (hashed->length > LENGTH_MAX - ctx->length || (output > input && (size_t)(output - input) < hashed->length))
    {
        return MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    hashed->is_first = ctx->length == 0;
    ctx->length += hashed->length;
    if (ctx->mode == MBEDTLS_GCM_DECRYPT)
    {
        hashed->data = input;
        hash(ctx, hashed);
    }
    ret = crypt(ctx, hashed->is_last, position, input, hashed->length, output);
    if (ctx->mode == MBEDTLS_GCM_ENCRYPT)
    {
        hashed->data = output;
        hash(ctx, hashed);
    }

    return ret;
}

int mbedtls_gcm_update(mbedtls_gcm_context *ctx, const unsigned char *input, size_t input_length,
                       unsigned char *output, size_t output_size, size_t *output_length)
{
    struct hashed hashed = { .length = input_length };

    if (output_size < input_length)
    {
        return MBEDTLS_ERR_GCM_BUFFER_TOO_SMALL;
    }
    *output_length = input_length;

    return input_length > 0 ? update(ctx, &hashed, input, output) : 0;
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
    hash(ctx, &(struct hashed){ .is_last = 1 });
    add(tag, (unsigned char *)ctx->sum, (unsigned char *)ctx->mask, tag_len);

    return 0;
}

/* As the functions for parts of a message, but tables and round keys are made once. */
int mbedtls_gcm_crypt_and_tag(mbedtls_gcm_context *ctx, int mode, size_t length, const unsigned char *iv,
                              size_t iv_len, const unsigned char *add_data, size_t add_len,
                              const unsigned char *input, unsigned char *output, size_t tag_len, unsigned char *tag)
{
    struct hashed hashed = { .add = add_data, .add_length = add_len, .length = length, .is_last = 1 };
    int ret = begin(ctx, mode, iv, iv_len);

    ctx->add_length = add_len;
    if (ret == 0 && (tag_len > BLOCK || tag_len < TAG_MIN || ctx->add_length > ADD_LENGTH_MAX))
    {
        ret = MBEDTLS_ERR_GCM_BAD_INPUT;
    }
    if (ret == 0)
    {
        ret = update(ctx, &hashed, input, output);
    }
    if (ret == 0)
    {
        add(tag, (unsigned char *)ctx->sum, (unsigned char *)ctx->mask, tag_len);
    }

    return ret;
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
