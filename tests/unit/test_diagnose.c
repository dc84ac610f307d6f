/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_diagnose: texts of every reason, cut to any size, in lines that the
 * console does not cut, with nothing in them that could harm a terminal.
 *
 * wrap: standin_target_write
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "tls_clock.h"
#include "tls_diagnose.h"
#include "../../ports/src/diagnose/tls_report_fill.h"
#include "../../ports/src/diagnose/tls_diagnose_words.h"

#include "mbedtls/ssl.h"

#ifdef PKG_MBEDTLS_DIAGNOSE

#define LINE_MAX_BYTES  127             /* RT_CONSOLEBUF_SIZE - 1 by default */
#define LOG_SIZE        8192

void __real_standin_target_write(const char *text, rt_size_t length);
void __wrap_standin_target_write(const char *text, rt_size_t length);

static char console[LOG_SIZE];          /* what was printed */
static size_t console_length;

void __wrap_standin_target_write(const char *text, rt_size_t length)
{
    assert_true(console_length + length < LOG_SIZE);
    memcpy(console + console_length, text, length);
    console_length += length;
    console[console_length] = '\0';
}

static int setup(void **state)
{
    console_length = 0;
    console[0] = '\0';

    return unit_setup(state);
}

static const uint32_t flags_of_certificates[] =
{
    MBEDTLS_X509_BADCERT_EXPIRED, MBEDTLS_X509_BADCERT_REVOKED, MBEDTLS_X509_BADCERT_CN_MISMATCH,
    MBEDTLS_X509_BADCERT_NOT_TRUSTED, MBEDTLS_X509_BADCRL_NOT_TRUSTED, MBEDTLS_X509_BADCRL_EXPIRED,
    MBEDTLS_X509_BADCERT_MISSING, MBEDTLS_X509_BADCERT_SKIP_VERIFY, MBEDTLS_X509_BADCERT_OTHER,
    MBEDTLS_X509_BADCERT_FUTURE, MBEDTLS_X509_BADCRL_FUTURE, MBEDTLS_X509_BADCERT_KEY_USAGE,
    MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, MBEDTLS_X509_BADCERT_NS_CERT_TYPE, MBEDTLS_X509_BADCERT_BAD_MD,
    MBEDTLS_X509_BADCERT_BAD_PK, MBEDTLS_X509_BADCERT_BAD_KEY, MBEDTLS_X509_BADCRL_BAD_MD,
    MBEDTLS_X509_BADCRL_BAD_PK, MBEDTLS_X509_BADCRL_BAD_KEY,
};

#define FLAGS   (sizeof(flags_of_certificates) / sizeof(flags_of_certificates[0]))
#define REASONS TLS_REASONS            /* complete by construction: the end of the enum */

/* The words of a feature are in builds with it. */
static int has_words(unsigned reason)
{
    switch (reason)
    {
    case TLS_REASON_SILENT:
    case TLS_REASON_KEY_SILENT:
    case TLS_REASON_DATAGRAM_READ:
    case TLS_REASON_DATAGRAM_WRITE:
    case TLS_REASON_FLIGHT:
        return TLS_HAS(PKG_MBEDTLS_DTLS);

    case TLS_REASON_IDENTITY:
        return TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE);

    case TLS_REASON_KEY_SLOTS:
        return TLS_HAS(PKG_MBEDTLS_TLS1_3);

    case TLS_REASON_PINS:
        return TLS_HAS(PKG_MBEDTLS_PINNING);

    case TLS_REASON_PSK:
        return TLS_HAS(PKG_MBEDTLS_PSK);

    case TLS_REASON_SHORT_PRIME:
        return TLS_HAS(PKG_MBEDTLS_DHM);

    case TLS_REASON_ALPN:
        return TLS_HAS(PKG_MBEDTLS_ALPN);

    case TLS_REASON_UNREADABLE:
        return TLS_HAS(PKG_MBEDTLS_CERTIFICATES);

    case TLS_REASON_RESUME:
        return TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS);

    default:
        return 1;
    }
}

/* A report with the longest facts that it can hold. */
static void fill(struct tls_report *report, unsigned reason, uint32_t flags)
{
    size_t i;

    memset(report, 0, sizeof(*report));
    report->code = -0x9FFF;
    report->step = TLS_STEP_HANDSHAKE;
    report->reason = (unsigned char)reason;
    report->depth = 127;
    report->flags = flags;
    report->number = UINT32_MAX;
    report->clock = 253402300799;
    for (i = 0; i < sizeof(report->subject) - 1; i++)
    {
        report->subject[i] = i % 9 == 8 ? ' ' : 's';
    }
    for (i = 0; i < sizeof(report->detail) - 1; i++)
    {
        report->detail[i] = i % 17 == 16 ? ' ' : 'd';
    }
}

typedef char *writer(const struct tls_report *report, char *text, size_t size);

/* In memory that is exactly as large as the function is told. */
static void check_cut(writer *write, const struct tls_report *report)
{
    char whole[TLS_REPORT_TEXT * 2];
    size_t size;

    memset(whole, 0xEE, sizeof(whole));
    assert_ptr_equal(write(report, whole, sizeof(whole)), whole);
    /* The size that the header names suffices. */
    assert_in_range(strlen(whole), 0, TLS_REPORT_TEXT - 1);

    for (size = 1; size <= TLS_REPORT_TEXT; size++)
    {
        char *text = malloc(size);
        size_t length = strlen(whole) < size - 1 ? strlen(whole) : size - 1;

        assert_non_null(text);
        memset(text, 0xEE, size);
        assert_ptr_equal(write(report, text, size), text);
        assert_int_equal(strlen(text), length);
        assert_memory_equal(text, whole, length);
        free(text);
    }
}

