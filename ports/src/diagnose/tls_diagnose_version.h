/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of tls_diagnose that is about protocol versions; for tls_diagnose.c.
 */
#ifndef TLS_DIAGNOSE_VERSION_H
#define TLS_DIAGNOSE_VERSION_H

#include <stddef.h>

#include "tls_diagnose.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a build needs before the symbol of a protocol older than TLS 1.2. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define TLS_VERSION_ENGINE          ""
#else
#define TLS_VERSION_ENGINE          "PKG_MBEDTLS_ENGINE_2_28, "
#endif
/* What else a server with nothing newer would need. */
#ifdef PKG_MBEDTLS_TLS1_0
#define TLS_VERSION_OLD_SERVERS     ""
#else
#define TLS_VERSION_OLD_SERVERS     "; old servers need " TLS_VERSION_ENGINE "PKG_MBEDTLS_TLS1_0"
#endif

/**
 * Write what happened and what to change, as tls_report_what() and
 * tls_report_remedy(), for TLS_REASON_VERSION.
 */
void tls_version_what(const struct tls_report *report, char *text, size_t size);
void tls_version_remedy(const struct tls_report *report, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_VERSION_H */
