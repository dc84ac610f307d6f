/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a session keeps about the certificate path that it verifies. Private; here
 * because sessions hold it. The rules are in ports/src/path/tls_path_rules.h.
 */
#ifndef TLS_PATH_H
#define TLS_PATH_H

#include "tls_config.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Certificates with name constraints in one path; a path with more is refused. */
#define TLS_PATH_CONSTRAINTS_MAX        3

/** All zeros: no certificate yet. */
struct tls_path
{
#ifdef PKG_MBEDTLS_PATH_RULES
    const mbedtls_x509_crt *constraining[TLS_PATH_CONSTRAINTS_MAX];
#endif
    unsigned char constraints;
};

#ifdef __cplusplus
}
#endif

#endif /* TLS_PATH_H */
