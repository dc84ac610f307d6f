/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Takes the place of the package in the empty image: the functions that the
 * applications call, without content.
 */
#include <tls_client.h>
#include <tls_client_resume.h>

int mbedtls_client_init(MbedTLSSession *session, void *entropy, size_t entropyLen)
{
    RT_UNUSED(session);
    RT_UNUSED(entropy);
    RT_UNUSED(entropyLen);
    return -1;
}

int mbedtls_client_context(MbedTLSSession *session)
{
    RT_UNUSED(session);
    return -1;
}

int mbedtls_client_connect(MbedTLSSession *session)
{
    RT_UNUSED(session);
    return -1;
}

int mbedtls_client_read(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    RT_UNUSED(session);
    RT_UNUSED(buf);
    RT_UNUSED(len);
    return -1;
}

int mbedtls_client_write(MbedTLSSession *session, const unsigned char *buf, size_t len)
{
    RT_UNUSED(session);
    RT_UNUSED(buf);
    RT_UNUSED(len);
    return -1;
}

int mbedtls_client_close(MbedTLSSession *session)
{
    RT_UNUSED(session);
    return 0;
}

#ifdef PKG_MBEDTLS_SESSION_TICKETS
int tls_client_save(const MbedTLSSession *session, unsigned char *saved, size_t size)
{
    RT_UNUSED(session);
    RT_UNUSED(saved);
    RT_UNUSED(size);
    return -1;
}

int tls_client_resume(MbedTLSSession *session, const unsigned char *saved, size_t length)
{
    RT_UNUSED(session);
    RT_UNUSED(saved);
    RT_UNUSED(length);
    return -1;
}

int tls_client_is_resumed(const MbedTLSSession *session)
{
    RT_UNUSED(session);
    return 0;
}
#endif

#ifdef PKG_MBEDTLS_DTLS
size_t tls_client_datagram_size(const MbedTLSSession *session)
{
    RT_UNUSED(session);
    return 0;
}

int tls_client_has_connection_id(const MbedTLSSession *session)
{
    RT_UNUSED(session);
    return 0;
}

const char *mbedtls_ssl_get_ciphersuite(const mbedtls_ssl_context *ssl)
{
    RT_UNUSED(ssl);
    return "";
}

void tls_zeroize(void *memory, size_t size)
{
    rt_memset(memory, 0, size);
}
#endif

void *tls_malloc(size_t size)
{
    return rt_malloc(size);
}

void *tls_calloc(size_t count, size_t size)
{
    return rt_calloc(count, size);
}

void tls_free(void *memory)
{
    rt_free(memory);
}

char *tls_strdup(const char *string)
{
    return rt_strdup(string);
}