static void check_one_line(const char *text)
{
    for (; *text != '\0'; text++)
    {
        assert_true(*text >= 0x20 && *text < 0x7F);
    }
}

static void every_reason_has_its_text(void **state)
{
    char texts[REASONS][TLS_REPORT_TEXT];
    struct tls_report report;
    unsigned i, j;

    (void)state;
    for (i = 0; i < REASONS; i++)
    {
        fill(&report, i, i == TLS_REASON_CERTIFICATE ? MBEDTLS_X509_BADCERT_EXPIRED : 0);
        tls_report_what(&report, texts[i], sizeof(texts[i]));
        assert_true(strlen(texts[i]) > 5);
        check_one_line(texts[i]);
        for (j = 0; j < i; j++)
        {
            assert_true(!has_words(i) || !has_words(j) || strcmp(texts[i], texts[j]) != 0);
        }
    }
}

static void every_reason_has_a_remedy(void **state)
{
    char text[TLS_REPORT_TEXT];
    struct tls_report report;
    unsigned i;

    (void)state;
    for (i = 0; i < REASONS; i++)
    {
        fill(&report, i, i == TLS_REASON_CERTIFICATE ? MBEDTLS_X509_BADCERT_EXPIRED : 0);
        tls_report_remedy(&report, text, sizeof(text));
        assert_int_equal(text[0] == '\0', i == TLS_REASON_NONE);
        check_one_line(text);
    }
}

/* Known to the engine or not: 0xFFFF codes and a few more. */
static void every_code_has_a_sentence_and_a_remedy(void **state)
{
    char text[TLS_REPORT_TEXT];
    struct tls_report report;
    int code;

    (void)state;
    fill(&report, TLS_REASON_OTHER, 0);
    for (code = 1; code < 0x10010; code++)
    {
        report.code = -code;
        assert_true(strlen(tls_report_what(&report, text, sizeof(text))) > 20);
        check_one_line(text);
        assert_true(strlen(tls_report_remedy(&report, text, sizeof(text))) > 10);
        check_one_line(text);
    }
}

static void codes_are_told_by_their_part(void **state)
{
    static const struct
    {
        int code;
        const char *what, *remedy;
    }
    cases[] =
    {
        { MBEDTLS_ERR_SSL_INVALID_MAC, "another key", "connect again" },
        { MBEDTLS_ERR_SSL_INTERNAL_ERROR, "accelerator failed", "report this code" },
        { MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE, "malformed", "server's operator" },
        { MBEDTLS_ERR_SSL_COUNTER_WRAPPING, "engine or an accelerator", "connect again" },
        { MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE, "lacks", "Protocol" },
        { -0x4C80, "malformed", "server's operator" },
        { -0x004C, "network", "ifconfig" },
        { -0x0034, "random source", "Random source" },
#ifdef PKG_MBEDTLS_CERTIFICATES
        { -0x2562, "certificate cannot be read", "server's operator" },
        { -0x3A2E, "certificate cannot be read", "server's operator" },
        { -0x3000, "too many certificates", "fewer than 9" },
#endif
    };
    char text[TLS_REPORT_TEXT];
    struct tls_report report;
    size_t i;

    (void)state;
    fill(&report, TLS_REASON_OTHER, 0);
    report.number = 0;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        report.code = cases[i].code;
        assert_non_null(strstr(tls_report_what(&report, text, sizeof(text)), cases[i].what));
        assert_non_null(strstr(tls_report_remedy(&report, text, sizeof(text)), cases[i].remedy));
    }
}

static void texts_name_the_numbers(void **state)
{
    static const struct
    {
        unsigned reason;
        uint32_t number;
        const char *what, *remedy;
    }
    cases[] =
    {
        { TLS_REASON_NO_MEMORY, 4711, "4711", "MBEDTLS_SSL_MAX_CONTENT_LEN" },
        { TLS_REASON_NO_MEMORY, 0, "out of memory", "heap" },
        { TLS_REASON_TIMEOUT, 15000, "15000 ms", "PKG_MBEDTLS_CONNECT_TIMEOUT" },
        { TLS_REASON_NAME_NOT_FOUND, (uint32_t)-2, "-2", "bare name" },
        { TLS_REASON_REFUSED, 111, "111", "port" },
        { TLS_REASON_ALERT, 40, "handshake_failure (40)", "Key exchange" },
        { TLS_REASON_ALERT, 112, "unrecognized_name (112)", "options.server_name" },
        { TLS_REASON_ALERT, 70, "protocol_version", "Protocol" },
        { TLS_REASON_ALERT, 255, "unknown (255)", "log" },
        { TLS_REASON_VERSION, 0x0300, "SSL 3.0", "PKG_MBEDTLS_ENGINE_2_28, PKG_MBEDTLS_SSL3" },
        { TLS_REASON_VERSION, 0x0302, "TLS 1.1", "PKG_MBEDTLS_ENGINE_2_28, PKG_MBEDTLS_TLS1_1" },
        { TLS_REASON_VERSION, 0x0304, "TLS 1.3", "menuconfig, Protocol" },
        { TLS_REASON_VERSION, 0xFEFF, "DTLS 1.0", "PKG_MBEDTLS_ENGINE_2_28, PKG_MBEDTLS_DTLS1_0" },
        { TLS_REASON_TOO_LONG, 16384, "16384", "MBEDTLS_SSL_MAX_CONTENT_LEN) to 16384" },
        { TLS_REASON_TOO_LONG, 16385, "16385", "the server has to send less" },
        { TLS_REASON_TOO_LONG, 22115, "22115", "no setting reaches this" },
        { TLS_REASON_CLOCK_UNSET, 0, "9999-12-31 23:59:59 UTC", "ntp_sync" },
        { TLS_REASON_NO_ROOTS, 0, "root", "certs/" },
        { TLS_REASON_NO_RANDOM, 0, "random", "Random source" },
        { TLS_REASON_OTHER, 0, "-0x9fff", "report this code" },
    };
    char text[TLS_REPORT_TEXT];
    struct tls_report report;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        fill(&report, cases[i].reason, 0);
        report.number = cases[i].number;
        assert_non_null(strstr(tls_report_what(&report, text, sizeof(text)), cases[i].what));
        assert_non_null(strstr(tls_report_remedy(&report, text, sizeof(text)), cases[i].remedy));
    }
}

