/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Words for reasons, steps and the engine's codes. A row of its own tells a reason
 * or a code; a build without a feature leaves its rows out.
 */
#include <rtthread.h>

#include "../base/tls_has.h"
#include "tls_clock.h"
#include "tls_diagnose_words.h"

#include "mbedtls/ssl.h"
#include "mbedtls/x509.h"

static const char *const steps[] =
{
    "none", "init", "context", "name look-up", "connect", "handshake", "certificate check", "write", "read",
};

struct words
{
    const char *what;                   /* format; arguments: the report's number, the input buffer's length */
    const char *remedy;
};

static const struct words reasons[] =
{
    [TLS_REASON_NONE] =
    { "no failure", "" },
    [TLS_REASON_CLOCK_UNSET] =
    { "clock not set: it says %s",      /* the time */
      "set it with date or ntp_sync (manual 3.2.2)" },
    [TLS_REASON_NO_MEMORY] =
    { "out of memory: no %u bytes in the heap",
      "free heap, or lower \"Maxium fragment length in bytes\" (MBEDTLS_SSL_MAX_CONTENT_LEN)" },
    [TLS_REASON_TIMEOUT] =
    { "no answer within %u ms", "" },   /* depends on the step: remedies_of_timeout */
    [TLS_REASON_NAME_NOT_FOUND] =
    { "the host's name has no address (getaddrinfo: %d)",
      "check the name, the DNS server and the network: ifconfig, ping" },
    [TLS_REASON_REFUSED] =
    { "the host does not take the connection (errno %u)",
      "check host and port, and that the server runs" },
    [TLS_REASON_RESET] =
    { "the peer reset the connection",
      "the server's log says why; some servers reset it if no version that is offered suits them" },
    [TLS_REASON_CLOSED] =
    { "the peer closed the connection without close_notify: data may be cut short", "" },
    [TLS_REASON_TOO_LONG] =
    { "the peer sent %u bytes at once, the input buffer holds %u",
      "set \"Maxium fragment length in bytes\" (MBEDTLS_SSL_MAX_CONTENT_LEN) to %u or more" },
    [TLS_REASON_NOT_TLS] =
    { "the peer answered with something that is not TLS",
      "check the port: it may be the one for plain connections" },
    [TLS_REASON_NO_RANDOM] =
    { "the random source failed",
      "see menuconfig, Random source" },
    [TLS_REASON_NO_ROOTS] =
    { "there is no root certificate",
      "put one into certs/ or select one in menuconfig, Select Root Certificate" },
    [TLS_REASON_NO_HOST] =
    { "the session has no host or no port from 1 to 65535",
      "set session->host and session->port before mbedtls_client_context()" },
    [TLS_REASON_STATE] =
    { "called at the wrong time: init, context, connect, then read and write", "" },
    [TLS_REASON_UNSUPPORTED] =
    { "a feature that was asked for is not available",
      TLS_HAS(PKG_MBEDTLS_DTLS) ? "the peer does not offer it" : "" },       /* connection IDs */
#ifdef PKG_MBEDTLS_PINNING
    [TLS_REASON_PINS] =
    { "the pinned keys cannot be used",
      "write options.pins as sha256//BASE64= with ; between; \"tools/roots pin FILE\" prints a certificate's" },
#endif
#ifdef PKG_MBEDTLS_PSK
    [TLS_REASON_PSK] =
    { "the pre-shared key cannot be used: no key, no identity, or too long",
      "check options.psk; a key has 1 to 32 bytes, an identity 1 to 65535" },
#endif
#ifdef PKG_MBEDTLS_DHM
    [TLS_REASON_SHORT_PRIME] =
    { "the server's prime for DHE has %u bits, too few",
      "configure the server with a prime of RFC 7919, or lower PKG_MBEDTLS_DHM_MIN_BITS" },
#endif
#ifdef PKG_MBEDTLS_ALPN
    [TLS_REASON_ALPN] =
    { "the list of application protocols cannot be used",
      "options.alpn needs names of 1 to 255 bytes, together half the output buffer, and RT_NULL at the end" },
#endif
#ifdef PKG_MBEDTLS_SESSION_TICKETS
    [TLS_REASON_RESUME] =
    { "the engine resumed a session that this one did not verify: the peer has shown no certificate",
      "use tls_client_save() and tls_client_resume() instead of mbedtls_ssl_set_session()" },
#endif
#ifdef PKG_MBEDTLS_DTLS
    [TLS_REASON_SILENT] =
    { "no datagram came back within %u ms",
      "check host, port and network; a firewall may drop UDP, and not every server speaks DTLS" },
    [TLS_REASON_KEY_SILENT] =
    { "the server did not answer what was encrypted with the pre-shared key within %u ms",
      "compare the key in options.psk with the server's: over datagrams a wrong key gets no answer" },
    [TLS_REASON_DATAGRAM_READ] =
    { "the datagram has %u bytes, the buffer of the read is smaller",
      "nothing is lost: read again with a larger buffer" },
    [TLS_REASON_DATAGRAM_WRITE] =
    { "a datagram to this peer takes %u bytes at most",
      "write less at once: tls_client_datagram_size(), or the path's own limit; see options.mtu" },
#endif
};

