/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Failures in words.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_clock.h"
#include "tls_diagnose.h"
#include "tls_diagnose_certificate.h"
#include "tls_diagnose_datagram.h"
#include "tls_diagnose_version.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"

#include "mbedtls/ssl.h"

/* RT-Thread's console cuts a longer line (RT_CONSOLEBUF_SIZE is 128 by default). */
#define LINE_LENGTH             110

/* Words that only builds with pre-shared keys need. */
#ifdef PKG_MBEDTLS_PSK
#define WHAT_OF_KEY             "the pre-shared key cannot be used: no key, no identity, or too long"
#define REMEDY_OF_KEY           "check options.psk; a key has 1 to 32 bytes, an identity 1 to 65535"
#define REMEDY_OF_IDENTITY      "the server does not know the identity in options.psk"
#else
#define WHAT_OF_KEY             "pre-shared key"
#define REMEDY_OF_KEY           ""
#define REMEDY_OF_IDENTITY      "the server's log says why"
#endif

#ifdef PKG_MBEDTLS_DHM
#define WHAT_OF_PRIME           "the server's prime for DHE has %u bits, too few"
#define REMEDY_OF_PRIME         "have the server take one of RFC 7919, or lower PKG_MBEDTLS_DHM_MIN_BITS"
#else
#define WHAT_OF_PRIME           "%u"
#define REMEDY_OF_PRIME         ""
#endif

/* And those that only builds with the mark of a second try need. */
#ifdef PKG_MBEDTLS_FALLBACK_SCSV
#define REMEDY_OF_FALLBACK      "the server has a newer version than this second try offers: connect without its limit"
#else
#define REMEDY_OF_FALLBACK      "the server's log says why"
#endif

/* The same for application protocols. */
#ifdef PKG_MBEDTLS_ALPN
#define REMEDY_OF_PROTOCOLS     "the server has none of the application protocols in options.alpn"
#else
#define REMEDY_OF_PROTOCOLS     "the server's log says why"
#endif

/* With RSA-PSS a signature has parameters, which the engine without it does not expect. */
#if defined(PKG_MBEDTLS_CERTIFICATES) && !defined(PKG_MBEDTLS_RSA_PSS)
#define UNREAD_SIGNATURE        MBEDTLS_ERR_X509_INVALID_ALG
#endif

static const char *const step_names[] =
{
    "none", "init", "context", "name look-up", "connect", "handshake", "certificate check", "write", "read",
};

const char *tls_report_step(const struct tls_report *report)
{
    return report->step < sizeof(step_names) / sizeof(step_names[0]) ? step_names[report->step] : "?";
}

static const char *what_other(int code)
{
    switch (code)
    {
    case MBEDTLS_ERR_SSL_BAD_INPUT_DATA:
        return "the engine refuses what it was given";

    case MBEDTLS_ERR_SSL_INVALID_MAC:
        return "a record was damaged on its way, or encrypted with another key";

    case MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE:
        return "the server wants something that this engine or configuration lacks";

    case MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL:
        return "the output buffer is too short for a message";

#ifdef UNREAD_SIGNATURE
    case UNREAD_SIGNATURE:
        return "the signature of a certificate cannot be read";
#endif

    case MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED:
        return "there is no root certificate to verify the server with";

#ifdef MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER
    case MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER:
        return "the server sent what the protocol forbids, or what this engine cannot read";
#endif

    default:
        return "the engine reports an error";
    }
}