/* TLS 1.3 allows these messages after the handshake; the engine does not know them. */
static void messages_after_the_handshake_are_named(void **state)
{
    char text[TLS_REPORT_TEXT];
    struct tls_report report;

    (void)state;
    fill(&report, TLS_REASON_OTHER, 0);
    report.code = MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
    report.number = 24;
    tls_report_what(&report, text, sizeof(text));
    assert_int_equal(strstr(text, "KeyUpdate") != NULL, TLS_HAS(PKG_MBEDTLS_TLS1_3));
    tls_report_remedy(&report, text, sizeof(text));
    assert_int_equal(strstr(text, "connect again") != NULL, TLS_HAS(PKG_MBEDTLS_TLS1_3));
    report.number = MBEDTLS_SSL_HS_CERTIFICATE_REQUEST;
    tls_report_what(&report, text, sizeof(text));
    assert_int_equal(strstr(text, "asks for a certificate") != NULL, TLS_HAS(PKG_MBEDTLS_TLS1_3));
}

static void a_host_that_is_more_than_a_name_is_told_so(void **state)
{
    static const struct
    {
        const char *host, *remedy;
    }
    cases[] =
    {
        { "www.example.org", "DNS server" }, { "2001:db8::1", "DNS server" }, { "www.example.org:443", "bare name" },
        { "https://www.example.org", "bare name" }, { "[::1]", "bare name" }, { "m?nchen.example.org", "xn--" },
    };
    char text[TLS_REPORT_TEXT];
    struct tls_report report;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        fill(&report, TLS_REASON_NAME_NOT_FOUND, 0);
        strcpy(report.detail, cases[i].host);
        assert_non_null(strstr(tls_report_what(&report, text, sizeof(text)), cases[i].host));
        assert_non_null(strstr(tls_report_remedy(&report, text, sizeof(text)), cases[i].remedy));
    }
}

static void an_output_buffer_that_is_too_short_is_named(void **state)
{
    char text[TLS_REPORT_TEXT];
    struct tls_report report;

    (void)state;
    fill(&report, TLS_REASON_OTHER, 0);
    report.code = MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
    assert_non_null(strstr(tls_report_what(&report, text, sizeof(text)), "output buffer"));
    assert_non_null(strstr(tls_report_remedy(&report, text, sizeof(text)), "PKG_MBEDTLS_SSL_OUT_CONTENT_LEN"));
}

static void a_timeout_names_the_limit_of_its_step(void **state)
{
    static const struct
    {
        unsigned step;
        const char *remedy;
    }
    cases[] =
    {
        { TLS_STEP_RESOLVE, "DNS" }, { TLS_STEP_CONNECT, "connect_timeout" },
        { TLS_STEP_HANDSHAKE, "connect_timeout" }, { TLS_STEP_WRITE, "io_timeout" }, { TLS_STEP_READ, "io_timeout" },
    };
    char text[TLS_REPORT_TEXT];
    struct tls_report report;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        fill(&report, TLS_REASON_TIMEOUT, 0);
        report.step = (unsigned char)cases[i].step;
        assert_non_null(strstr(tls_report_remedy(&report, text, sizeof(text)), cases[i].remedy));
    }
}

static void every_flag_of_a_certificate_has_its_text(void **state)
{
    char text[TLS_REPORT_TEXT];
    const char *sentence;
    struct tls_report report;
    size_t i;

    (void)state;
    for (i = 0; i < FLAGS; i++)
    {
        fill(&report, TLS_REASON_CERTIFICATE, flags_of_certificates[i]);
        sentence = tls_words_verdict(flags_of_certificates[i]);
        assert_true(strlen(sentence) > 10);
        check_one_line(sentence);
        tls_report_what(&report, text, sizeof(text));
        /* The line has room for the facts of the certificate besides. */
        assert_non_null(strstr(text, report.subject));
        assert_non_null(strstr(text, report.detail));
        check_one_line(text);
        tls_report_remedy(&report, text, sizeof(text));
        assert_true(strlen(text) > 10);
    }
    /* Flags that the engine does not know either. */
    check_one_line(tls_words_verdict(0x80000000));
}

static void texts_are_cut_to_every_size(void **state)
{
    struct tls_report report;
    unsigned i;

    (void)state;
    for (i = 0; i < REASONS + 2; i++)
    {
        fill(&report, i, i == TLS_REASON_CERTIFICATE ? UINT32_MAX : 0);
        check_cut(tls_report_what, &report);
        check_cut(tls_report_remedy, &report);
    }
    for (i = 0; i < FLAGS; i++)
    {
        fill(&report, TLS_REASON_CERTIFICATE, flags_of_certificates[i]);
        check_cut(tls_report_what, &report);
        check_cut(tls_report_remedy, &report);
    }
    for (i = 0; i < 300; i++)
    {
        fill(&report, TLS_REASON_ALERT, 0);
        report.number = i;
        check_cut(tls_report_what, &report);
        check_cut(tls_report_remedy, &report);
    }
}

