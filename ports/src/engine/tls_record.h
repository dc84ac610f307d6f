/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The DTLS records in a datagram (RFC 6347 4.1, RFC 9146 4).
 */
#ifndef TLS_RECORD_H
#define TLS_RECORD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Find the end of the last complete record of a datagram. The bytes after it must
 * not reach the engine: when it has skipped a record, for example one of another
 * epoch, a remainder shorter than a record header makes it end the session (3.6.7
 * and 2.28.3, -0x6c00), and any host can send that.
 *
 * @param cid_length  bytes of the connection ID in received records; 0: none
 * @return bytes up to that end; 0: there is no complete record
 */
size_t tls_record_whole(const unsigned char *datagram, size_t length, size_t cid_length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RECORD_H */
