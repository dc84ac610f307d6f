/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's mutexes (threading_alt.h), on RT-Thread's. In builds with TLS 1.3,
 * whose crypto core (PSA) is shared by all threads: callers ask
 * TLS_HAS(PKG_MBEDTLS_TLS1_3) first.
 */
#ifndef TLS_THREADING_H
#define TLS_THREADING_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Give the engine its mutexes. Must be called before the first function of the
 * engine that takes one. RT-Thread's start-up calls it (INIT_COMPONENT_EXPORT),
 * so an application may use the engine without a session; the package calls it
 * again, in case the kernel runs no start-up functions.
 *
 * Any thread may call it, any number of times. Does not wait and takes no memory.
 */
void tls_threading_start(void);

#ifdef __cplusplus
}
#endif

#endif /* TLS_THREADING_H */
