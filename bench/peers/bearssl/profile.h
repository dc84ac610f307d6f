/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a session is made of. Which of BearSSL's implementations are in the
 * image is decided by which of the files profile_*.c is linked.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <bearssl.h>

/*
 * Bytes for records, shared by both directions. BearSSL asks the server for
 * fragments that fit (RFC 6066 max_fragment_length): 4096 and 512 here.
 */
#define PROFILE_BUFFER_4096     (4096 + 325)
#define PROFILE_BUFFER_512      (512 + 325)

extern const size_t profile_buffer;

/* The one suite and what it needs; both contexts are fresh. */
void profile_set(br_ssl_engine_context *engine, br_x509_minimal_context *x509);

/* The root's public key, as the profile's kind of chain has it. */
extern const br_x509_trust_anchor profile_anchor;

#endif /* PROFILE_H */
