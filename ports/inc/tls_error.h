/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Error codes of the package. They lie below the engine's, which end at -0x7FFF, so
 * every returned code is one or the other. tls_diagnose.h has words for both.
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
/** The peer closed the connection without close_notify: its data may be incomplete. */
#define TLS_ERR_TRUNCATED       (-0x9007)
/** The certificate may not issue others, so it cannot be a root; its key can be pinned instead. */
#define TLS_ERR_ROOT_NOT_CA     (-0x9010)
/** The root was added before, or was never added. */
#define TLS_ERR_ROOT_STATE      (-0x9011)
/** A store of roots is damaged, cut short, of another version, or has another digest. */
#define TLS_ERR_STORE           (-0x9012)
/** A file with a store of roots cannot be opened or read. */
#define TLS_ERR_STORE_FILE      (-0x9013)
/** Pinned keys are not in the notation of options.pins, missing, or used with an option that excludes them. */
#define TLS_ERR_PINS            (-0x9014)
/** options.alpn has no name, an empty one, one longer than 255 bytes, or too many. */
#define TLS_ERR_ALPN            (-0x9015)
/** A saved session is for another peer, has other options, is too old, or is damaged. */
#define TLS_ERR_RESUME          (-0x9016)
/** A datagram is larger than the read's buffer, or than the path takes; the report has the size. */
#define TLS_ERR_TOO_LONG        (-0x9017)
/** The session needs a feature that this build lacks, e.g. DTLS or pre-shared keys. */
#define TLS_ERR_UNSUPPORTED     (-0x9018)
/** The pre-shared key cannot be used: no key, no identity, too long, or its call-back failed. */
#define TLS_ERR_PSK             (-0x9019)
/** The device's certificate or key cannot be used; the report says why: enum tls_identity_fault. */
#define TLS_ERR_IDENTITY        (-0x901A)

#endif /* TLS_ERROR_H */
