/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_suites: prints what the build has, one a line: "SUITE 0xc02b
 * TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256", in the order in which the engine
 * offers them; "LISTED ..." for those that it would offer with
 * PKG_MBEDTLS_SUITE_LIST; and "CURVE secp256r1".
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <stdio.h>
#include <string.h>

#include <rtthread.h>
#include <finsh.h>

#include "tls_suites.h"
#include "../../ports/src/engine/tls_engine.h"
#include "tls_suites_case.h"

#include "mbedtls/ssl_ciphersuites.h"

#define SUITES_OF_TLS1_3        0x13    /* the first byte of their numbers, RFC 8446 B.4 */

static const int *suites_of(const MbedTLSSession *session)
{
#ifdef PKG_MBEDTLS_ENGINE_2_28
    return session->conf.ciphersuite_list[MBEDTLS_SSL_MINOR_VERSION_3];
#else
    return session->conf.ciphersuite_list;
#endif
}

int tls_case_offer_suite(MbedTLSSession *session, const char *name)
{
    static int alone[2];
    const int *suite;

    if (name == RT_NULL)
    {
        return 0;
    }
    alone[0] = mbedtls_ssl_get_ciphersuite_id(name);
    for (suite = suites_of(session); *suite != 0 && *suite != alone[0]; suite++)
    {
    }
    if (alone[0] == 0 || *suite == 0)
    {
        return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
    }
    mbedtls_ssl_conf_ciphersuites(&session->conf, alone);
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3) && alone[0] >> 8 != SUITES_OF_TLS1_3)
    {
        tls_engine_limit_to_tls12(&session->conf);
    }

    /* Mbed TLS 3.6 has taken note of the newest version before. */
    return mbedtls_ssl_session_reset(&session->ssl);
}

#ifdef MBEDTLS_ECP_C
#ifdef PKG_MBEDTLS_ENGINE_2_28
typedef mbedtls_ecp_group_id curve_number;
#define number_of_curve(info)           (info)->grp_id
#define curves_of(session)              (session)->conf.curve_list
#define conf_curves                     mbedtls_ssl_conf_curves
#else
typedef uint16_t curve_number;
#define number_of_curve(info)           (info)->tls_id
#define curves_of(session)              (session)->conf.group_list
#define conf_curves                     mbedtls_ssl_conf_groups
#endif

int tls_case_offer_curve(MbedTLSSession *session, const char *name)
{
    static curve_number alone[2];
    const mbedtls_ecp_curve_info *info = name != RT_NULL ? mbedtls_ecp_curve_info_from_name(name) : RT_NULL;
    const curve_number *curve;

    if (name == RT_NULL)
    {
        return 0;
    }
    for (curve = curves_of(session); info != RT_NULL && *curve != 0 && *curve != number_of_curve(info); curve++)
    {
    }
    if (info == RT_NULL || *curve == 0)
    {
        return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
    }
    alone[0] = number_of_curve(info);
    conf_curves(&session->conf, alone);

    return 0;
}

static void print_curves(void)
{
    const mbedtls_ecp_curve_info *info;

    for (info = mbedtls_ecp_curve_list(); info->grp_id != MBEDTLS_ECP_DP_NONE; info++)
    {
        printf("CURVE %s\n", info->name);
    }
}
#else
int tls_case_offer_curve(MbedTLSSession *session, const char *name)
{
    (void)session;

    return name == RT_NULL ? 0 : MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
}

static void print_curves(void)
{
}
#endif

/* A list may name some that the engine has not: it passes over these. */
static void print_suites(const char *word, const int *suite)
{
    for (; *suite != 0; suite++)
    {
        if (mbedtls_ssl_ciphersuite_from_id(*suite) != RT_NULL)
        {
            printf("%s 0x%04x %s\n", word, (unsigned)*suite, mbedtls_ssl_get_ciphersuite_name(*suite));
        }
    }
}

static int tls_suites(int argc, char **argv)
{
    static const int listed[] = { TLS_SUITES 0 };

    (void)argc;
    (void)argv;
    print_suites("SUITE", mbedtls_ssl_list_ciphersuites());
    print_suites("LISTED", listed);
    print_curves();
    fflush(stdout);

    return 0;
}
MSH_CMD_EXPORT(tls_suites, print the suites and curves of the build);