/* By step; a read is like a write. */
static const char *const remedies_of_timeout[TLS_STEP_READ] =
{
    [TLS_STEP_RESOLVE] = "check the DNS server and the network: ifconfig, ping",
    [TLS_STEP_CONNECT] = "check host, port and network; raise options.connect_timeout if the network is slow",
    [TLS_STEP_HANDSHAKE] =
    "raise options.connect_timeout (PKG_MBEDTLS_CONNECT_TIMEOUT) if the server or this CPU is slow",
};

/* The engine's codes that belong to no reason. */
static const struct
{
    unsigned short code;                /* without its sign */
    struct words words;
}
codes[] =
{
    { -MBEDTLS_ERR_SSL_BAD_INPUT_DATA,
      { "the engine rejects an argument", "" } },
    { -MBEDTLS_ERR_SSL_INVALID_MAC,
      { "a record was damaged on its way, or encrypted with another key", "" } },
    { -MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE,
      { "the server wants something that this engine or configuration lacks", "" } },
    { -MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL,
      { "the output buffer is too short for a message", "raise PKG_MBEDTLS_SSL_OUT_CONTENT_LEN" } },
#ifdef MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER
    { -MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER,
      { "the server sent a message that is malformed, or that this engine does not support", "" } },
#endif
#if defined(PKG_MBEDTLS_CERTIFICATES) && !defined(PKG_MBEDTLS_RSA_PSS)
    { -MBEDTLS_ERR_X509_INVALID_ALG,    /* an RSA-PSS signature has parameters, which the engine does not expect */
      { "the signature of a certificate cannot be read", "for RSA-PSS select PKG_MBEDTLS_RSA_PSS" } },
#endif
};

const char *tls_words_step(unsigned step)
{
    return step < sizeof(steps) / sizeof(steps[0]) ? steps[step] : "?";
}

static const struct words *words_of_code(int code)
{
    static const struct words other = { "the engine reports an error", "" };
    size_t i;

    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
    {
        if (codes[i].code == -code)
        {
            return &codes[i].words;
        }
    }

    return &other;
}

/* RT_NULL where the code says more. */
static const struct words *words_of_reason(unsigned reason)
{
    return reason < sizeof(reasons) / sizeof(reasons[0]) && reasons[reason].what != RT_NULL ?
           &reasons[reason] : RT_NULL;
}

/* Some sentences have a number only where one is known. */
static const char *sentence_of(const struct tls_report *report, const struct words *words)
{
    if (report->number == 0 && report->reason == TLS_REASON_NO_MEMORY)
    {
        return "out of memory";
    }
    if (TLS_HAS(PKG_MBEDTLS_DTLS) && report->number == 0 && report->reason == TLS_REASON_DATAGRAM_WRITE)
    {
        return "the path takes no datagram of this size";
    }

    return words->what;
}

static void what_by_table(const struct tls_report *report, char *text, size_t size)
{
    const struct words *words = words_of_reason(report->reason);

    if (words == RT_NULL)
    {
        rt_snprintf(text, size, "%s (-0x%x)", words_of_code(report->code)->what, (unsigned)-report->code);
        return;
    }
    rt_snprintf(text, size, sentence_of(report, words), (unsigned)report->number,
                (unsigned)MBEDTLS_SSL_IN_CONTENT_LEN);
}

void tls_words_what(const struct tls_report *report, char *text, size_t size)
{
    char when[TLS_CLOCK_TEXT_SIZE];
    unsigned number = (unsigned)report->number;

    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && report->reason == TLS_REASON_CERTIFICATE)
    {
        tls_words_certificate_what(report, text, size);
        return;
    }
    switch (report->reason)
    {
    case TLS_REASON_CLOCK_UNSET:
        rt_snprintf(text, size, reasons[TLS_REASON_CLOCK_UNSET].what, tls_clock_text(report->clock, when));
        break;

    case TLS_REASON_ALERT:
        rt_snprintf(text, size, "the peer sent the alert %s (%u)", tls_words_alert(number), number);
        break;

    case TLS_REASON_VERSION:
        tls_words_version_what(report, text, size);
        break;

    default:
        what_by_table(report, text, size);
        break;
    }
}

static const char *remedy_of_timeout(unsigned step)
{
    return step < TLS_STEP_READ && remedies_of_timeout[step] != RT_NULL ? remedies_of_timeout[step] :
           "raise options.io_timeout (PKG_MBEDTLS_IO_TIMEOUT) if the server is slow";
}

static const char *remedy_of(const struct tls_report *report)
{
    const struct words *words = words_of_reason(report->reason);

    switch (report->reason)
    {
    case TLS_REASON_TIMEOUT:
        return remedy_of_timeout(report->step);

    case TLS_REASON_ALERT:
        return tls_words_alert_remedy((unsigned)report->number, report->step);

    default:
        return words != RT_NULL ? words->remedy : words_of_code(report->code)->remedy;
    }
}

void tls_words_remedy(const struct tls_report *report, char *text, size_t size)
{
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && report->reason == TLS_REASON_CERTIFICATE)
    {
        tls_words_certificate_remedy(report, text, size);
    }
    else if (report->reason == TLS_REASON_VERSION)
    {
        tls_words_version_remedy(report, text, size);
    }
    else if (report->reason == TLS_REASON_UNSUPPORTED && report->detail[0] != '\0')
    {
        /* A value of an option (TLS_...) has its place with it, a symbol (PKG_...) is in the menu. */
        rt_snprintf(text, size, "select %s%s", report->detail, report->detail[0] == 'T' ? "" : " in menuconfig");
    }
    else
    {
        rt_snprintf(text, size, remedy_of(report), (unsigned)report->number);
    }
}