/* Check the console's lines, and put their texts together, blank by blank. */
static void join_lines(char *text, size_t size)
{
    char *line = console;

    text[0] = '\0';
    while (*line != '\0')
    {
        char *end = strchr(line, '\n');

        assert_non_null(end);
        assert_in_range(end - line, 1, LINE_MAX_BYTES);
        assert_int_equal(strncmp(line, "[E/tls] ", 8), 0);
        assert_true(strlen(text) + (size_t)(end - line) < size);
        strcat(text, " ");
        strncat(text, line + 8, (size_t)(end - line) - 8);
        line = end + 1;
    }
}

static void check_log(const struct tls_report *report)
{
    char joined[LOG_SIZE], text[TLS_REPORT_TEXT];

    console_length = 0;
    console[0] = '\0';
    tls_report_log(report);
    join_lines(joined, sizeof(joined));
    assert_non_null(strstr(joined, tls_report_step(report)));
    assert_non_null(strstr(joined, tls_report_what(report, text, sizeof(text))));
    assert_non_null(strstr(joined, tls_report_remedy(report, text, sizeof(text))));
}

static void the_log_holds_the_texts_in_lines_that_are_not_cut(void **state)
{
    struct tls_report report;
    unsigned i;

    (void)state;
    for (i = 0; i < REASONS; i++)
    {
        fill(&report, i, i == TLS_REASON_CERTIFICATE ? UINT32_MAX : 0);
        check_log(&report);
    }
    for (i = 0; i < FLAGS; i++)
    {
        fill(&report, TLS_REASON_CERTIFICATE, flags_of_certificates[i]);
        check_log(&report);
    }
    for (i = 0; i <= TLS_STEP_READ + 1; i++)
    {
        fill(&report, TLS_REASON_TIMEOUT, 0);
        report.step = (unsigned char)i;
        check_log(&report);
    }
}

static void the_log_breaks_lines_at_every_place_that_a_blank_can_have(void **state)
{
    struct tls_report report;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(report.detail) - 1; i++)
    {
        fill(&report, TLS_REASON_CERTIFICATE, MBEDTLS_X509_BADCERT_EXPIRED);
        memset(report.detail, 'd', sizeof(report.detail) - 1);
        report.detail[i] = ' ';
        check_log(&report);
    }
}

static void the_log_keeps_a_word_that_is_longer_than_a_line(void **state)
{
    struct tls_report report;

    (void)state;
    fill(&report, TLS_REASON_CERTIFICATE, MBEDTLS_X509_BADCERT_EXPIRED);
    memset(report.detail, 'd', sizeof(report.detail) - 1);
    console_length = 0;
    console[0] = '\0';
    tls_report_log(&report);
    {
        size_t letters = 0, i;
        const char *detail = strstr(console, "ddd");

        assert_non_null(detail);
        for (i = 0; detail[i] != '\0' && strncmp(detail + i, "what", 4) != 0; i++)
        {
            letters += detail[i] == 'd';
        }
        assert_int_equal(letters, sizeof(report.detail) - 1);
    }
}

static void the_log_begins_with_the_words_of_the_manual(void **state)
{
    struct tls_report report;

    (void)state;
    fill(&report, TLS_REASON_CERTIFICATE, MBEDTLS_X509_BADCERT_FUTURE | MBEDTLS_X509_BADCERT_CN_MISMATCH);
    report.step = TLS_STEP_VERIFY;
    tls_report_log(&report);
    assert_non_null(strstr(console, "verify peer certificate fail....\n"));
    assert_non_null(strstr(console, "verification info: ! The certificate validity starts in the future\n"));
    assert_non_null(strstr(console, "verification info: ! The certificate Common Name (CN) does not match"));
}

static void the_log_prints_format_characters_unchanged(void **state)
{
    struct tls_report report;

    (void)state;
    fill(&report, TLS_REASON_CERTIFICATE, MBEDTLS_X509_BADCERT_EXPIRED);
    strcpy(report.subject, "%s%n%x%999999d");
    strcpy(report.detail, "%s %n %s");
    check_log(&report);
    assert_non_null(strstr(console, "%s%n%x%999999d"));
}

static void every_alert_has_its_name(void **state)
{
    static const struct
    {
        unsigned char number;
        const char *name;
    }
    alerts[] =
    {
        { MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY, "close_notify" },
        { MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE, "unexpected_message" },
        { MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC, "bad_record_mac" },
        { MBEDTLS_SSL_ALERT_MSG_DECRYPTION_FAILED, "decryption_failed" },
        { MBEDTLS_SSL_ALERT_MSG_RECORD_OVERFLOW, "record_overflow" },
        { MBEDTLS_SSL_ALERT_MSG_DECOMPRESSION_FAILURE, "decompression_failure" },
        { MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE, "handshake_failure" },
        { MBEDTLS_SSL_ALERT_MSG_NO_CERT, "no_certificate" },
        { MBEDTLS_SSL_ALERT_MSG_BAD_CERT, "bad_certificate" },
        { MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT, "unsupported_certificate" },
        { MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED, "certificate_revoked" },
        { MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED, "certificate_expired" },
        { MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN, "certificate_unknown" },
        { MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER, "illegal_parameter" },
        { MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA, "unknown_ca" },
        { MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED, "access_denied" },
        { MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR, "decode_error" },
        { MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR, "decrypt_error" },
        { MBEDTLS_SSL_ALERT_MSG_EXPORT_RESTRICTION, "export_restriction" },
        { MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION, "protocol_version" },
        { MBEDTLS_SSL_ALERT_MSG_INSUFFICIENT_SECURITY, "insufficient_security" },
        { MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR, "internal_error" },
        { MBEDTLS_SSL_ALERT_MSG_INAPROPRIATE_FALLBACK, "inappropriate_fallback" },
        { MBEDTLS_SSL_ALERT_MSG_USER_CANCELED, "user_canceled" },
        { MBEDTLS_SSL_ALERT_MSG_NO_RENEGOTIATION, "no_renegotiation" },
        { MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_EXT, "unsupported_extension" },
        { MBEDTLS_SSL_ALERT_MSG_UNRECOGNIZED_NAME, "unrecognized_name" },
        { MBEDTLS_SSL_ALERT_MSG_UNKNOWN_PSK_IDENTITY, "unknown_psk_identity" },
        { MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL, "no_application_protocol" },
        { 109, "missing_extension" },   /* RFC 8446 6 */
        { 116, "certificate_required" },
        { 111, "certificate_unobtainable" },            /* RFC 6066 9 */
        { 113, "bad_certificate_status_response" },
        { 114, "bad_certificate_hash_value" },
    };
    size_t i;
    unsigned number, known = 0;

    (void)state;
    for (i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++)
    {
        assert_string_equal(tls_alert_name(alerts[i].number), alerts[i].name);
    }
    for (number = 0; number < 1000; number++)
    {
        known += strcmp(tls_alert_name(number), "unknown") != 0;
    }
    assert_int_equal(known, sizeof(alerts) / sizeof(alerts[0]));
}