char *tls_report_what(const struct tls_report *report, char *text, size_t size)
{
    char when[TLS_CLOCK_TEXT_SIZE];
    unsigned number = (unsigned)report->number;

    switch (report->reason)
    {
    case TLS_REASON_NONE:
        rt_snprintf(text, size, "no failure");
        break;

    case TLS_REASON_CERTIFICATE:
        tls_certificate_what(report, text, size);
        break;

    case TLS_REASON_CLOCK_UNSET:
        rt_snprintf(text, size, "clock not set: it says %s", tls_clock_text(report->clock, when));
        break;

    case TLS_REASON_NO_MEMORY:
        rt_snprintf(text, size, number != 0 ? "out of memory: no %u bytes in the heap" : "out of memory", number);
        break;

    case TLS_REASON_TIMEOUT:
        rt_snprintf(text, size, "no answer within %u ms", number);
        break;

    case TLS_REASON_NAME_NOT_FOUND:
        rt_snprintf(text, size, "the host's name has no address (getaddrinfo: %d)", (int)report->number);
        break;

    case TLS_REASON_REFUSED:
        rt_snprintf(text, size, "the host does not take the connection (errno %u)", number);
        break;

    case TLS_REASON_RESET:
        rt_snprintf(text, size, "the peer reset the connection");
        break;

    case TLS_REASON_CLOSED:
        rt_snprintf(text, size, "the peer closed the connection without close_notify: data may be cut short");
        break;

    case TLS_REASON_ALERT:
        rt_snprintf(text, size, "the peer sent the alert %s (%u)", tls_alert_name(number), number);
        break;

    case TLS_REASON_TOO_LONG:
        rt_snprintf(text, size, "the peer sent %u bytes at once, the input buffer holds %u", number,
                    (unsigned)MBEDTLS_SSL_IN_CONTENT_LEN);
        break;

    case TLS_REASON_NOT_TLS:
        rt_snprintf(text, size, "the peer answered with something that is not TLS");
        break;

    case TLS_REASON_NO_RANDOM:
        rt_snprintf(text, size, "the random source failed");
        break;

    case TLS_REASON_NO_ROOTS:
        rt_snprintf(text, size, "there is no root certificate");
        break;

    case TLS_REASON_PINS:
        rt_snprintf(text, size, "the pinned keys cannot be used");
        break;

    case TLS_REASON_NO_HOST:
        rt_snprintf(text, size, "the session has no host or no port from 1 to 65535");
        break;

    case TLS_REASON_STATE:
        rt_snprintf(text, size, "called at the wrong time: init, context, connect, then read and write");
        break;

    case TLS_REASON_UNSUPPORTED:
        rt_snprintf(text, size, "the session asks for what this build lacks");
        break;

    case TLS_REASON_PSK:
        rt_snprintf(text, size, WHAT_OF_KEY);
        break;

    case TLS_REASON_SHORT_PRIME:
        rt_snprintf(text, size, WHAT_OF_PRIME, number);
        break;

    case TLS_REASON_VERSION:
        tls_version_what(report, text, size);
        break;

#ifdef PKG_MBEDTLS_ALPN                 /* words that only such builds need */
    case TLS_REASON_ALPN:
        rt_snprintf(text, size, "the list of application protocols cannot be used");
        break;
#endif

#ifdef PKG_MBEDTLS_SESSION_TICKETS      /* likewise */
    case TLS_REASON_RESUME:
        rt_snprintf(text, size, "a session was resumed that this one does not vouch for: the peer has shown nothing");
        break;
#endif

    default:
        if (!tls_datagram_what(report, text, size))
        {
            rt_snprintf(text, size, "%s (-0x%x)", what_other(report->code), (unsigned)-report->code);
        }
        break;
    }

    return text;
}

static const char *remedy_of_alert(unsigned alert, unsigned step)
{
    switch (alert)
    {
    case 40:
        if (step > TLS_STEP_VERIFY)
        {
            return "the server wanted a second handshake, which is refused: see PKG_MBEDTLS_RENEGOTIATION";
        }
        /* fall through */

    case 71:
        return "server and device share no cipher suite, curve or signature: see menuconfig, Key exchange, Ciphers, "
               "Curves" TLS_VERSION_OLD_SERVERS;

    case 70:
        return "server and device share no protocol version: see menuconfig, Protocol" TLS_VERSION_OLD_SERVERS;

    case 86:
        return REMEDY_OF_FALLBACK;

    case 112:
        return "the server does not serve this name: check session->host or options.server_name";

    case 22:
        return "a record was too long for the server: lower \"Maximum length of a record sent\"";

    case 115:
        return REMEDY_OF_IDENTITY;

    case 120:
        return REMEDY_OF_PROTOCOLS;

    case 42:
    case 116:
        return "the server wants a certificate of the device";

    default:
        return "the server's log says why";
    }
}

