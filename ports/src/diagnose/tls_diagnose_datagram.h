/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of tls_diagnose that is about datagrams; for tls_diagnose.c. In builds
 * without DTLS there is nothing to tell.
 */
#ifndef TLS_DIAGNOSE_DATAGRAM_H
#define TLS_DIAGNOSE_DATAGRAM_H

#include <stddef.h>

#include "tls_diagnose.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef PKG_MBEDTLS_DTLS
/**
 * Write what happened, as tls_report_what(), if the reason is one of datagrams.
 *
 * @return non-zero if it is
 */
int tls_datagram_what(const struct tls_report *report, char *text, size_t size);

/**
 * @return what to change, a text that lives for ever; "" for other reasons
 */
const char *tls_datagram_remedy(unsigned reason);
#else
#define tls_datagram_what(report, text, size)   0
#define tls_datagram_remedy(reason)             ""
#endif

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_DATAGRAM_H */