static void every_step_has_a_name(void **state)
{
    struct tls_report report;
    unsigned step;

    (void)state;
    memset(&report, 0, sizeof(report));
    for (step = 0; step < 256; step++)
    {
        report.step = (unsigned char)step;
        assert_true(strlen(tls_report_step(&report)) >= 1);
        assert_int_equal(strcmp(tls_report_step(&report), "?") == 0, step > TLS_STEP_READ);
    }
}

/*
 * Certificates, by hand: only what a report looks at.
 */

static unsigned char common_name[] = { 0x55, 0x04, 0x03 };
static unsigned char organization[] = { 0x55, 0x04, 0x0A };
static unsigned char country[] = { 0x55, 0x04, 0x06 };

/* A Name in DER; every length has three bytes. */
struct name
{
    unsigned char der[400];
    size_t length;
};

static unsigned char *put_header(unsigned char *p, int tag, size_t length)
{
    p[0] = (unsigned char)tag;
    p[1] = 0x82;
    p[2] = (unsigned char)(length >> 8);
    p[3] = (unsigned char)length;

    return p + 4;
}

static void add_attribute(struct name *name, const unsigned char *oid, int tag, const char *value, size_t length)
{
    unsigned char *p = name->der + (name->length > 0 ? name->length : 4);

    assert_in_range(name->length + 21 + length, 0, sizeof(name->der));
    p = put_header(p, 0x31, 13 + length);
    p = put_header(p, 0x30, 9 + length);
    *p++ = 0x06;
    *p++ = 3;
    memcpy(p, oid, 3);
    p = put_header(p + 3, tag, length);
    memcpy(p, value, length);
    name->length = (size_t)(p + length - name->der);
    (void)put_header(name->der, 0x30, name->length - 4);
}

static void set_name(mbedtls_x509_name *name, mbedtls_x509_buf *raw, struct name *der, const char *value, size_t length)
{
    memset(name, 0, sizeof(*name));
    name->oid.p = common_name;
    name->oid.len = 3;
    name->val.p = (unsigned char *)value;
    name->val.len = length;
    der->length = 0;
    add_attribute(der, common_name, 0x0C, value, length);
    raw->p = der->der;
    raw->len = der->length;
}

/* A certificate keeps its names until the next one but one. */
static void set_certificate_of(mbedtls_x509_crt *crt, const char *subject, size_t subject_length, const char *issuer,
                               size_t issuer_length)
{
    static struct name names[4];
    static unsigned turn;

    turn ^= 2;
    memset(crt, 0, sizeof(*crt));
    set_name(&crt->subject, &crt->subject_raw, &names[turn], subject, subject_length);
    set_name(&crt->issuer, &crt->issuer_raw, &names[turn + 1], issuer, issuer_length);
    crt->valid_from = (mbedtls_x509_time){ 2024, 2, 29, 1, 2, 3 };
    crt->valid_to = (mbedtls_x509_time){ 2025, 12, 31, 23, 59, 59 };
}

static void set_certificate(mbedtls_x509_crt *crt, const char *subject, const char *issuer)
{
    set_certificate_of(crt, subject, strlen(subject), issuer, strlen(issuer));
}

static void add_san(mbedtls_x509_sequence *name, int tag, const char *value, size_t length,
                    mbedtls_x509_sequence *next)
{
    memset(name, 0, sizeof(*name));
    name->buf.tag = MBEDTLS_ASN1_CONTEXT_SPECIFIC | tag;
    name->buf.p = (unsigned char *)value;
    name->buf.len = length;
    name->next = next;
}

