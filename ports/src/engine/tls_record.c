/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The DTLS records in a datagram.
 */
#include "tls_record.h"

#define TYPE_CID                25      /* tls12_cid, RFC 9146 4: the connection ID is in front of the length */
#define HEADER                  13

size_t tls_record_whole(const unsigned char *datagram, size_t length, size_t cid_length)
{
    size_t end = 0;
    size_t header, size;

    while (length - end >= HEADER)
    {
        header = datagram[end] == TYPE_CID ? HEADER + cid_length : HEADER;
        if (length - end < header)
        {
            break;
        }
        size = header + ((size_t)datagram[end + header - 2] << 8 | datagram[end + header - 1]);
        if (length - end < size)
        {
            break;
        }
        end += size;
    }

    return end;
}
