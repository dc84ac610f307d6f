/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A key outside: options.sign. In builds with PKG_MBEDTLS_CLIENT_SIGN.
 */
#include <rtthread.h>

#include "tls_session.h"

#include "../diagnose/tls_report_fill.h"
#include "../engine/tls_engine.h"

static int sign(void *context, int is_rsa, const unsigned char *hash, size_t length, unsigned char *signature, size_t size)
{
    MbedTLSSession *session = context;
    int ret = session->options.sign(session, is_rsa ? TLS_SIGN_RSA : TLS_SIGN_ECDSA, hash, length, signature, size);
    char text[16];

    if (ret != 0)
    {
        rt_snprintf(text, sizeof(text), "%d", ret);
        return tls_client_refuse_identity(session, TLS_IDENTITY_SIGN, text);
    }

    return tls_deadline_left(&session->internal.deadline) == 0 ? TLS_ERR_TIMEOUT : 0;
}

static void refuse(void *context)
{
    (void)tls_client_refuse_identity(context, TLS_IDENTITY_SIGNATURE, "");
}

int tls_client_use_sign(MbedTLSSession *session, mbedtls_pk_context *key, mbedtls_x509_crt *crt)
{
    /* In TLS 1.3 an RSA key signs with PSS, which the engine computes itself. */
    if (!TLS_HAS(PKG_MBEDTLS_TLS1_2) && mbedtls_pk_can_do(&crt->pk, MBEDTLS_PK_RSA))
    {
        return tls_client_refuse_identity(session, TLS_IDENTITY_KIND, "");
    }
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3) && mbedtls_pk_can_do(&crt->pk, MBEDTLS_PK_RSA))
    {
        tls_engine_limit_to_tls12(&session->conf);
    }

    return tls_engine_use_outside(key, crt, sign, refuse, session);
}

int tls_client_sign_result(const MbedTLSSession *session, int code)
{
    if (session->internal.identity_fault != TLS_IDENTITY_FINE)
    {
        return TLS_ERR_IDENTITY;
    }

    return session->options.sign != RT_NULL && tls_deadline_left(&session->internal.deadline) == 0 ? TLS_ERR_TIMEOUT : code;
}
