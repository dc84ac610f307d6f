/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Random source: a secret seed in two slots of non-volatile memory.
 *
 * A slot holds a counter (4 bytes), the secret, and the CRC-32 of both, numbers in
 * little-endian order. At each seeding the seed with the highest counter is used; its
 * successor goes to the other slot, and then the used one is overwritten. So power
 * may fail at any moment: one whole seed is always left, and a seed from which
 * random numbers were made never comes back.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_memory.h"
#include "tls_random.h"
#include "tls_random_source.h"

#define COUNTER_SIZE    4
#define CRC_AT          (COUNTER_SIZE + TLS_SEED_SECRET_SIZE)

/* The seed that tls_seed_take() returned. */
static struct
{
    rt_uint32_t counter;
    unsigned slot;
} taken;

static void put_number(unsigned char *data, rt_uint32_t number)
{
    int i;

    for (i = 0; i < 4; i++)
    {
        data[i] = (unsigned char)(number >> 8 * i);
    }
}

static rt_uint32_t get_number(const unsigned char *data)
{
    return data[0] | (rt_uint32_t)data[1] << 8 | (rt_uint32_t)data[2] << 16 | (rt_uint32_t)data[3] << 24;
}

static rt_uint32_t crc_of(const unsigned char *data)
{
    rt_uint32_t crc = 0xFFFFFFFF;
    int i, bit;

    for (i = 0; i < CRC_AT; i++)
    {
        crc ^= data[i];
        for (bit = 0; bit < 8; bit++)
        {
            crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
        }
    }

    return ~crc;
}

static void finish(unsigned char *data, rt_uint32_t counter)
{
    put_number(data, counter);
    put_number(data + CRC_AT, crc_of(data));
}

void tls_seed_format(unsigned char data[TLS_SEED_SIZE], const unsigned char secret[TLS_SEED_SECRET_SIZE])
{
    memmove(data + COUNTER_SIZE, secret, TLS_SEED_SECRET_SIZE);
    finish(data, 1);
}

int tls_seed_take(unsigned char *seed, size_t length)
{
    unsigned char data[TLS_SEED_SIZE];
    unsigned slot;
    int ret = -1;

    for (slot = 0; slot < TLS_SEED_SLOTS && length == TLS_SEED_SECRET_SIZE; slot++)
    {
        if (tls_seed_slot_read(slot, data) != 0 || get_number(data + CRC_AT) != crc_of(data))
        {
            continue;
        }
        if (ret != 0 || (rt_int32_t)(get_number(data) - taken.counter) > 0)
        {
            memcpy(seed, data + COUNTER_SIZE, TLS_SEED_SECRET_SIZE);
            taken.counter = get_number(data);
            taken.slot = slot;
            ret = 0;
        }
    }
    tls_zeroize(data, sizeof(data));

    return ret;
}

/* Write a slot and check what it holds then. */
static int store(unsigned slot, const unsigned char *data)
{
    unsigned char stored[TLS_SEED_SIZE];
    int ret = -1;

    if (tls_seed_slot_write(slot, data) == 0 && tls_seed_slot_read(slot, stored) == 0)
    {
        ret = memcmp(stored, data, sizeof(stored)) == 0 ? 0 : -1;
    }
    tls_zeroize(stored, sizeof(stored));

    return ret;
}

int tls_seed_replace(mbedtls_ctr_drbg_context *drbg)
{
    unsigned char data[TLS_SEED_SIZE];
    int ret = mbedtls_ctr_drbg_random(drbg, data + COUNTER_SIZE, TLS_SEED_SECRET_SIZE);

    if (ret == 0)
    {
        finish(data, taken.counter + 1);
        ret = store(!taken.slot, data);
    }
    tls_zeroize(data, sizeof(data));
    if (ret == 0)
    {
        ret = store(taken.slot, data);
    }

    return ret;
}
