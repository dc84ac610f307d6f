/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Words for reasons and steps. Each reason has its row; a build without a feature
 * leaves its rows out.
 */
#include <string.h>

#include <rtthread.h>

#include "../base/tls_has.h"
#include "tls_clock.h"
#include "tls_diagnose_words.h"

#include "mbedtls/ssl.h"

static const char *const steps[] =
{
    "none", "init", "context", "name look-up", "connect", "handshake", "certificate check", "write", "read",
};

/* In what: format; arguments: the report's number, the input buffer's length. */
static const struct tls_words reasons[] =
{
    [TLS_REASON_NONE] =
    { "no failure", "" },
    [TLS_REASON_CLOCK_UNSET] =
    { "clock not set: it says %s, this build is of %s",
      "set it " W_DATE " (user guide 5.2)" },
    [TLS_REASON_NO_MEMORY] =
    { "out of memory: no %u bytes in the heap",
      "free heap, or lower " W_LIMIT },
    [TLS_REASON_TIMEOUT] =
    { "no answer within %u ms", "" },   /* depends on the step: remedies_of_timeout */
    [TLS_REASON_NAME_NOT_FOUND] =
    { "the host's name has no address (getaddrinfo: %d)", "" },     /* depends on the host: remedy_of_name */
    [TLS_REASON_REFUSED] =
    { "the host does not take the connection (errno %u)",
      "check host and port, and that " W_SERVER " runs" },
    [TLS_REASON_RESET] =
    { "the peer reset the connection",
      W_LOG "; some servers reset it if no version suits them" },
    [TLS_REASON_CLOSED] =
    { "the peer closed the connection without close_notify: data may be cut short",
      "if data is missing, " W_LOG },
    [TLS_REASON_TOO_LONG] =
    { "the peer sent %u bytes at once, the input buffer holds %u",
      "" },                             /* depends on the length: remedy_of_length */
    [TLS_REASON_NOT_TLS] =
    { "the peer sent something that is not TLS",
      "check the port: it may be for plain connections" },
    [TLS_REASON_NO_RANDOM] =
    { "the random source failed",
      TLS_WORDS_RANDOM },
    [TLS_REASON_NO_ROOTS] =
    { "there is no root " W_CERTIFICATE,
      "put one " W_ROOTS },
    [TLS_REASON_NO_HOST] =
    { "the session has no host or no port from 1 to 65535",
      "set " W_HOST " and session->port before mbedtls_client_context()" },
    [TLS_REASON_STATE] =
    { "called at the wrong time",
      "call init, context and connect in this order, then read and write" },
    [TLS_REASON_UNSUPPORTED] =
    { "a feature that was asked for is not available",
      TLS_HAS(PKG_MBEDTLS_DTLS) ? "the peer does not offer it" : "" },       /* connection IDs */
#ifdef PKG_MBEDTLS_PINNING
    [TLS_REASON_PINS] =
    { "the pinned keys cannot be used",
      "write options.pins as sha256//BASE64= with ; between; \"tools/roots pin FILE\" prints a " W_CERTIFICATE "'s" },
#endif
#ifdef PKG_MBEDTLS_PSK
    [TLS_REASON_PSK] =
    { "the pre-shared key cannot be used: no key, no identity, or too long",
      "check options.psk; a key has 1 to 32 bytes, an identity 1 to 65535" },
#endif
#ifdef PKG_MBEDTLS_DHM
    [TLS_REASON_SHORT_PRIME] =
    { W_SERVER "'s prime for DHE has %u bits, too few",
      "configure " W_SERVER " with a prime of RFC 7919, or lower PKG_MBEDTLS_DHM_MIN_BITS" },
#endif
#ifdef PKG_MBEDTLS_ALPN
    [TLS_REASON_ALPN] =
    { "the list of application protocols cannot be used",
      "options.alpn needs names of 1 to 255 bytes, together half the output buffer, and RT_NULL at the end" },
#endif
#ifdef PKG_MBEDTLS_SESSION_TICKETS
    [TLS_REASON_RESUME] =
    { "the engine resumed a session that this one did not verify: the peer has shown no " W_CERTIFICATE,
      "use tls_client_save() and tls_client_resume() instead of mbedtls_ssl_set_session()" },
#endif
#ifdef PKG_MBEDTLS_TLS1_3
    [TLS_REASON_KEY_SLOTS] =
    { "the crypto core has no slot left for the session's keys: too many sessions connect at once",
      "raise \"TLS 1.3 sessions at once\" (PKG_MBEDTLS_TLS1_3_SESSIONS), or let fewer connect at a time" },
#endif
#ifdef PKG_MBEDTLS_DTLS
    [TLS_REASON_SILENT] =
    { "no datagram came back within %u ms",
      "check host, port and network; a firewall may drop UDP, and not every server speaks DTLS" },
    [TLS_REASON_KEY_SILENT] =
    { W_SERVER " did not answer what was encrypted with the pre-shared key within %u ms",
      "compare identity and key in options.psk with " W_SERVER "'s: over datagrams a wrong one may get no answer" },
    [TLS_REASON_FLIGHT] =
    { "%u datagrams came, but never all that belong together",
      "give the thread a priority of 11 or less, or set DEFAULT_UDP_RECVMBOX_SIZE and MEMP_NUM_NETBUF to 8 (lwipopts.h)" },
    [TLS_REASON_DATAGRAM_READ] =
    { "the datagram has %u bytes, the buffer of the read is smaller",
      "nothing is lost: read again with a larger buffer" },
    [TLS_REASON_DATAGRAM_WRITE] =
    { "a datagram to this peer takes %u bytes at most",
      "write less at once: tls_client_datagram_size(), or the path's own limit; see options.mtu" },
#endif
};