static void a_certificates_facts_are_noted(void **state)
{
    char text[TLS_REPORT_TEXT];
    struct tls_report report;
    mbedtls_x509_crt crt;

    (void)state;
    set_certificate(&crt, "server", "Issuing CA");
    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_EXPIRED, 1767225600);
    assert_string_equal(report.subject, "server");
    assert_string_equal(report.detail, "valid until 2025-12-31 23:59:59 UTC, the clock says 2026-01-01 00:00:00 UTC");

    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_FUTURE, 0);
    assert_string_equal(report.detail, "valid from 2024-02-29 01:02:03 UTC, the clock says 1970-01-01 00:00:00 UTC");
    assert_null(strstr(tls_report_remedy(&report, text, sizeof(text)), "UTC+8"));

    /* The clock is 8 hours behind: someone has given UTC to date. 2024-02-28 17:02:03 */
    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_FUTURE, 1709139723);
    assert_string_equal(report.detail, "valid from 2024-02-29 01:02:03 UTC, the clock says 2024-02-28 17:02:03 UTC");
    report.reason = TLS_REASON_CERTIFICATE;
    assert_non_null(strstr(tls_report_remedy(&report, text, sizeof(text)), "date takes local time, UTC+8 unless"));

    /* A day and a second ahead. */
    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_FUTURE, 1709082122);
    report.reason = TLS_REASON_CERTIFICATE;
    assert_null(strstr(tls_report_remedy(&report, text, sizeof(text)), "UTC+8"));

    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 1, MBEDTLS_X509_BADCERT_NOT_TRUSTED, 0);
    assert_string_equal(report.detail, "issued by Issuing CA");
    assert_int_equal(report.depth, 1);

    memset(&report, 0, sizeof(report));
    set_certificate(&crt, "me", "me");
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_NOT_TRUSTED, 0);
    assert_string_equal(report.detail, "self-signed by me");
}

static const char *mismatch(const mbedtls_x509_crt *crt)
{
    static struct tls_report report;

    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, crt, 0, MBEDTLS_X509_BADCERT_CN_MISMATCH, 0);
    assert_int_equal(strncmp(report.detail, "names that match: ", 18), 0);

    return report.detail + 18;
}

static void names_that_match_are_listed(void **state)
{
    mbedtls_x509_sequence second, third;
    mbedtls_x509_crt crt;

    (void)state;
    set_certificate(&crt, "server", "ca");
    assert_string_equal(mismatch(&crt), "server");

    add_san(&third, 7, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16, NULL);
    add_san(&second, 7, "\x7f\0\0\x01", 4, &third);
    add_san(&crt.subject_alt_names, 2, "*.example.org", 13, &second);
    assert_string_equal(mismatch(&crt), "*.example.org, 127.0.0.1, 2001:db8:0:0:0:0:0:1");
}

static void names_that_no_session_accepts_are_not_listed(void **state)
{
    static const char *const refused[] =
    {
        "127.0.0.1", "1.2", "www.example.org:443", "https://www.example.org", "www.example.org.", "www.example.org ",
        "*.org", "*", "*.", "w*.example.org", "www.*.org", "user@example.org", "", "w\xC3\xBCst.example.org", "a\nb",
    };
    mbedtls_x509_crt crt;
    mbedtls_x509_sequence good;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
    {
        set_certificate(&crt, "other", "ca");
        add_san(&good, 2, "under_score-1.example.org", 25, NULL);
        add_san(&crt.subject_alt_names, 2, refused[i], strlen(refused[i]), &good);
        assert_string_equal(mismatch(&crt), "under_score-1.example.org");
        set_certificate(&crt, refused[i], "ca");
        assert_int_equal(strncmp(mismatch(&crt), "none (a common name", 19), 0);
    }
    /* Names of other kinds (RFC 5280 4.2.1.6), and addresses of other lengths; then a common name does not count. */
    for (i = 0; i < 9; i++)
    {
        set_certificate(&crt, "server", "ca");
        add_san(&crt.subject_alt_names, (unsigned char)i, "www.example.org", i == 2 ? 0 : 15, NULL);
        assert_int_equal(strncmp(mismatch(&crt), "none (a common name", 19), 0);
    }
}

static void names_are_shown_as_a_whole_or_not_at_all(void **state)
{
    static char name[200];
    mbedtls_x509_sequence sans[3];
    mbedtls_x509_crt crt;
    const char *text;
    size_t length;

    (void)state;
    memset(name, 'n', sizeof(name));
    for (length = 1; length < sizeof(name); length++)
    {
        set_certificate(&crt, "server", "ca");
        add_san(&sans[2], 2, "last", 4, NULL);
        add_san(&sans[1], 2, name, length, &sans[2]);
        add_san(&crt.subject_alt_names, 2, "first", 5, &sans[1]);
        text = mismatch(&crt);
        assert_int_equal(strncmp(text, "first, ", 7), 0);
        assert_true(strspn(text + 7, "n") == length || strcmp(text + 7, "last, ...") == 0);
        assert_true(strstr(text, "last") != NULL || strstr(text, ", ...") != NULL);
    }
}

static const char *owner(const mbedtls_x509_crt *crt)
{
    static struct tls_report report;

    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, crt, 0, MBEDTLS_X509_BADCERT_REVOKED, 0);

    return report.subject;
}

static void set_owner(mbedtls_x509_crt *crt, struct name *name)
{
    crt->subject_raw.p = name->der;
    crt->subject_raw.len = name->length;
}

static void the_owner_is_the_common_name_or_else_the_organization_or_the_last_attribute(void **state)
{
    struct name name = { { 0 }, 0 };
    mbedtls_x509_crt crt;
    size_t length;

    (void)state;
    set_certificate(&crt, "", "ca");
    add_attribute(&name, country, 0x13, "CN", 2);
    set_owner(&crt, &name);
    assert_string_equal(owner(&crt), "CN");
    add_attribute(&name, organization, 0x0C, "Org", 3);
    set_owner(&crt, &name);
    assert_string_equal(owner(&crt), "Org");
    add_attribute(&name, common_name, 0x0C, "Name", 4);
    set_owner(&crt, &name);
    assert_string_equal(owner(&crt), "Name");
    add_attribute(&name, organization, 0x0C, "Other", 5);
    set_owner(&crt, &name);
    assert_string_equal(owner(&crt), "Name");
    /* Cut anywhere, it is read as far as it goes. */
    for (length = 0; length < name.length; length++)
    {
        crt.subject_raw.len = length;
        (void)owner(&crt);
    }
    crt.subject_raw.len = 0;
    assert_string_equal(owner(&crt), "");
}

