/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Words for the engine's codes that belong to no reason. A code that stands for a
 * part and a detail (-0x2562: X.509 extensions, unexpected tag) is found by its
 * part. tests/tools/test_words.py compares the rows with the engine's headers.
 */
#include <rtthread.h>

#include "../base/tls_has.h"
#include "tls_diagnose_words.h"

#include "mbedtls/ssl.h"

/* What went wrong, as a user can act on it. */
enum cause
{
    ARGUMENT,
    BROKEN,
    CERTIFICATE,
    CHAIN,
    DAMAGED,
    EMPTY,
    ENGINE,
    IDENTITY,
    KEY_UPDATE,
    LACKS,
    NAMELESS,
    NETWORK,
    OUTPUT,
    RANDOM,
    REQUEST,
    UNCERTIFIED,
    CAUSES,
};

#define NEGOTIATION             0x6E00  /* of a server: nothing in common; of a client: a malformed answer */

#define AGAIN                   "connect again; report this code if it stays"

static const struct tls_words causes[CAUSES] =
{
    [ARGUMENT] = { "the engine rejects an argument", "check options and arguments" },
    [BROKEN] = { "a message of the peer is malformed or not supported", TLS_WORDS_OPERATOR },
    [DAMAGED] = { "a record is damaged or has another key", AGAIN },
    [EMPTY] = { W_SERVER " sends empty records", TLS_WORDS_OPERATOR },
    [ENGINE] = { "the engine or an accelerator failed", AGAIN },
#ifdef PKG_MBEDTLS_ENGINE_2_28
    [LACKS] =
    { W_SERVER " wants what this build lacks, or sends a handshake message in several records",
      "see " W_MENU ", Protocol and Key exchange; such messages need Mbed TLS 3.6" },
#else
    [LACKS] = { W_SERVER " wants what this build lacks", "see " W_MENU ", Protocol and Key exchange" },
#endif
    [NETWORK] = { "the network failed", TLS_WORDS_NETWORK },
    [OUTPUT] = { "the output buffer is too short for a message", "raise PKG_MBEDTLS_SSL_OUT_CONTENT_LEN" },
    [RANDOM] = { "the random source failed", TLS_WORDS_RANDOM },
#ifdef PKG_MBEDTLS_CERTIFICATES
    [CERTIFICATE] = { "a " W_CERTIFICATE " cannot be read", TLS_WORDS_OPERATOR },
    [CHAIN] = { "the chain has too many " W_CERTIFICATE "s", W_SERVER " has to send fewer than 9" },
    [NAMELESS] = { "there is no name to verify " W_SERVER " with", "set " W_HOST },
#endif
#ifdef PKG_MBEDTLS_TLS1_3
    [KEY_UPDATE] =
    { W_SERVER " renews its keys (KeyUpdate), which this engine lacks",
      "connect again, or have " W_SERVER " use TLS 1.2 or renew its keys later" },
    [REQUEST] =
    { W_SERVER " asks for a " W_CERTIFICATE " after the handshake, which this engine lacks",
      "configure " W_SERVER " to ask in the handshake, or not at all" },
#endif
#ifdef PKG_MBEDTLS_PSK
    [IDENTITY] =
    { "identity or pre-shared key of client and server differ", "compare them" },
#endif
#ifdef PKG_MBEDTLS_SERVER
    [UNCERTIFIED] =
    { "the client has no " W_CERTIFICATE ", or none that the server can use",
      "give it one, or set options.client_auth to TLS_SERVER_OPTIONAL" },
#endif
};

/* Up to a code, without its sign and above the code of the row before. */
struct range
{
    unsigned char last;
    unsigned char cause;
};

/* Details: of numbers, random, network, ASN.1. */
static const struct range low_codes[] =
{
    { 0x01, ENGINE },
    { 0x0E, BROKEN },
    { 0x33, ENGINE },
    { 0x40, RANDOM },
    { 0x52, NETWORK },
    { 0x5F, ENGINE },
    { 0x68, CERTIFICATE },
    { 0x7F, ENGINE },
};

/* Parts, in steps of 0x80: of the engine's modules. */
#define UP_TO(last, cause)      { (last) >> 7, cause }

