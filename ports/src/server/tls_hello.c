/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * ClientHello and HelloVerifyRequest of DTLS, RFC 6347 4.1, 4.2.1 and 4.2.2:
 *
 *      0  content type           13  message type
 *      1  version                14  length, 3 bytes
 *      3  epoch                  17  message_seq
 *      5  sequence number        19  fragment_offset, 3 bytes
 *     11  length                 22  fragment_length, 3 bytes
 *                                25  client_version, random of 32 bytes,
 *                                    session_id and cookie, each behind its length
 *                                    of 1 byte
 */
#include <string.h>

#include "tls_hello.h"

#define HANDSHAKE               22      /* content type */
#define CLIENT_HELLO            1
#define HELLO_VERIFY_REQUEST    3
#define RECORD                  13      /* bytes of a record's header */
#define MESSAGE                 25      /* offset of the message's body */
#define SESSION                 59      /* offset of its session_id's length */
#define SESSION_MAX             32

static size_t number(const unsigned char *bytes, int count)
{
    size_t value = 0;

    while (count-- > 0)
    {
        value = value << 8 | *bytes++;
    }

    return value;
}

static void put_number(unsigned char *bytes, size_t value, int count)
{
    while (count-- > 0)
    {
        bytes[count] = (unsigned char)value;
        value >>= 8;
    }
}

static int is_client_hello(const unsigned char *p, size_t length)
{
    return length > SESSION && p[0] == HANDSHAKE && p[1] == 0xFE && number(p + 3, 2) == 0 &&
           number(p + 11, 2) + RECORD <= length && p[13] == CLIENT_HELLO && number(p + 19, 3) == 0 &&
           number(p + 22, 3) + MESSAGE <= number(p + 11, 2) + RECORD && number(p + 22, 3) <= number(p + 14, 3);
}

int tls_hello_parse(struct tls_hello *hello, const unsigned char *datagram, size_t length)
{
    size_t end, cookie;

    if (!is_client_hello(datagram, length))
    {
        return 0;
    }
    end = number(datagram + 22, 3) + MESSAGE;
    if (end <= SESSION || datagram[SESSION] > SESSION_MAX)
    {
        return 0;
    }
    cookie = SESSION + 1u + datagram[SESSION];
    if (cookie >= end || datagram[cookie] >= end - cookie)
    {
        return 0;
    }
    hello->parameters = datagram + MESSAGE;
    hello->parameters_length = cookie - MESSAGE;
    hello->cookie = datagram + cookie + 1;
    hello->cookie_length = datagram[cookie];

    return 1;
}

size_t tls_hello_verify_request(const unsigned char *datagram, const unsigned char *cookie, size_t length,
                                unsigned char *request)
{
    /* Version, sequence number and message_seq are those of the ClientHello: the server has no state to count in. */
    memcpy(request, datagram, MESSAGE);
    put_number(request + 11, 12 + 3 + length, 2);
    request[13] = HELLO_VERIFY_REQUEST;
    put_number(request + 14, 3 + length, 3);
    put_number(request + 22, 3 + length, 3);
    request[25] = 0xFE;                 /* DTLS 1.0 for every version, RFC 6347 4.2.1 */
    request[26] = 0xFF;
    request[27] = (unsigned char)length;
    memcpy(request + TLS_HELLO_VERIFY, cookie, length);

    return TLS_HELLO_VERIFY + length;
}
