/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fills reports. For client and server.
 */
#ifndef TLS_REPORT_FILL_H
#define TLS_REPORT_FILL_H

#include "tls_report.h"

#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Find the reason of a failure: from the code where it has only one, else from the
 * last record that came. Sets report->number for an alert and a length.
 *
 * @param ssl   the session that failed
 * @param code  what failed with it, negative
 * @return enum tls_reason; TLS_REASON_OTHER: not known
 */
int tls_report_reason(struct tls_report *report, const mbedtls_ssl_context *ssl, int code);

/**
 * Note a certificate. To be called for those that failed and for the server's own,
 * from the root down. The report keeps the facts of the first that failed and the
 * flags of all.
 *
 * @param depth  0 for the server's own
 * @param flags  MBEDTLS_X509_BADCERT_* of this certificate; 0: it has not failed yet
 * @param clock  wall time that its dates were compared with
 */
void tls_report_certificate(struct tls_report *report, const mbedtls_x509_crt *crt, int depth,
                            uint32_t flags, time_t clock);

/**
 * Note a text beside the facts of a certificate: a pin, or a symbol of menuconfig.
 */
void tls_report_detail(struct tls_report *report, const char *text);

#ifdef __cplusplus
}
#endif

#endif /* TLS_REPORT_FILL_H */
