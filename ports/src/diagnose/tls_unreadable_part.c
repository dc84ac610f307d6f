/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table of parts that this build does not read, and the words about them. A
 * build that reads a part has no row for it.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_diagnose_words.h"
#include "tls_unreadable.h"

/* How object identifiers begin, in DER, length first: RFC 8017, ANSI X9.62, RFC 5480, RFC 5639, and so on. */
static const char *const beginnings[] =
{
    "\x08\x2A\x86\x48\x86\xF7\x0D\x01\x01",
    "\x05\x2A\x86\x48\xCE\x3D",
    "\x04\x2B\x81\x04\x00",
    "\x08\x2B\x24\x03\x03\x02\x08\x01\x01",
    "\x02\x2B\x65",
    "\x06\x2A\x81\x1C\xCF\x55\x01",
    "\x08\x60\x86\x48\x01\x65\x03\x04\x03",
    "\x02\x55\x1D",
};

/* A row: which beginning, how many bytes follow and which, then the text. */
#define RSA(last, text)         "\1\1" last text "\0"
#define X962(last, text)        "\2\2" last text "\0"
#define P_256(text)             "\2\3\3\1\7" text "\0"
#define P_192(text)             "\2\3\3\1\1" text "\0"
#define ECDSA_SHA2(last, text)  "\2\3\4\3" last text "\0"
#define SECP(last, text)        "\3\1" last text "\0"
#define BRAINPOOL(last, text)   "\4\1" last text "\0"
#define EDWARDS(last, text)     "\5\1" last text "\0"
#define SM2(last, text)         "\6\2" last text "\0"
#define NIST(last, text)        "\7\1" last text "\0"
#define EXTENSION(last, text)   "\10\1" last text "\0"

/* For keys of a kind that no suite of the build uses. */
#define WITH_RSA                "=KEY_EXCHANGE_ECDHE_RSA"
#define WITH_ECDSA              "=KEY_EXCHANGE_ECDHE_ECDSA"

#define WEAK                    '!'
#define CURVE                   '*'
#define SEPARATORS              "=!*"

/*
 * The text of a row is the name, then = and the setting without PKG_MBEDTLS_, if
 * there is one; ! for one that no chain is verified with. * and the name is a curve,
 * whose setting is named like it. One string, since pointers would take as much ROM
 * as the texts.
 */
static const char rows[] =
#ifndef PKG_MBEDTLS_RSA
    RSA("\x01", "RSA" WITH_RSA)
    RSA("\x0B", "RSA" WITH_RSA)
    RSA("\x0C", "RSA" WITH_RSA)
    RSA("\x0D", "RSA" WITH_RSA)
#elif !defined(PKG_MBEDTLS_SHA512)
    RSA("\x0C", "RSA-SHA384=SHA512")
    RSA("\x0D", "RSA-SHA512=SHA512")
#endif
#ifndef PKG_MBEDTLS_ECC
    X962("\x02\x01", "ECC" WITH_ECDSA)
    ECDSA_SHA2("\x02", "ECDSA" WITH_ECDSA)
    ECDSA_SHA2("\x03", "ECDSA" WITH_ECDSA)
    ECDSA_SHA2("\x04", "ECDSA" WITH_ECDSA)
#elif !defined(PKG_MBEDTLS_SHA512)
    ECDSA_SHA2("\x03", "ECDSA-SHA384=SHA512")
    ECDSA_SHA2("\x04", "ECDSA-SHA512=SHA512")
#endif
#if !defined(PKG_MBEDTLS_SHA224) && defined(PKG_MBEDTLS_ENGINE_3_6)
    RSA("\x0E", "RSA-SHA224=SHA224")
    ECDSA_SHA2("\x01", "ECDSA-SHA224=SHA224")
#endif
#ifndef PKG_MBEDTLS_RSA_PSS
    RSA("\x0A", "RSA-PSS=RSA_PSS")
#endif
#ifndef PKG_MBEDTLS_SHA1
    RSA("\x05", "RSA-SHA1!SHA1")
    X962("\x04\x01", "ECDSA-SHA1!SHA1")
#endif
#ifndef PKG_MBEDTLS_MD5
    RSA("\x04", "RSA-MD5!MD5")
#endif
#ifndef PKG_MBEDTLS_CURVE_SECP256R1
    P_256("*SECP256R1")
#endif
#ifndef PKG_MBEDTLS_CURVE_SECP384R1
    SECP("\x22", "*SECP384R1")
#endif
#ifndef PKG_MBEDTLS_CURVE_SECP521R1
    SECP("\x23", "*SECP521R1")
#endif
#ifndef PKG_MBEDTLS_CURVE_SECP224R1
    SECP("\x21", "*SECP224R1")
#endif
#ifndef PKG_MBEDTLS_CURVE_SECP192R1
    P_192("*SECP192R1")
#endif
#ifndef PKG_MBEDTLS_CURVE_SECP256K1
    SECP("\x0A", "*SECP256K1")
#endif
#ifndef PKG_MBEDTLS_CURVE_BP256R1
    BRAINPOOL("\x07", "*BP256R1")
#endif
#ifndef PKG_MBEDTLS_CURVE_BP384R1
    BRAINPOOL("\x0B", "*BP384R1")
#endif
#ifndef PKG_MBEDTLS_CURVE_BP512R1
    BRAINPOOL("\x0D", "*BP512R1")
#endif
    EDWARDS("\x70", "Ed25519")
    EDWARDS("\x71", "Ed448")
    SM2("\x82\x2D", "SM2")
    SM2("\x83\x75", "SM2")
    NIST("\x11", "ML-DSA")
    NIST("\x12", "ML-DSA")
    NIST("\x13", "ML-DSA")
    EXTENSION("\x1E", "name constraints")
    EXTENSION("\x20", "certificate policies")
    EXTENSION("\x24", "policy constraints");

int tls_unreadable_find(const unsigned char *oid, size_t length)
{
    const char *row = rows;

    /* A zero ends the array, too. */
    for (; row[0] != 0; row += strlen(row) + 1)
    {
        const char *beginning = beginnings[row[0] - 1];
        size_t begins = (size_t)beginning[0], ends = (size_t)row[1];

        if (length == begins + ends && memcmp(beginning + 1, oid, begins) == 0 &&
            memcmp(row + 2, oid + begins, ends) == 0)
        {
            return (int)(row + 2 + ends - rows);
        }
    }

    return 0;
}

const char *tls_unreadable_name(int row, size_t *length)
{
    const char *text = row != 0 ? rows + row : "";

    text += *text == CURVE;
    *length = strcspn(text, SEPARATORS);

    return text;
}

void tls_words_unreadable_what(const struct tls_report *report, char *text, size_t size)
{
    rt_snprintf(text, size, W_CERTIFICATE " %d \"%s\" cannot be read: %s", report->depth, report->subject, report->detail);
}

void tls_words_unreadable_remedy(const struct tls_report *report, char *text, size_t size)
{
    const char *setting = report->missing != 0 ? rows + report->missing : "";

    setting += strcspn(setting, SEPARATORS);
    if (*setting == '\0')
    {
        rt_snprintf(text, size, "no setting adds this: " TLS_WORDS_OPERATOR);
        return;
    }
    rt_snprintf(text, size, "%sselect PKG_MBEDTLS_%s%s in " W_MENU,
                *setting == WEAK ? "too weak to verify: " TLS_WORDS_OPERATOR "; with TLS_VERIFY_PINS, " : "",
                *setting == CURVE ? "CURVE_" : "", setting + 1);
}
