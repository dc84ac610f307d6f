/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Asks in C what is in the build.
 */
#ifndef TLS_HAS_H
#define TLS_HAS_H

#define TLS_HAS_TEXT(tokens)            #tokens
#define TLS_HAS_VALUE(symbol)           TLS_HAS_TEXT(symbol)

/**
 * Whether a symbol of rtconfig.h or tls_config.h is defined, empty or with a
 * number: an integer constant expression.
 *
 *     if (TLS_HAS(PKG_MBEDTLS_ALPN) && session->options.alpn != RT_NULL)
 *     {
 *         ret = tls_client_set_alpn(session);
 *     }
 *
 * The compiler drops the call when the symbol is not defined, so the function
 * does not have to be in the build. TLS_HAS() comes first in a condition: at -O0
 * a compiler keeps what stands before a constant.
 *
 * A symbol that is not defined turns into its own name; any other text has
 * another length.
 *
 * @param symbol  the symbol itself, not a parameter of another macro
 */
#define TLS_HAS(symbol)                 (sizeof(TLS_HAS_VALUE(symbol)) != sizeof(#symbol))

#endif /* TLS_HAS_H */
