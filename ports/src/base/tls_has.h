/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tests in C whether an option is on.
 */
#ifndef TLS_HAS_H
#define TLS_HAS_H

#define TLS_HAS_TEXT(tokens)            #tokens
#define TLS_HAS_VALUE(symbol)           TLS_HAS_TEXT(symbol)

/**
 * 1 if a symbol of rtconfig.h or tls_config.h is defined, empty or as a number,
 * else 0. An integer constant expression.
 *
 *     if (TLS_HAS(PKG_MBEDTLS_ALPN) && session->options.alpn != RT_NULL)
 *     {
 *         ret = tls_client_set_alpn(session);
 *     }
 *
 * If the symbol is not defined, the compiler drops the call, so the function need
 * not be in the build. Write TLS_HAS() in the function that makes the call, first in
 * the condition: at -O0 a compiler keeps the operands before a constant, and calls
 * under a condition that only another function, even an inline one, turns into 0.
 *
 * How it works: an undefined symbol expands to its own name, a defined one to a
 * text of another length.
 *
 * @param symbol  the symbol itself, not a parameter of another macro
 */
#define TLS_HAS(symbol)                 (sizeof(TLS_HAS_VALUE(symbol)) != sizeof(#symbol))

#endif /* TLS_HAS_H */
