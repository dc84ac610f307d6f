/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Suites and curves of the build, for the tests' commands.
 */
#ifndef TLS_SUITES_CASE_H
#define TLS_SUITES_CASE_H

#include <tls_client.h>

/**
 * Have a session offer one suite, or one curve, alone; with a suite of before TLS 1.3
 * no newer version either.
 *
 * @param session  with a context
 * @param name     in the engine's words; RT_NULL: leave it as it is
 * @return 0, or MBEDTLS_ERR_SSL_BAD_INPUT_DATA if the session would not offer it by itself
 */
int tls_case_offer_suite(MbedTLSSession *session, const char *name);
int tls_case_offer_curve(MbedTLSSession *session, const char *name);

#endif /* TLS_SUITES_CASE_H */
