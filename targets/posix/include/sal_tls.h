/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a TLS implementation registers with SAL, as the kernel has it.
 */
#ifndef STANDIN_SAL_TLS_H
#define STANDIN_SAL_TLS_H

#include <rtthread.h>

#define SOL_TLS                 282
#define TLS_CRET_LIST           1
#define TLS_CIPHERSUITE_LIST    2
#define TLS_PEER_VERIFY         3
#define TLS_DTLS_ROLE           4
#define PROTOCOL_TLS            256
#define PROTOCOL_DTLS           257

struct sal_proto_tls_ops
{
    int (*init)(void);
    void *(*socket)(int socket);
    int (*connect)(void *sock);
    int (*send)(void *sock, const void *data, size_t size);
    int (*recv)(void *sock, void *mem, size_t len);
    int (*closesocket)(void *sock);
    int (*set_cret_list)(void *sock, const void *value, size_t size);
    int (*set_ciphersurite)(void *sock, const void *value, size_t size);
    int (*set_peer_verify)(void *sock, const void *value, size_t size);
    int (*set_dtls_role)(void *sock, const void *value, size_t size);
};

struct sal_proto_tls
{
    char name[RT_NAME_MAX];
    const struct sal_proto_tls_ops *ops;
};

int sal_proto_tls_register(const struct sal_proto_tls *protocol);

#endif /* STANDIN_SAL_TLS_H */
