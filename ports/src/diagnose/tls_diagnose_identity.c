/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Words for what is wrong with the device's certificate or key. In builds with
 * PKG_MBEDTLS_DIAGNOSE and PKG_MBEDTLS_CLIENT_CERTIFICATE.
 */
#include <rtthread.h>

#include "../base/tls_has.h"
#include "tls_diagnose_words.h"

#define OWN                     "the device's " W_CERTIFICATE

/* The argument of each text is the report's detail. */
static const struct tls_words faults[] =
{
    [TLS_IDENTITY_FINE] =
    { OWN " or its key cannot be used", "check options.certificate and options.key" },
    [TLS_IDENTITY_INCOMPLETE] =
    { OWN " and its key belong together, and the %s is missing", "set options.%s, too" },
    [TLS_IDENTITY_PSK] =
    { "a session with a pre-shared key shows no " W_CERTIFICATE " of the device",
      "set options.psk or options.certificate, not both" },
    [TLS_IDENTITY_NO_FILE] =
    { "the file %s cannot be read", "check the path, and that its file system is mounted" },
    [TLS_IDENTITY_CERTIFICATE] =
    { OWN " or one of its issuers cannot be read",
      "options.certificate takes "
      "PEM (its length with the zero at the end) or DER; see PKG_MBEDTLS_PEM, Curves and Hashes in " W_MENU },
    [TLS_IDENTITY_KEY] =
    { OWN " is read, but its key cannot be",
      "options.key takes PEM (its length with the zero at the end) or DER; see PKG_MBEDTLS_PEM" },
    [TLS_IDENTITY_PASSWORD] =
    { "the key of " OWN " is encrypted, and the password does not open it", "set options.key_password" },
    [TLS_IDENTITY_ENCRYPTED] =
    { "the key of " OWN " is encrypted in a way that this build does not know",
      TLS_HAS(PKG_MBEDTLS_CLIENT_PASSWORD) ? "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc" :
      "select PKG_MBEDTLS_CLIENT_PASSWORD (Mbed TLS 3.6), or remove the password: openssl pkey" },
    [TLS_IDENTITY_KIND] =
    { "this build cannot sign with the kind of key that " OWN " has",
      "EC: see PKG_MBEDTLS_ECDSA_SIGN and Curves in " W_MENU "; RSA: PKG_MBEDTLS_RSA, and not PKG_MBEDTLS_RSA_PUBLIC" },
    [TLS_IDENTITY_MISMATCH] =
    { "the key belongs to another " W_CERTIFICATE " than the device's", "set options.key to the key of options.certificate" },
    [TLS_IDENTITY_EXPIRED] =
    { OWN " has expired: its last day was %s", "replace it; or, if the clock is wrong, set it " W_DATE },
    [TLS_IDENTITY_FUTURE] =
    { OWN " is not valid before %s", "if the clock is wrong, set it " W_DATE },
    [TLS_IDENTITY_USAGE] =
    { OWN " is not issued for clients",
      "have one issued whose key usage has digitalSignature and whose extended key usage has clientAuth" },
    [TLS_IDENTITY_TWO_KEYS] =
    { "the session has a key in options.key and one behind options.sign", "set one of them only" },
    [TLS_IDENTITY_SIGN] =
    { "options.sign returned %s: no signature for " OWN, "check the secure element and its driver" },
    [TLS_IDENTITY_SIGNATURE] =
    { "what options.sign signed does not verify with " OWN,
      "check which key the secure element uses; ECDSA: r and s in big endian, not in DER" },
    [TLS_IDENTITY_TOO_LONG] =
    { OWN " and its issuers need an output buffer of %s bytes",
      "set \"Maximum length of a record sent\" (PKG_MBEDTLS_SSL_OUT_CONTENT_LEN) to %s or more" },
};

static const struct tls_words *words_of(const struct tls_report *report)
{
    unsigned fault = (unsigned)report->number;

    return &faults[fault < sizeof(faults) / sizeof(faults[0]) ? fault : TLS_IDENTITY_FINE];
}

void tls_words_identity_what(const struct tls_report *report, char *text, size_t size)
{
    rt_snprintf(text, size, words_of(report)->what, report->detail);
}

void tls_words_identity_remedy(const struct tls_report *report, char *text, size_t size)
{
    rt_snprintf(text, size, words_of(report)->remedy, report->detail);
}
