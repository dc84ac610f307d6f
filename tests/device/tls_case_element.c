/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: a secure element, which is a process on a port of this host. The key is
 * there, and never in the memory of the device.
 */
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tls_case.h"

#define HEADER          4               /* algorithm, size of the signature, size of the hash */

static int element_port;

static int connect_element(void)
{
    struct sockaddr_in address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)element_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    RT_ASSERT(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);

    return fd;
}

static int sign(struct MbedTLSSession *session, int algorithm, const unsigned char *hash, size_t hash_length,
                unsigned char *signature, size_t size)
{
    unsigned char request[HEADER + 64] = { (unsigned char)algorithm, (unsigned char)(size >> 8), (unsigned char)size,
                                           (unsigned char)hash_length };
    int fd = connect_element();
    size_t at = 0;
    ssize_t got = 1;

    (void)session;
    memcpy(request + HEADER, hash, hash_length);
    RT_ASSERT(send(fd, request, HEADER + hash_length, 0) == (ssize_t)(HEADER + hash_length));
    while (at < size && (got = recv(fd, signature + at, size - at, 0)) > 0)
    {
        at += (size_t)got;
    }
    close(fd);

    return at == size ? 0 : -7;
}

int tls_case_use_element(struct tls_case *test, const char *value)
{
    element_port = atoi(value);
    test->session->options.sign = sign;

    return 0;
}