static void names_of_every_type_of_string_are_shown(void **state)
{
    static const struct
    {
        int tag;
        const char *value;
        size_t length;
        const char *shown;
    }
    cases[] =
    {
        { 0x0C, "M\xC3\xBC", 3, "M\xC3\xBC" }, { 0x13, "CA", 2, "CA" }, { 0x16, "CA", 2, "CA" },
        /* BMPString, UniversalString, TeletexString as Latin-1 and as UTF-8. */
        { 0x1E, "\x6D\xF1\0 \0C", 6, "\xE6\xB7\xB1 C" }, { 0x1E, "\0C\0", 3, "C?" }, { 0x1E, "\xD8\x34\0a", 4, "?a" },
        { 0x1C, "\0\0\x6D\xF1\0\1\xF5\x12", 8, "\xE6\xB7\xB1\xF0\x9F\x94\x92" }, { 0x1C, "\0\x11\0\0", 4, "?" },
        { 0x14, "M\xFCnchen", 7, "M\xC3\xBCnchen" }, { 0x14, "M\xC3\xBCnchen", 8, "M\xC3\xBCnchen" },
        { 0x14, "\x9B[2J", 4, "?[2J" }, { 0x1E, "\x20\x2E\0a", 4, "?a" },
    };
    mbedtls_x509_crt crt;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        struct name name = { { 0 }, 0 };

        set_certificate(&crt, "", "ca");
        add_attribute(&name, common_name, cases[i].tag, cases[i].value, cases[i].length);
        set_owner(&crt, &name);
        assert_string_equal(owner(&crt), cases[i].shown);
    }
}

static void the_first_certificates_facts_and_the_flags_of_all_are_kept(void **state)
{
    struct tls_report report;
    mbedtls_x509_crt root, server;

    (void)state;
    set_certificate(&root, "root", "root");
    set_certificate(&server, "server", "root");
    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &root, 2, MBEDTLS_X509_BADCERT_EXPIRED, 5);
    tls_report_certificate(&report, &server, 0, MBEDTLS_X509_BADCERT_CN_MISMATCH, 6);
    assert_int_equal(report.flags, MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_CN_MISMATCH);
    assert_int_equal(report.depth, 2);
    assert_string_equal(report.subject, "root");
    assert_int_equal(strncmp(report.detail, "valid until", 11), 0);
}

static void control_characters_of_a_certificate_become_question_marks(void **state)
{
    static const char evil[] = "a\x1b[2Jb\r\n[E/tls] fake\x7f\x80\xff\x9b" "\0c";
    mbedtls_x509_sequence second;
    struct tls_report report;
    mbedtls_x509_crt crt;

    (void)state;
    set_certificate_of(&crt, evil, sizeof(evil) - 1, evil, sizeof(evil) - 1);
    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_NOT_TRUSTED, 0);
    assert_string_equal(report.subject, "a?[2Jb??[E/tls] fake?????c");
    assert_non_null(strstr(report.detail, "a?[2Jb??[E/tls] fake?????c"));
    report.reason = TLS_REASON_CERTIFICATE;
    check_log(&report);
    check_one_line(report.subject);
    check_one_line(report.detail);

    add_san(&second, 2, evil, sizeof(evil) - 1, NULL);
    add_san(&crt.subject_alt_names, 2, evil, sizeof(evil) - 1, &second);
    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_CN_MISMATCH, 0);
    check_one_line(report.detail);
    assert_null(strstr(report.detail, "fake"));
}

static void letters_of_any_alphabet_are_shown(void **state)
{
    static const struct
    {
        const char *from;
        const char *to;
    }
    cases[] =
    {
        { "\xE6\xB7\xB1\xE5\x9C\xB3 CA", "\xE6\xB7\xB1\xE5\x9C\xB3 CA" },
        { "M\xC3\xBCnchen \xF0\x9F\x94\x92", "M\xC3\xBCnchen \xF0\x9F\x94\x92" },
        { "\xC3", "?" }, { "\xE6\xB7", "??" }, { "\xF0\x9F\x94", "???" }, { "\xC3(", "?(" }, { "\xE6\xB7)", "?" "?)" },
        /* Too long, surrogates, beyond Unicode, C1 controls, and marks that turn the direction. */
        { "\xC0\xAF", "??" }, { "\xE0\x80\xAF", "???" }, { "\xF0\x80\x80\xAF", "????" }, { "\xED\xA0\x80", "???" },
        { "\xF4\x90\x80\x80", "????" }, { "\xC2\x9B", "?" }, { "\xE2\x80\xAE", "?" }, { "\xE2\x81\xA6", "?" },
        { "\xFF\xFE", "??" }, { "\x80", "?" }, { "\xD8\x9C", "?" }, { "\xEF\xBB\xBF", "?" }, { "\xF3\xA0\x80\xA0", "?" },
        { "\xE2\x80\x93", "\xE2\x80\x93" },
    };
    char text[40];
    size_t i, size;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        text[0] = '\0';
        tls_report_append(text, sizeof(text), TLS_REPORT_UTF8, (const unsigned char *)cases[i].from,
                           strlen(cases[i].from));
        assert_string_equal(text, cases[i].to);
    }
    /* A character is cut off as a whole. */
    for (size = 1; size < 8; size++)
    {
        text[0] = '\0';
        tls_report_append(text, size, TLS_REPORT_UTF8, (const unsigned char *)cases[0].from, strlen(cases[0].from));
        assert_int_equal(strlen(text), size > 6 ? 6 : (size - 1) / 3 * 3);
    }
}

