/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keys of tls_case: looked up, checked and applied.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tls_case.h"

/* In the order in which keys of one moment are applied. */
static const struct tls_case_key *const tables[] =
{
    tls_case_run_keys,
    tls_case_option_keys,
    tls_case_datagram_keys,
    tls_case_trust_keys,
    tls_case_transfer_keys,
    tls_case_engine_keys,
    tls_case_resume_keys,
    tls_case_misuse_keys,
};

#define TABLES  (sizeof(tables) / sizeof(tables[0]))

const char *tls_case_text(const struct tls_case *test, const char *key)
{
    size_t length = strlen(key);
    int i;

    for (i = 1; i < test->argc; i++)
    {
        if (strncmp(test->argv[i], key, length) == 0 && test->argv[i][length] == '=')
        {
            return test->argv[i] + length + 1;
        }
    }

    return RT_NULL;
}

unsigned long tls_case_number(const struct tls_case *test, const char *key, unsigned long none)
{
    const char *text = tls_case_text(test, key);

    return text != RT_NULL ? strtoul(text, RT_NULL, 10) : none;
}

int tls_case_is(const struct tls_case *test, const char *key, const char *value)
{
    const char *text = tls_case_text(test, key);

    return text != RT_NULL && strcmp(text, value) == 0;
}

static int is_key(const char *argument)
{
    size_t length = strcspn(argument, "=");
    const struct tls_case_key *key;
    size_t i;

    for (i = 0; i < TABLES; i++)
    {
        for (key = tables[i]; key->name != RT_NULL; key++)
        {
            if (strlen(key->name) == length && strncmp(key->name, argument, length) == 0)
            {
                return argument[length] == '=';
            }
        }
    }

    return 0;
}

int tls_case_check_keys(const struct tls_case *test)
{
    const struct tls_case_key *key;
    int known = test->argc > 1;
    size_t i;
    int k;

    for (k = 1; k < test->argc; k++)
    {
        if (!is_key(test->argv[k]))
        {
            printf("tls_case: no such key: %s\n", test->argv[k]);
            known = 0;
        }
    }
    for (i = 0; i < TABLES && test->argc == 1; i++)
    {
        for (key = tables[i]; key->name != RT_NULL; key++)
        {
            if (key->what[0] != '\0')
            {
                printf("  %s=%s\n", key->name, key->what);
            }
        }
    }

    return known;
}

static int apply(struct tls_case *test, const struct tls_case_key *key, const char *value)
{
    unsigned char *option = (unsigned char *)&test->session->options + key->offset;
    uint32_t number = (uint32_t)strtoul(value, RT_NULL, 10);
    uint16_t half = (uint16_t)number;

    switch (key->size)
    {
    case 0:
        return key->apply(test, value);

    case sizeof(unsigned char):
        *option = (unsigned char)number;
        break;

    case sizeof(half):
        memcpy(option, &half, sizeof(half));
        break;

    default:
        RT_ASSERT(key->size == sizeof(number));
        memcpy(option, &number, sizeof(number));
        break;
    }

    return 0;
}

int tls_case_apply(struct tls_case *test, enum tls_case_moment moment)
{
    const struct tls_case_key *key;
    int ret = 0;
    size_t i;

    for (i = 0; i < TABLES; i++)
    {
        for (key = tables[i]; key->name != RT_NULL && ret == 0; key++)
        {
            const char *value = tls_case_text(test, key->name);

            if (key->moment == moment && value != RT_NULL)
            {
                ret = apply(test, key, value);
            }
        }
    }

    return ret;
}
