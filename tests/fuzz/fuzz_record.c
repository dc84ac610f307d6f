/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_record: the end of a datagram's last complete record. The input is the length
 * of the connection ID, then the datagram.
 */
#include "../../ports/src/engine/tls_record.h"
#include "fuzz.h"

#define CID_MAX                 32
#define HEADER                  13

static void one(const uint8_t *data, size_t size)
{
    size_t cid = fuzz_byte(&data, &size) % (CID_MAX + 1);
    size_t end = tls_record_whole(data, size, cid);

    FUZZ_CHECK(end <= size);
    FUZZ_CHECK(end == 0 || end >= HEADER);
    /* Nothing is cut off twice, and what was cut off does not begin with a whole record. */
    FUZZ_CHECK(tls_record_whole(data, end, cid) == end);
    FUZZ_CHECK(tls_record_whole(data + end, size - end, cid) == 0);
}

FUZZ_HARNESS(record, one, NULL)