static void facts_of_any_length_are_cut(void **state)
{
    static char name[300];
    mbedtls_x509_sequence sans[40];
    struct tls_report report;
    mbedtls_x509_crt crt;
    size_t length, i;

    (void)state;
    memset(name, 'n', sizeof(name));
    for (length = 0; length < sizeof(name); length++)
    {
        set_certificate_of(&crt, name, length, name, length - length % 2);
        memset(&report, 0, sizeof(report));
        tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_NOT_TRUSTED, 0);
        assert_int_equal(strlen(report.subject), length < TLS_REPORT_NAME - 1 ? length : TLS_REPORT_NAME - 1);
        assert_in_range(strlen(report.detail), 0, TLS_REPORT_DETAIL - 1);
    }
    for (length = 0; length < 120; length++)
    {
        for (i = 0; i < 40; i++)
        {
            int is_address = i % 3 == 2;

            add_san(&sans[i], is_address ? 7 : 2, name, is_address ? 16 : length, i < 39 ? &sans[i + 1] : NULL);
        }
        crt.subject_alt_names = sans[0];
        memset(&report, 0, sizeof(report));
        tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_CN_MISMATCH, 0);
        assert_in_range(strlen(report.detail), 1, TLS_REPORT_DETAIL - 1);
        assert_string_equal(report.detail + strlen(report.detail) - 5, ", ...");
    }
    /* Dates and lengths that no certificate has. */
    crt.valid_to = (mbedtls_x509_time){ INT32_MIN, INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN, INT32_MAX };
    memset(&report, 0, sizeof(report));
    tls_report_certificate(&report, &crt, 0, MBEDTLS_X509_BADCERT_EXPIRED, 0);
    assert_in_range(strlen(report.detail), 1, TLS_REPORT_DETAIL - 1);
}

#define DIAGNOSE_TEST(function) cmocka_unit_test_setup_teardown(function, setup, unit_teardown)

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        DIAGNOSE_TEST(every_reason_has_its_text),
        DIAGNOSE_TEST(every_reason_has_a_remedy),
        DIAGNOSE_TEST(every_code_has_a_sentence_and_a_remedy),
        DIAGNOSE_TEST(codes_are_told_by_their_part),
        DIAGNOSE_TEST(texts_name_the_numbers),
        DIAGNOSE_TEST(messages_after_the_handshake_are_named),
        DIAGNOSE_TEST(a_host_that_is_more_than_a_name_is_told_so),
        DIAGNOSE_TEST(an_output_buffer_that_is_too_short_is_named),
        DIAGNOSE_TEST(a_timeout_names_the_limit_of_its_step),
        DIAGNOSE_TEST(every_flag_of_a_certificate_has_its_text),
        DIAGNOSE_TEST(texts_are_cut_to_every_size),
        DIAGNOSE_TEST(the_log_holds_the_texts_in_lines_that_are_not_cut),
        DIAGNOSE_TEST(the_log_breaks_lines_at_every_place_that_a_blank_can_have),
        DIAGNOSE_TEST(the_log_keeps_a_word_that_is_longer_than_a_line),
        DIAGNOSE_TEST(the_log_begins_with_the_words_of_the_manual),
        DIAGNOSE_TEST(the_log_prints_format_characters_unchanged),
        DIAGNOSE_TEST(every_alert_has_its_name),
        DIAGNOSE_TEST(every_step_has_a_name),
        DIAGNOSE_TEST(a_certificates_facts_are_noted),
        DIAGNOSE_TEST(names_that_match_are_listed),
        DIAGNOSE_TEST(names_that_no_session_accepts_are_not_listed),
        DIAGNOSE_TEST(names_are_shown_as_a_whole_or_not_at_all),
        DIAGNOSE_TEST(the_owner_is_the_common_name_or_else_the_organization_or_the_last_attribute),
        DIAGNOSE_TEST(names_of_every_type_of_string_are_shown),
        DIAGNOSE_TEST(the_first_certificates_facts_and_the_flags_of_all_are_kept),
        DIAGNOSE_TEST(control_characters_of_a_certificate_become_question_marks),
        DIAGNOSE_TEST(letters_of_any_alphabet_are_shown),
        DIAGNOSE_TEST(facts_of_any_length_are_cut),
    };

    return cmocka_run_group_tests_name("diagnose", tests, NULL, NULL);
}

#else

#define SMALL   8

void __wrap_standin_target_write(const char *text, rt_size_t length);

void __wrap_standin_target_write(const char *text, rt_size_t length)
{
    (void)text;
    assert_in_range(length, 1, 128);
}

static void numbers_are_written_and_cut_to_every_size(void **state)
{
    struct tls_report report;
    unsigned reason;
    size_t size;

    (void)state;
    memset(&report, 0, sizeof(report));
    for (reason = 0; reason < TLS_REASONS; reason++)
    {
        report.reason = (unsigned char)reason;
        report.flags = UINT32_MAX;
        report.number = UINT32_MAX;
        for (size = 1; size < SMALL; size++)
        {
            char *text = malloc(size);

            assert_int_equal(strlen(tls_report_what(&report, text, size)), size - 1);
            assert_int_equal(strlen(tls_report_remedy(&report, text, size)), 0);
            free(text);
        }
        tls_report_log(&report);
    }
    assert_string_equal(tls_alert_name(40), "");
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(numbers_are_written_and_cut_to_every_size),
    };

    return cmocka_run_group_tests_name("diagnose", tests, NULL, NULL);
}

#endif