/* For those reasons whose remedy is a fixed sentence. */
static const char *remedy_of_reason(unsigned reason)
{
    switch (reason)
    {
    case TLS_REASON_CLOCK_UNSET:
        return "set it with date or ntp_sync (manual 3.2.2)";

    case TLS_REASON_NO_MEMORY:
        return "free heap, or lower \"Maxium fragment length in bytes\" (MBEDTLS_SSL_MAX_CONTENT_LEN)";

    case TLS_REASON_NAME_NOT_FOUND:
        return "check the name, the DNS server and the network: ifconfig, ping";

    case TLS_REASON_REFUSED:
        return "check host and port, and that the server runs";

    case TLS_REASON_RESET:
        return "the server's log says why; servers reset when they speak no protocol version that is offered";

    case TLS_REASON_NOT_TLS:
        return "check the port: it may be the one for plain connections";

    case TLS_REASON_NO_RANDOM:
        return "see menuconfig, Random source";

    case TLS_REASON_NO_ROOTS:
        return "put one into certs/ or select one in menuconfig, Select Root Certificate";

    case TLS_REASON_PINS:
        return "write options.pins as sha256//BASE64= with ; between; \"tools/roots pin FILE\" prints a certificate's";

    case TLS_REASON_NO_HOST:
        return "set session->host and session->port before mbedtls_client_context()";

    case TLS_REASON_UNSUPPORTED:
        return "see menuconfig, Protocol and Key exchange";

    case TLS_REASON_PSK:
        return REMEDY_OF_KEY;

    case TLS_REASON_SHORT_PRIME:
        return REMEDY_OF_PRIME;

#ifdef PKG_MBEDTLS_ALPN                 /* words that only such builds need */
    case TLS_REASON_ALPN:
        return "options.alpn wants names of 1 to 255 bytes, together half the output buffer, and RT_NULL at the end";
#endif

#ifdef PKG_MBEDTLS_SESSION_TICKETS      /* likewise */
    case TLS_REASON_RESUME:
        return "use tls_client_save() and tls_client_resume() instead of mbedtls_ssl_set_session()";
#endif

    default:
        return tls_datagram_remedy(reason);
    }
}

static const char *remedy_of_other(int code)
{
    switch (code)
    {
    case MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL:
        return "raise PKG_MBEDTLS_SSL_OUT_CONTENT_LEN";

#ifdef UNREAD_SIGNATURE
    case UNREAD_SIGNATURE:
        return "for RSA-PSS select PKG_MBEDTLS_RSA_PSS";
#endif

    default:
        return "";
    }
}

static const char *remedy_of_timeout(unsigned step)
{
    switch (step)
    {
    case TLS_STEP_RESOLVE:
        return "check the DNS server and the network: ifconfig, ping";

    case TLS_STEP_CONNECT:
        return "check host, port and network; raise options.connect_timeout if the network is slow";

    case TLS_STEP_HANDSHAKE:
        return "raise options.connect_timeout (PKG_MBEDTLS_CONNECT_TIMEOUT) if the server or this CPU is slow";

    default:
        return "raise options.io_timeout (PKG_MBEDTLS_IO_TIMEOUT) if the server is slow";
    }
}

char *tls_report_remedy(const struct tls_report *report, char *text, size_t size)
{
    const char *remedy = remedy_of_reason(report->reason);

    switch (report->reason)
    {
    case TLS_REASON_CERTIFICATE:
        tls_certificate_remedy(report, text, size);
        return text;

    case TLS_REASON_TIMEOUT:
        remedy = remedy_of_timeout(report->step);
        break;

    case TLS_REASON_ALERT:
        remedy = remedy_of_alert((unsigned)report->number, report->step);
        break;

    case TLS_REASON_VERSION:
        tls_version_remedy(report, text, size);
        return text;

    case TLS_REASON_OTHER:
        remedy = remedy_of_other(report->code);
        break;

    case TLS_REASON_TOO_LONG:
        rt_snprintf(text, size, "set \"Maxium fragment length in bytes\" (MBEDTLS_SSL_MAX_CONTENT_LEN) to %u or more",
                    (unsigned)report->number);
        return text;

    default:
        break;
    }
    rt_snprintf(text, size, "%s", remedy);

    return text;
}

/* Log a text in lines that the console does not cut, broken at blanks. */
static void log_lines(const char *text)
{
    while (strlen(text) > LINE_LENGTH)
    {
        int length = LINE_LENGTH;

        while (length > 0 && text[length] != ' ')
        {
            length--;
        }
        length = length > 0 ? length : LINE_LENGTH;
        LOG_E("%.*s", length, text);
        text += length + (text[length] == ' ');
    }
    LOG_E("%s", text);
}

void tls_report_log(const struct tls_report *report)
{
    char text[TLS_REPORT_TEXT];
    uint32_t flags = report->flags;

    LOG_E("%s failed: -0x%x", tls_report_step(report), (unsigned)-report->code);
    if (report->reason == TLS_REASON_CERTIFICATE)
    {
        LOG_E("verify peer certificate fail....");
    }
    for (; report->reason == TLS_REASON_CERTIFICATE && flags != 0; flags &= flags - 1)
    {
        tls_certificate_verdict(flags, text, sizeof(text));
        LOG_E("verification info: ! %s", text);
    }
    log_lines(tls_report_what(report, text, sizeof(text)));
    if (tls_report_remedy(report, text, sizeof(text))[0] != '\0')
    {
        LOG_E("what to change:");
        log_lines(text);
    }
}
