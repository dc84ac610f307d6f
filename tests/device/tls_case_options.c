/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: the options of a session over either transport.
 */
#include <stdlib.h>
#include <string.h>

#include "tls_case.h"

static int set_name(struct tls_case *test, const char *value)
{
    test->session->options.server_name = value;

    return 0;
}

static int set_verify(struct tls_case *test, const char *value)
{
    test->session->options.verify = strcmp(value, "nothing") == 0 ? TLS_VERIFY_NOTHING :
                                    strcmp(value, "pins") == 0 ? TLS_VERIFY_PINS : 0;

    return 0;
}

/* The shell takes the semicolon for itself. */
static int set_pins(struct tls_case *test, const char *value)
{
    static char pins[512];
    char *comma;

    rt_snprintf(pins, sizeof(pins), "%s", value);
    while ((comma = strchr(pins, ',')) != RT_NULL)
    {
        *comma = ';';
    }
    test->session->options.pins = pins;

    return 0;
}

static int set_alpn(struct tls_case *test, const char *value)
{
    static char text[2048];
    static const char *names[65];
    char *name;
    size_t i = 0;

    rt_snprintf(text, sizeof(text), "%s", value);
    for (name = text; strcmp(value, "-") != 0 && name != RT_NULL && i < 64; i++)
    {
        names[i] = name;
        name = strchr(name, ',');
        if (name != RT_NULL)
        {
            *name++ = '\0';
        }
    }
    names[i] = RT_NULL;
    test->session->options.alpn = names;

    return 0;
}

static struct tls_psk psk;

static int get_psk(struct MbedTLSSession *session, struct tls_psk *key)
{
    (void)session;
    *key = psk;

    return key->key_length > 0 ? 0 : -1;
}

static void put_psk(struct MbedTLSSession *session, struct tls_psk *key)
{
    (void)session;
    (void)key;
    rt_kprintf("the key is put back\n");
}

static int set_psk(struct tls_case *test, const char *value)
{
    static unsigned char key[64];
    const char *identity = tls_case_text(test, "identity");
    unsigned long call = tls_case_number(test, "call", 0);
    size_t i;

    for (i = 0; i < sizeof(key) && i < strlen(value) / 2; i++)
    {
        char digits[3] = { value[2 * i], value[2 * i + 1], '\0' };

        key[i] = (unsigned char)strtoul(digits, RT_NULL, 16);
    }
    psk.key = key;
    psk.key_length = call == 2 ? 0 : i;
    psk.identity = (const unsigned char *)identity;
    psk.identity_length = identity != RT_NULL ? strlen(identity) : 0;
    test->session->options.psk = call == 0 ? &psk : RT_NULL;
    test->session->options.get_psk = call == 0 ? RT_NULL : get_psk;
    test->session->options.put_psk = call == 0 ? RT_NULL : put_psk;

    return 0;
}

static int set_resume_key(struct tls_case *test, const char *value)
{
    static unsigned char key[TLS_RESUME_KEY_SIZE];

    strncpy((char *)key, value, sizeof(key));
    test->session->options.resume_key = key;

    return 0;
}

static int set_certificate(struct tls_case *test, const char *value)
{
    test->session->options.certificate = value;
    test->session->options.certificate_length = TLS_IN_FILE;

    return 0;
}

static int set_key(struct tls_case *test, const char *value)
{
    test->session->options.key = value;
    test->session->options.key_length = TLS_IN_FILE;

    return 0;
}

static int set_password(struct tls_case *test, const char *value)
{
    test->session->options.key_password = value;

    return 0;
}

const struct tls_case_key tls_case_option_keys[] =
{
    TLS_CASE_APPLY("certificate", "FILE: options.certificate", TLS_CASE_OPTION, set_certificate),
    TLS_CASE_APPLY("key", "FILE: options.key", TLS_CASE_OPTION, set_key),
    TLS_CASE_APPLY("element", "PORT: options.sign, by a process there", TLS_CASE_OPTION, tls_case_use_element),
    TLS_CASE_APPLY("password", "TEXT: options.key_password", TLS_CASE_OPTION, set_password),
    TLS_CASE_NUMBER("connect_timeout", "MS", connect_timeout),
    TLS_CASE_NUMBER("io_timeout", "MS", io_timeout),
    TLS_CASE_NUMBER("nonblocking", "1: options.nonblocking, with select() around each call", nonblocking),
    TLS_CASE_APPLY("name", "NAME: options.server_name", TLS_CASE_OPTION, set_name),
    TLS_CASE_APPLY("verify", "nothing|pins", TLS_CASE_OPTION, set_verify),
    TLS_CASE_APPLY("pins", "PIN,PIN: options.pins, with commas", TLS_CASE_OPTION, set_pins),
    TLS_CASE_APPLY("alpn", "NAME,NAME: options.alpn; \"-\": a list without names", TLS_CASE_OPTION, set_alpn),
    TLS_CASE_APPLY("psk", "HEX: the pre-shared key", TLS_CASE_OPTION, set_psk),
    TLS_CASE_APPLY("resume_key", "TEXT: options.resume_key, zeros behind it", TLS_CASE_OPTION, set_resume_key),
    TLS_CASE_READ("identity", "TEXT: of the pre-shared key"),
    TLS_CASE_READ("call", "1|2: the key by options.get_psk; 2: which fails"),
    TLS_CASE_END_OF_KEYS,
};
