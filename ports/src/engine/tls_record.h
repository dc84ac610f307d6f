/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records of DTLS as they lie in a datagram (RFC 6347 4.1, RFC 9146 4).
 */
#ifndef TLS_RECORD_H
#define TLS_RECORD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Find the end of the last whole record of a datagram. What comes after it must
 * not get to the engine: behind a record that it passes over, such as one of
 * another epoch, a rest of less than a record's header makes it give up the
 * session (3.6.6 and 2.28.3, -0x6c00), and anybody can send that.
 *
 * @param cid_length  bytes of the connection ids that records come with; 0: none
 * @return bytes up to there; 0: there is no whole record
 */
size_t tls_record_whole(const unsigned char *datagram, size_t length, size_t cid_length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RECORD_H */
