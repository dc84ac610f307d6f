/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * TLS sockets of SAL: the kernel's table of operations, over sessions.
 */
#include <string.h>

#include "tls_sal_socket.h"
#include "tls_error.h"
#include "../base/tls_log.h"

#ifdef SAL_USING_POSIX
#include <dfs_net.h>
#endif

#define NAME_MAX_LENGTH         255     /* RFC 1035 2.3.4 */

/*
 * What a socket gets if the heap has no room: the kernel would lose the socket below
 * if the operation failed.
 */
static char no_memory;

/* What errno says about a code. */
static const struct
{
    int code;
    int error;
}
errors[] =
{
    { TLS_ERR_TIMEOUT, ETIMEDOUT },
    { MBEDTLS_ERR_NET_CONN_RESET, ECONNRESET },
    { MBEDTLS_ERR_SSL_CONN_EOF, ECONNRESET },
    { MBEDTLS_ERR_SSL_ALLOC_FAILED, ENOMEM },
    { MBEDTLS_ERR_X509_CERT_VERIFY_FAILED, EACCES },
    { TLS_ERR_NO_ROOTS, EACCES },
    { TLS_ERR_CLOCK_UNSET, EACCES },
    { TLS_ERR_PINS, EINVAL },
    { TLS_ERR_ALPN, EINVAL },
    { TLS_ERR_UNSUPPORTED, EOPNOTSUPP },
};

static int error_of(int code)
{
    size_t i;

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
    {
        if (errors[i].code == code)
        {
            return errors[i].error;
        }
    }

    return EPROTO;
}