#define RECORD_MAX              16384   /* bytes of data in a record, RFC 8446 5.1: the range of the setting */

/* By step; a read is like a write. */
static const char *const remedies_of_timeout[TLS_STEP_READ] =
{
    [TLS_STEP_RESOLVE] = TLS_WORDS_NETWORK,
    [TLS_STEP_CONNECT] = "check host, port and network; raise options.connect_timeout if the network is slow",
    [TLS_STEP_HANDSHAKE] =
    "raise options.connect_timeout (PKG_MBEDTLS_CONNECT_TIMEOUT) if " W_SERVER " or this CPU is slow",
};

const char *tls_words_step(unsigned step)
{
    return step < sizeof(steps) / sizeof(steps[0]) ? steps[step] : "?";
}

/* RT_NULL where the code says more. */
static const struct tls_words *words_of_reason(unsigned reason)
{
    return reason < sizeof(reasons) / sizeof(reasons[0]) && reasons[reason].what != RT_NULL ?
           &reasons[reason] : RT_NULL;
}

/* Some sentences have a number only where one is known. */
static const char *sentence_of(const struct tls_report *report, const struct tls_words *words)
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
    const struct tls_words *words = words_of_reason(report->reason);
    size_t length;

    if (words == RT_NULL)
    {
        rt_snprintf(text, size, "%s (-0x%x)", tls_words_of_code(report)->what,
                    (unsigned)-report->code);
        return;
    }
    rt_snprintf(text, size, sentence_of(report, words), (unsigned)report->number,
                (unsigned)MBEDTLS_SSL_IN_CONTENT_LEN);
    if ((report->reason == TLS_REASON_NO_HOST || report->reason == TLS_REASON_NAME_NOT_FOUND) &&
        report->detail[0] != '\0')
    {
        length = strlen(text);
        rt_snprintf(text + length, size - length, ": %s", report->detail);
    }
}

void tls_words_what(const struct tls_report *report, char *text, size_t size)
{
    char when[TLS_CLOCK_TEXT_SIZE], built[TLS_CLOCK_TEXT_SIZE];
    unsigned number = (unsigned)report->number;

    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && report->reason == TLS_REASON_CERTIFICATE)
    {
        tls_words_certificate_what(report, text, size);
        return;
    }
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && report->reason == TLS_REASON_UNREADABLE)
    {
        tls_words_unreadable_what(report, text, size);
        return;
    }
    if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) && report->reason == TLS_REASON_IDENTITY)
    {
        tls_words_identity_what(report, text, size);
        return;
    }
    switch (report->reason)
    {
    case TLS_REASON_CLOCK_UNSET:
        rt_snprintf(text, size, reasons[TLS_REASON_CLOCK_UNSET].what, tls_clock_text(report->clock, when),
                    tls_clock_text(tls_clock_build_date(), built));
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
           "raise options.io_timeout (PKG_MBEDTLS_IO_TIMEOUT) if " W_SERVER " is slow";
}

/* What a host holds that was meant as an URL, or that needs another alphabet. */
static const char *remedy_of_name(const char *host)
{
    /* One colon is in front of a port, several are an IPv6 address. */
    const char *colon = strchr(host, ':');
    int has_more = colon != RT_NULL && strchr(colon + 1, ':') == RT_NULL;

    for (; *host != '\0'; host++)
    {
        has_more |= (unsigned char)*host >= 0x80 || strchr(" \"*/?@[]%\\", *host) != RT_NULL;
    }

    return has_more ? W_HOST " takes a bare name or address, without scheme, port or path; other alphabets as xn--" :
           TLS_WORDS_NETWORK;
}

static const char *remedy_of_length(uint32_t length)
{
    return length > RECORD_MAX ?
           "no setting reaches this: " W_SERVER " has to send less" :
           "set " W_LIMIT " to %u or more";
}

static const char *remedy_of(const struct tls_report *report)
{
    const struct tls_words *words = words_of_reason(report->reason);

    switch (report->reason)
    {
    case TLS_REASON_TIMEOUT:
        return remedy_of_timeout(report->step);

    case TLS_REASON_NAME_NOT_FOUND:
        return remedy_of_name(report->detail);

    case TLS_REASON_TOO_LONG:
        return remedy_of_length(report->number);

    case TLS_REASON_ALERT:
        return tls_words_alert_remedy(report);

    default:
        return words != RT_NULL ? words->remedy : tls_words_of_code(report)->remedy;
    }
}

void tls_words_remedy(const struct tls_report *report, char *text, size_t size)
{
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && report->reason == TLS_REASON_CERTIFICATE)
    {
        tls_words_certificate_remedy(report, text, size);
    }
    else if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && report->reason == TLS_REASON_UNREADABLE)
    {
        tls_words_unreadable_remedy(report, text, size);
    }
    else if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) && report->reason == TLS_REASON_IDENTITY)
    {
        tls_words_identity_remedy(report, text, size);
    }
    else if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) && tls_words_are_about_issuers(report))
    {
        rt_snprintf(text, size, "%s; it accepts those issued by %s", remedy_of(report), report->detail);
    }
    else if (report->reason == TLS_REASON_VERSION)
    {
        tls_words_version_remedy(report, text, size);
    }
    else if (report->reason == TLS_REASON_UNSUPPORTED && report->detail[0] != '\0')
    {
        /* A value of an option (TLS_...) has its place with it, a symbol (PKG_...) is in the menu. */
        rt_snprintf(text, size, "select %s%s", report->detail, report->detail[0] == 'T' ? "" : " in " W_MENU);
    }
    else
    {
        rt_snprintf(text, size, remedy_of(report), (unsigned)report->number);
    }
}
