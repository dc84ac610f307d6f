/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The C library's netdb.h, with name resolution bound to the stand-in, which
 * answers by rules that a test gives and asks the host for everything else.
 * STANDIN_HOST_NETDB leaves the host's functions bound, for the stand-in.
 */
#ifndef STANDIN_NETDB_H
#define STANDIN_NETDB_H

#include_next <netdb.h>

#ifndef STANDIN_HOST_NETDB

#ifdef __cplusplus
extern "C" {
#endif

int getaddrinfo(const char *__restrict nodename,
                const char *__restrict servname,
                const struct addrinfo *__restrict hints,
                struct addrinfo **__restrict res) __asm__("standin_getaddrinfo");
void freeaddrinfo(struct addrinfo *ai) __asm__("standin_freeaddrinfo");
int gethostbyname_r(const char *__restrict name,
                    struct hostent *__restrict result_buf,
                    char *__restrict buf, size_t buflen,
                    struct hostent **__restrict result,
                    int *__restrict h_errnop) __asm__("standin_gethostbyname_r");

#ifdef __cplusplus
}
#endif

#endif /* STANDIN_HOST_NETDB */

#endif /* STANDIN_NETDB_H */
