/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Errors of the package's own. They lie below the engine's codes, which end at
 * -0x7FFF, so a returned int is always one or the other. tls_diagnose.h turns
 * either into words.
 */
#ifndef TLS_ERROR_H
#define TLS_ERROR_H

/** A wait reached its limit; the session's report says at which step. */
#define TLS_ERR_TIMEOUT         (-0x9001)
/** The session has no host, or no port from 1 to 65535. */
#define TLS_ERR_NO_HOST         (-0x9002)
/** The function was called at the wrong time, e.g. a read before the connect. */
#define TLS_ERR_STATE           (-0x9003)
/** The clock shows a time before this firmware was built. */
#define TLS_ERR_CLOCK_UNSET     (-0x9004)
/** The random source is absent, failed, or did not pass its health test. */
#define TLS_ERR_RANDOM          (-0x9005)
/** There is no root certificate. */
#define TLS_ERR_NO_ROOTS        (-0x9006)
/** The peer ended the connection without saying so in TLS: what it sent may be cut short. */
#define TLS_ERR_TRUNCATED       (-0x9007)
/** A certificate that may not issue others cannot be a root; its key can be pinned instead. */
#define TLS_ERR_ROOT_NOT_CA     (-0x9010)
/** A root has been added before, or was not there. */
#define TLS_ERR_ROOT_STATE      (-0x9011)
/** A store of roots is damaged, cut short, of another version, or not the one that is wanted. */
#define TLS_ERR_STORE           (-0x9012)
/** A file with a store of roots cannot be opened or read. */
#define TLS_ERR_STORE_FILE      (-0x9013)
/** Pinned keys are not in the notation of options.pins, missing, or not compiled in. */
#define TLS_ERR_PINS            (-0x9014)
/** options.alpn has no names, or one that is empty or longer than 255 bytes, or too many of them. */
#define TLS_ERR_ALPN            (-0x9015)
/** A session that was saved belongs to another peer, other options or another day, or is damaged. */
#define TLS_ERR_RESUME          (-0x9016)

/** A datagram is larger than the buffer of a read, or than the path of a write; the report names a size. */
#define TLS_ERR_TOO_LONG        (-0x9017)
/** The session asks for something that this build lacks, e.g. DTLS or pre-shared keys. */
#define TLS_ERR_UNSUPPORTED     (-0x9018)
/** The pre-shared key cannot be used: no key, no identity, too long, or its call-back failed. */
#define TLS_ERR_PSK             (-0x9019)

#endif /* TLS_ERROR_H */