static const struct range high_codes[] =
{
    UP_TO(0x2FFF, CERTIFICATE),         /* X.509 */
    UP_TO(0x307F, CHAIN),
    UP_TO(0x387F, BROKEN),              /* DHE */
    UP_TO(0x3FFF, CERTIFICATE),         /* keys */
    UP_TO(0x447F, BROKEN),              /* RSA */
    UP_TO(0x44FF, RANDOM),
    UP_TO(0x4CFF, BROKEN),              /* curves */
    UP_TO(0x4D7F, RANDOM),
    UP_TO(0x4FFF, BROKEN),
    UP_TO(0x507F, ENGINE),
    UP_TO(0x50FF, LACKS),               /* hashes */
    UP_TO(0x5D7F, ENGINE),
    UP_TO(0x5DFF, NAMELESS),
    UP_TO(0x5E7F, ENGINE),
    UP_TO(0x5EFF, LACKS),
    UP_TO(0x607F, ENGINE),
    UP_TO(0x60FF, LACKS),               /* ciphers */
    UP_TO(0x61FF, ENGINE),
    UP_TO(0x637F, DAMAGED),             /* padding, block, authentication */
    UP_TO(0x65FF, ENGINE),
    UP_TO(0x677F, BROKEN),
    UP_TO(0x697F, ENGINE),
    UP_TO(0x69FF, LACKS),
    UP_TO(0x6A7F, OUTPUT),
    UP_TO(0x6C7F, ENGINE),
    UP_TO(0x6CFF, IDENTITY),
    UP_TO(0x6D7F, LACKS),
    UP_TO(0x6DFF, ENGINE),
    UP_TO(0x6E7F, BROKEN),
    UP_TO(0x6EFF, LACKS),               /* a version */
    UP_TO(0x707F, ENGINE),
    UP_TO(0x70FF, LACKS),
    UP_TO(0x717F, ARGUMENT),
    UP_TO(0x71FF, DAMAGED),
    UP_TO(0x737F, BROKEN),
    UP_TO(0x73FF, LACKS),               /* a cipher suite */
    UP_TO(0x747F, RANDOM),
    UP_TO(0x74FF, UNCERTIFIED),
    UP_TO(0x79FF, BROKEN),
    UP_TO(0x7A7F, CERTIFICATE),
    UP_TO(0x7EFF, BROKEN),
    UP_TO(0x7FFF, ENGINE),
};

/* Messages that TLS 1.3 allows after the handshake, RFC 8446 4. */
static unsigned cause_of_message(uint32_t message)
{
    return message == 24 ? KEY_UPDATE : message == MBEDTLS_SSL_HS_CERTIFICATE_REQUEST ? REQUEST : BROKEN;
}

static unsigned cause_of_code(unsigned number)
{
    const struct range *range = number < 0x80 ? low_codes : high_codes;
    unsigned at = number < 0x80 ? number : number >> 7;

    if (number > 0x7FFF)
    {
        return ENGINE;
    }
    while (range->last < at)
    {
        range++;
    }

    return range->cause;
}

static unsigned cause_of(const struct tls_report *report)
{
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3) && report->code == MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE)
    {
        return cause_of_message(report->number);
    }
    if (report->code == MBEDTLS_ERR_SSL_INVALID_MAC && report->number > 0)
    {
        return EMPTY;
    }
    /* The first record that is encrypted with the pre-shared key is the first that it does not fit. */
    if (TLS_HAS(PKG_MBEDTLS_PSK) && report->code == MBEDTLS_ERR_SSL_INVALID_MAC && report->step == TLS_STEP_HANDSHAKE &&
        report->missing == TLS_BEFORE_ALERT_KEY)
    {
        return IDENTITY;
    }

    if (TLS_HAS(PKG_MBEDTLS_SERVER) && report->is_server && report->code == -NEGOTIATION)
    {
        return LACKS;
    }

    return cause_of_code((unsigned)-report->code);
}

const struct tls_words *tls_words_of_code(const struct tls_report *report)
{
    unsigned cause = cause_of(report);

    return &causes[causes[cause].what != RT_NULL ? cause : ENGINE];
}