static int is_want(int ret)
{
    return ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int refuse(int error)
{
    errno = error;

    return -1;
}

/* The socket can only be closed. */
static int fail(struct tls_sal *sal, int error)
{
    sal->error = error;

    return refuse(error);
}

static void *open_socket(int number)
{
    struct tls_sal *sal = tls_calloc(1, sizeof(*sal));

    if (sal == RT_NULL)
    {
        LOG_E("no memory for TLS socket %d", number);
        return &no_memory;
    }
    sal->number = number;

    return sal;
}

/* Returns 0, or -1 with errno: there is no session to set options of or to connect. */
static int begin(struct tls_sal *sal)
{
    int ret;

    if (sal == RT_NULL)
    {
        return refuse(ENOTCONN);        /* after shutdown() */
    }
    if ((void *)sal == &no_memory)
    {
        return refuse(ENOMEM);
    }
    if (sal->error != 0)
    {
        return refuse(sal->error);
    }
    if (sal->has_session)
    {
        return 0;
    }
    ret = mbedtls_client_init(&sal->session, RT_NULL, 0);
    if (ret != 0)
    {
        return fail(sal, error_of(ret));
    }
    sal->has_session = 1;
    tls_sal_link(sal);

    return 0;
}

/* As begin(); options can be set until the handshake begins. */
static int begin_options(struct tls_sal *sal)
{
    int ret = begin(sal);

    return ret == 0 && sal->has_context ? refuse(EISCONN) : ret;
}

/* Replace a text by a copy of an option's value, which may lack the zero at its end. */
static int set_text(char **text, const void *value, size_t size)
{
    size_t length = 0;
    char *copy;

    while (length < size && ((const char *)value)[length] != '\0')
    {
        length++;
    }
    copy = tls_malloc(length + 1);
    if (copy == RT_NULL)
    {
        return refuse(ENOMEM);
    }
    memcpy(copy, value, length);
    copy[length] = '\0';
    tls_free(*text);
    *text = copy;

    return 0;
}

/* No space, and no number, as other systems pass with TLS_PEER_VERIFY. */
static int is_name(const char *value, size_t size)
{
    size_t i;

    for (i = 0; i < size && value[i] != '\0'; i++)
    {
        if ((unsigned char)value[i] <= ' ' || i >= NAME_MAX_LENGTH)
        {
            return 0;
        }
    }

    return i > 0;
}

static int set_name(void *sock, const void *value, size_t size)
{
    struct tls_sal *sal = sock;
    int ret = begin_options(sal);

    if (ret == 0 && (value == RT_NULL || !is_name(value, size)))
    {
        LOG_E("TLS_PEER_VERIFY of a TLS socket is the server's name, a text of 1 to 255 characters");
        return refuse(EINVAL);
    }
    ret = ret == 0 ? set_text(&sal->session.host, value, size) : ret;
    if (ret == 0)
    {
        sal->has_name = 1;
    }

    return ret;
}

/* Parse certificates into the session; PEM has to end with a zero. */
static int parse(mbedtls_x509_crt *roots, const void *value, size_t size)
{
    char *text = RT_NULL;
    int ret;

    if (size == 0 || *(const unsigned char *)value != '-')
    {
        return mbedtls_x509_crt_parse(roots, value, size) == 0 ? 0 : refuse(EINVAL);
    }
    if (set_text(&text, value, size) != 0)
    {
        return -1;
    }
    ret = mbedtls_x509_crt_parse(roots, (const unsigned char *)text, strlen(text) + 1);
    tls_free(text);

    return ret == 0 ? 0 : refuse(EINVAL);
}

static int set_roots(void *sock, const void *value, size_t size)
{
    struct tls_sal *sal = sock;
    int ret = begin_options(sal);

    if (ret != 0)
    {
        return ret;
    }
    if (TLS_HAS(PKG_MBEDTLS_SESSION_CACERT) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
    {
        return value != RT_NULL ? parse(TLS_CLIENT_CACERT(&sal->session), value, size) : refuse(EINVAL);
    }
    LOG_E("roots for one socket need PKG_MBEDTLS_SESSION_CACERT");

    return refuse(EOPNOTSUPP);
}

/* Cut "h2,http/1.1" into names. */
static int cut_names(struct tls_sal *sal)
{
    size_t count = 1;
    char *at;

    for (at = sal->alpn; *at != '\0'; at++)
    {
        count += *at == ',';
    }
    tls_free(sal->protocols);
    sal->protocols = tls_calloc(count + 1, sizeof(sal->protocols[0]));
    if (sal->protocols == RT_NULL)
    {
        return refuse(ENOMEM);
    }
    for (at = sal->alpn, count = 0; at != RT_NULL; count++)
    {
        sal->protocols[count] = at;
        at = strchr(at, ',');
        if (at != RT_NULL)
        {
            *at++ = '\0';
        }
    }
    sal->session.options.alpn = sal->protocols;

    return 0;
}

static int set_alpn(void *sock, const void *value, size_t size)
{
    struct tls_sal *sal = sock;
    int ret = begin_options(sal);

    ret = ret == 0 && value == RT_NULL ? refuse(EINVAL) : ret;
    ret = ret == 0 ? set_text(&sal->alpn, value, size) : ret;

    return ret == 0 ? cut_names(sal) : ret;
}

static int set_pins(void *sock, const void *value, size_t size)
{
    struct tls_sal *sal = sock;
    int ret = begin_options(sal);

    ret = ret == 0 && value == RT_NULL ? refuse(EINVAL) : ret;
    ret = ret == 0 ? set_text(&sal->pins, value, size) : ret;
    if (ret == 0)
    {
        sal->session.options.pins = sal->pins;
    }

    return ret;
}

/* The session's host and port, from the connection below where the application has set no name. */
static int set_peer(struct tls_sal *sal)
{
    char address[40], port[6];

    if (tls_sal_peer(sal, address, port) != 0)
    {
        return refuse(ENOTCONN);
    }
    if (!sal->has_name && set_text(&sal->session.host, address, sizeof(address)) != 0)
    {
        return -1;
    }

    return set_text(&sal->session.port, port, sizeof(port));
}

static int is_stream(const struct tls_sal *sal)
{
    const struct sal_socket *socket = sal_get_socket(sal->number);

    return socket != RT_NULL && socket->type == SOCK_STREAM && socket->protocol == PROTOCOL_TLS;
}

/* Everything before the first step of the handshake; returns 0, or -1 with errno. */
static int prepare(struct tls_sal *sal)
{
    int ret = begin(sal);

    if (ret != 0 || sal->has_context)
    {
        return ret;
    }
    if (!is_stream(sal))
    {
        LOG_E("TLS sockets are SOCK_STREAM: for DTLS use a session with TLS_TRANSPORT_DATAGRAM");
        return fail(sal, EPROTONOSUPPORT);
    }
    if (set_peer(sal) != 0)
    {
        return -1;
    }
    ret = mbedtls_client_context(&sal->session);
    if (ret != 0)
    {
        return fail(sal, error_of(ret));
    }
    sal->has_context = 1;

    return 0;
}

static void advise(const struct tls_sal *sal)
{
    if (!sal->has_name && tls_client_report(&sal->session)->step == TLS_STEP_VERIFY)
    {
        LOG_W("TLS socket %d has no server name, so %s was verified: before connect(), call", sal->number,
              sal->session.host);
        LOG_W("setsockopt(s, SOL_TLS, TLS_PEER_VERIFY, \"the server's name\", its length)");
    }
}

/* The handshake, as far as it goes without waiting on a non-blocking socket; returns 0, or -1 with errno. */
static int shake(struct tls_sal *sal, int in_progress)
{
    uint32_t receive_limit, send_limit;
    int ret = prepare(sal);

    if (ret != 0 || sal->is_connected)
    {
        return ret;
    }
    receive_limit = tls_sal_limit(sal, SO_RCVTIMEO);
    send_limit = tls_sal_limit(sal, SO_SNDTIMEO);
    do
    {
        sal->does_not_wait = 0;
        ret = tls_client_connect_step(&sal->session);
    }
    while (is_want(ret) && !sal->does_not_wait);
    tls_sal_set_limit(sal, SO_RCVTIMEO, receive_limit);
    tls_sal_set_limit(sal, SO_SNDTIMEO, send_limit);

    if (ret == 0)
    {
        sal->is_connected = 1;
        return 0;
    }
    if (is_want(ret))
    {
        return refuse(in_progress);
    }
    advise(sal);

    return fail(sal, error_of(ret));
}

static int connect_socket(void *sock)
{
    return shake(sock, EINPROGRESS);
}

/* Read or write: want says which. Returns bytes, or -1 with errno. */
static int transfer(struct tls_sal *sal, int want, void *data, size_t size)
{
    int option = want == MBEDTLS_ERR_SSL_WANT_READ ? SO_RCVTIMEO : SO_SNDTIMEO;
    uint32_t limit;
    int ret, error;

    if (shake(sal, EAGAIN) != 0)
    {
        return -1;
    }
    if (size == 0)
    {
        return 0;
    }
    limit = tls_sal_limit(sal, option);
    sal->session.options.io_timeout = limit;
    do
    {
        sal->does_not_wait = 0;
        ret = want == MBEDTLS_ERR_SSL_WANT_READ ? mbedtls_client_read(&sal->session, data, size) :
              mbedtls_client_write(&sal->session, data, size);
        error = errno;
    }
    while (is_want(ret) && !sal->does_not_wait);
    if (tls_client_pending(&sal->session) == 0)
    {
        tls_sal_settle(sal);
    }
    tls_sal_set_limit(sal, option, limit);

    if (ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
    {
        return 0;
    }

    return ret >= 0 ? ret : refuse(error);
}

static int send_data(void *sock, const void *data, size_t size)
{
    return transfer(sock, MBEDTLS_ERR_SSL_WANT_WRITE, (void *)data, size);
}

static int receive_data(void *sock, void *data, size_t size)
{
    return transfer(sock, MBEDTLS_ERR_SSL_WANT_READ, data, size);
}

#ifdef TLS_SAL_HAS_MESSAGES
/* The pieces of a message, one after the other; flags and addresses do not matter to TLS. */
static int send_message(void *sock, const struct msghdr *message, int flags)
{
    int total = 0, i;

    (void)flags;
    for (i = 0; i < (int)message->msg_iovlen; i++)
    {
        int length = (int)message->msg_iov[i].iov_len;
        int ret = send_data(sock, message->msg_iov[i].iov_base, (size_t)length);

        if (ret < 0)
        {
            return total > 0 ? total : ret;
        }
        total += ret;
        if (ret < length)
        {
            break;
        }
    }

    return total;
}

/* What is there, into the first piece with room. */
static int receive_message(void *sock, struct msghdr *message, int flags)
{
    int i = 0;

    (void)flags;
    message->msg_flags = 0;
    while (i < (int)message->msg_iovlen && message->msg_iov[i].iov_len == 0)
    {
        i++;
    }

    return i < (int)message->msg_iovlen ?
           receive_data(sock, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len) : 0;
}
#endif

/* The kernel calls this after it has closed or shut down the socket below, and for shutdown() and close() alike. */
static int close_socket(void *sock)
{
    struct tls_sal *sal = sock;
    struct sal_socket *socket;

    if (sal == RT_NULL || (void *)sal == &no_memory)
    {
        return 0;
    }
    sal->is_closed = 1;
    socket = sal_get_socket(sal->number);
    if (socket != RT_NULL && socket->user_data_tls == sal)
    {
        socket->user_data_tls = RT_NULL;
    }
    if (sal->has_session)
    {
        tls_client_end(&sal->session);
    }
    tls_free(sal->session.host);
    tls_free(sal->session.port);
    tls_free(sal->alpn);
    tls_free(sal->protocols);
    tls_free(sal->pins);
    tls_free(sal);

    return 0;
}

static const struct sal_proto_tls_ops operations =
{
    .socket = open_socket,
    .connect = connect_socket,
    .send = send_data,
    .recv = receive_data,
#ifdef TLS_SAL_HAS_MESSAGES
    .sendmsg = send_message,
    .recvmsg = receive_message,
#endif
    .closesocket = close_socket,
    .set_cret_list = set_roots,
    .set_ciphersurite = set_alpn,
    .set_peer_verify = set_name,
    .set_dtls_role = set_pins,
};

static const struct sal_proto_tls protocol = { "tls", &operations };

MbedTLSSession *tls_sal_session(int s)
{
    struct sal_socket *socket;
    struct tls_sal *sal;

    /* Without POSIX names a descriptor is SAL's number, and dfs_net.h does not exist. */
#ifdef SAL_USING_POSIX
    s = dfs_net_getsocket(s);
#endif
    socket = s >= 0 ? sal_get_socket(s) : RT_NULL;
    if (socket == RT_NULL || (socket->protocol != PROTOCOL_TLS && socket->protocol != PROTOCOL_DTLS))
    {
        return RT_NULL;
    }
    sal = socket->user_data_tls;
    if (sal == RT_NULL || (void *)sal == &no_memory || (!sal->has_session && begin(sal) != 0))
    {
        return RT_NULL;
    }

    return &sal->session;
}

/* After the kernel's own registration, which is an INIT_COMPONENT_EXPORT. */
static int register_protocol(void)
{
    return sal_proto_tls_register(&protocol);
}
INIT_ENV_EXPORT(register_protocol);
