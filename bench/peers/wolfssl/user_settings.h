/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * wolfSSL's settings for a client of one suite. The variant says which:
 * PEER_RSA for a chain of RSA keys, else one of P-256; PEER_ASSEMBLY for the
 * Cortex-M assembly.
 */
#ifndef USER_SETTINGS_H
#define USER_SETTINGS_H

/* The system: no files, sockets, threads or printf; time() is the kernel's. */
#define WOLFSSL_USER_IO
#define WOLFSSL_NO_SOCK
#define SINGLE_THREADED
#define NO_FILESYSTEM
#define NO_WRITEV
#define NO_MAIN_DRIVER
#define NO_ERROR_STRINGS
#define NO_DEV_RANDOM
#define WOLFSSL_GENERAL_ALIGNMENT   4
#define SIZEOF_LONG_LONG            8
#define HAVE_GMTIME_R

/* Memory of the kernel's heap. */
#include <rtthread.h>
#define XMALLOC_OVERRIDE
#define XMALLOC(size, heap, type)           rt_malloc(size)
#define XREALLOC(block, size, heap, type)   rt_realloc(block, size)
#define XFREE(block, heap, type)            rt_free(block)

/* A random source of hardware stands for the generator, as wolfSSL allows. */
#define CUSTOM_RAND_GENERATE_BLOCK  peer_random
int peer_random(unsigned char *buffer, unsigned int length);

/* A client of TLS 1.2. */
#define NO_WOLFSSL_SERVER
#define NO_OLD_TLS
#define NO_PSK
#define NO_SESSION_CACHE
#define NO_CLIENT_CACHE
#define WOLFSSL_NO_CLIENT_AUTH
#define HAVE_TLS_EXTENSIONS
#define HAVE_SNI
#define HAVE_SUPPORTED_CURVES
#define HAVE_MAX_FRAGMENT
#define HAVE_EXTENDED_MASTER

/* Certificates: DER alone. */
#define WOLFSSL_NO_PEM
#define NO_CODING
#define NO_PKCS8
#define NO_PKCS12
#define NO_PKCS7

/* Symmetric: AES-128-GCM and SHA-256, the small forms. */
#define HAVE_AESGCM
#define GCM_SMALL
#define NO_AES_192
#define NO_AES_256
#define NO_AES_CBC
#define WOLFSSL_AES_SMALL_TABLES
#define USE_SLOW_SHA256
#define WOLFSSL_AES_NO_UNROLL
#define NO_SHA
#define NO_MD4
#define NO_MD5
#define NO_RC4
#define NO_DES3
#define NO_PWDBASED
#define NO_DSA
#define NO_DH

/* Numbers: single precision for P-256, small; all on the stack. */
#define HAVE_ECC
#define ECC_USER_CURVES
#define ECC_TIMING_RESISTANT
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_MATH
#define WOLFSSL_SP_SMALL
#define SP_WORD_SIZE                32
#ifdef PEER_ASSEMBLY
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_ARM_CORTEX_M_ASM
#endif
#ifdef PEER_RSA
#define WOLFSSL_HAVE_SP_RSA
#define WOLFSSL_SP_NO_3072
#define WC_RSA_BLINDING
#define WOLFSSL_RSA_PUBLIC_ONLY
#define WOLFSSL_RSA_VERIFY_ONLY
#define ALT_ECC_SIZE
#else
#define NO_ECC_SIGN
#define NO_RSA
#endif

#endif /* USER_SETTINGS_H */
