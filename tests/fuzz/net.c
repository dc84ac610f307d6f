/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * wrap: tls_net_connect_start tls_net_connect_step tls_net_connect_wait tls_net_connect_cancel
 * wrap: tls_net_wait tls_net_send tls_net_recv tls_net_send_datagram tls_net_recv_datagram
 * wrap: tls_net_close_socket tls_net_socket_timeout tls_net_listen tls_net_take tls_net_recv_from
 * wrap: tls_net_send_to tls_net_wait_any rt_tick_get tls_random_bytes
 */
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rtthread.h>

#include "../../ports/src/net/tls_net_server.h"
#include "tls_error.h"
#include "tls_net.h"
#include "fuzz.h"
#include "net.h"

#include "mbedtls/ssl.h"

#define CONNECTIONS             4
#define UNITS                   256     /* under way, one direction of a connection */
#define EDITS_MAX               32
#define LISTENER                300
#define CLIENT                  100     /* descriptors: + number of the connection */
#define SERVER                  200
#define PATIENCE                500     /* milliseconds of one wait */

struct unit
{
    uint8_t *data;
    size_t length, taken;
};

struct queue
{
    struct unit units[UNITS];
    unsigned first, count;
    int is_closed;                      /* by its sender */
};

struct edit
{
    uint8_t where, kind, unit, length;
    uint16_t offset;
    const uint8_t *data;
};

static struct queue queues[CONNECTIONS][2];     /* by enum net_where of the bytes */
static unsigned opened, accepted;
static struct edit edits[EDITS_MAX];
static int edit_count;
static unsigned unit_number[4];
static struct unit delayed[2];
static void (*server_step)(void);
static uint64_t now = 1000;
static uint32_t random_state;

size_t net_bytes[2];

static void push(struct queue *queue, const uint8_t *data, size_t length)
{
    struct unit *unit = &queue->units[(queue->first + queue->count) % UNITS];

    if (queue->count == UNITS || length == 0)
    {
        return;
    }
    unit->data = malloc(length);
    FUZZ_CHECK(unit->data != NULL);
    memcpy(unit->data, data, length);
    unit->length = length;
    unit->taken = 0;
    queue->count++;
}

static void drop_first(struct queue *queue)
{
    free(queue->units[queue->first].data);
    queue->first = (queue->first + 1) % UNITS;
    queue->count--;
}

/* Bytes of the first unit; its rest stays unless it is a datagram. */
static int pull(struct queue *queue, uint8_t *buffer, size_t size, int is_datagram)
{
    struct unit *unit = &queue->units[queue->first];
    size_t length;

    if (queue->count == 0)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    length = unit->length - unit->taken < size ? unit->length - unit->taken : size;
    memcpy(buffer, unit->data + unit->taken, length);
    unit->taken += length;
    if (is_datagram || unit->taken == unit->length)
    {
        drop_first(queue);
    }

    return (int)length;
}

/*
 * The man in the middle.
 */

static void read_edits(const uint8_t *data, size_t size)
{
    for (edit_count = 0; edit_count < EDITS_MAX && size >= 5; edit_count++)
    {
        struct edit *edit = &edits[edit_count];

        edit->where = data[0] & 3;
        edit->kind = data[0] >> 2 & 7;
        edit->unit = data[1];
        edit->offset = (uint16_t)(data[2] << 8 | data[3]);
        edit->length = data[4] < size - 5 ? data[4] : (uint8_t)(size - 5);
        edit->data = data + 5;
        data += 5 + edit->length;
        size -= 5 + (size_t)edit->length;
    }
}

static size_t place(const struct edit *edit, size_t length)
{
    size_t offset = edit->offset & 0x7FFF;

    if (edit->offset & 0x8000)
    {
        return offset < length ? length - 1 - offset : 0;
    }

    return offset < length ? offset : length;
}

static void overwrite(const struct edit *edit, uint8_t *data, size_t length)
{
    size_t at = place(edit, length);
    size_t i;

    for (i = 0; i < edit->length && at + i < length; i++)
    {
        data[at + i] = edit->kind == NET_XOR ? data[at + i] ^ edit->data[i] : edit->data[i];
    }
}

size_t net_edit_message(enum net_where where, uint8_t *message, size_t length)
{
    unsigned number = unit_number[where]++;
    int i;

    for (i = 0; i < edit_count; i++)
    {
        if (edits[i].where != where || edits[i].unit != number)
        {
            continue;
        }
        if (edits[i].kind == NET_XOR || edits[i].kind == NET_SET)
        {
            overwrite(&edits[i], message, length);
        }
        else if (edits[i].kind == NET_CUT)
        {
            length = place(&edits[i], length);
        }
    }

    return length;
}

int net_has_edits(enum net_where where)
{
    int i;

    for (i = 0; i < edit_count && edits[i].where != where; i++)
    {
    }

    return i < edit_count;
}

static uint8_t changed[2 * 65536];

/* One edit of the bytes in changed[]; returns their new length. */
static size_t edit_bytes(const struct edit *edit, size_t length, int *copies)
{
    size_t at = place(edit, length);

    switch (edit->kind)
    {
    case NET_XOR:
    case NET_SET:
        overwrite(edit, changed, length);
        return length;
    case NET_CUT:
        return at;
    case NET_INSERT:
        memmove(changed + at + edit->length, changed + at, length - at);
        memcpy(changed + at, edit->data, edit->length);
        return length + edit->length;
    case NET_DROP:
        return 0;
    case NET_REPEAT:
        ++*copies;
        return length;
    case NET_REPLACE:
        memcpy(changed, edit->data, edit->length);
        return edit->length;
    default:
        return length;
    }
}

static void pass(struct queue *queue, enum net_where where, const uint8_t *data, size_t length)
{
    unsigned number = unit_number[where]++;
    int copies = 1;
    int is_late = 0;
    int i;

    FUZZ_CHECK(length <= sizeof(changed) / 2);
    net_bytes[where] += length;
    memcpy(changed, data, length);
    for (i = 0; i < edit_count; i++)
    {
        if (edits[i].where == where && edits[i].unit == number)
        {
            length = edit_bytes(&edits[i], length, &copies);
            is_late |= edits[i].kind == NET_DELAY;
        }
    }
    if (is_late && delayed[where].data == NULL)
    {
        delayed[where].data = malloc(length + 1);
        FUZZ_CHECK(delayed[where].data != NULL);
        memcpy(delayed[where].data, changed, length);
        delayed[where].length = length;
        return;
    }
    for (; copies > 0; copies--)
    {
        push(queue, changed, length);
    }
    if (delayed[where].data != NULL)
    {
        push(queue, delayed[where].data, delayed[where].length);
        free(delayed[where].data);
        delayed[where].data = NULL;
    }
}

/*
 * Begin and end.
 */

void net_begin(const uint8_t *data, size_t size, void (*step)(void))
{
    opened = accepted = 0;
    memset(unit_number, 0, sizeof(unit_number));
    memset(net_bytes, 0, sizeof(net_bytes));
    read_edits(data, size);
    server_step = step;
    random_state = 1;
}

void net_end(void)
{
    unsigned i, side;

    for (side = 0; side < 2; side++)
    {
        for (i = 0; i < CONNECTIONS; i++)
        {
            while (queues[i][side].count > 0)
            {
                drop_first(&queues[i][side]);
            }
            queues[i][side].is_closed = 0;
        }
        free(delayed[side].data);
        delayed[side].data = NULL;
    }
    edit_count = 0;
}

void net_wait(uint32_t milliseconds)
{
    now += milliseconds;
}

uint64_t net_time(void)
{
    return now;
}

rt_tick_t __wrap_rt_tick_get(void);

rt_tick_t __wrap_rt_tick_get(void)
{
    return (rt_tick_t)(now * RT_TICK_PER_SECOND / 1000);
}

int __wrap_tls_random_bytes(void *context, unsigned char *output, size_t length);

int __wrap_tls_random_bytes(void *context, unsigned char *output, size_t length)
{
    (void)context;
    for (; length > 0; length--)
    {
        random_state = random_state * 1664525u + 1013904223u;
        *output++ = (unsigned char)(random_state >> 24);
    }

    return 0;
}

/*
 * The client's side of tls_net.h.
 */

int __wrap_tls_net_connect_start(struct tls_net_connect *job, const char *host, const char *port, int proto);
int __wrap_tls_net_connect_step(struct tls_net_connect *job, uint32_t left, int *fd);
void __wrap_tls_net_connect_wait(struct tls_net_connect *job, uint32_t left);
void __wrap_tls_net_connect_cancel(struct tls_net_connect *job);
int __wrap_tls_net_wait(int fd, int direction, uint32_t left);
int __wrap_tls_net_send(void *context, const unsigned char *buffer, size_t length);
int __wrap_tls_net_recv(void *context, unsigned char *buffer, size_t length);
int __wrap_tls_net_send_datagram(void *context, const unsigned char *buffer, size_t length);
int __wrap_tls_net_recv_datagram(void *context, unsigned char *buffer, size_t length);
void __wrap_tls_net_close_socket(int fd);
uint32_t __wrap_tls_net_socket_timeout(int fd, int direction);

int __wrap_tls_net_connect_start(struct tls_net_connect *job, const char *host, const char *port, int proto)
{
    (void)host;
    (void)port;
    (void)proto;
    memset(job, 0, sizeof(*job));
    job->fd = -1;

    return 0;
}

int __wrap_tls_net_connect_step(struct tls_net_connect *job, uint32_t left, int *fd)
{
    (void)job;
    (void)left;
    if (opened == CONNECTIONS)
    {
        return MBEDTLS_ERR_NET_CONNECT_FAILED;
    }
    *fd = CLIENT + (int)opened++;

    return 0;
}

void __wrap_tls_net_connect_wait(struct tls_net_connect *job, uint32_t left)
{
    (void)job;
    net_wait(left < PATIENCE ? left : PATIENCE);
}

void __wrap_tls_net_connect_cancel(struct tls_net_connect *job)
{
    job->fd = -1;
}

static int is_client(int fd)
{
    return fd < SERVER;
}

static struct queue *incoming(int fd)
{
    return &queues[fd % CLIENT][is_client(fd) ? NET_TO_CLIENT : NET_TO_SERVER];
}

static int is_readable(int fd)
{
    unsigned i;

    if (fd != LISTENER)
    {
        return incoming(fd)->count > 0 || incoming(fd)->is_closed;
    }
    for (i = 0; i < opened && queues[i][NET_TO_SERVER].count == 0; i++)
    {
    }

    return i < opened;
}

int __wrap_tls_net_wait(int fd, int direction, uint32_t left)
{
    uint32_t share = left < PATIENCE ? left : PATIENCE;

    if (direction == MBEDTLS_ERR_SSL_WANT_WRITE || is_readable(fd))
    {
        return 0;
    }
    if (is_client(fd))
    {
        server_step();
        if (!is_readable(fd))
        {
            net_wait(share);
            server_step();
        }
    }
    else
    {
        net_wait(share);
    }

    return is_readable(fd) ? 0 : TLS_ERR_TIMEOUT;
}

static int send_on(void *context, const unsigned char *buffer, size_t length)
{
    int fd = ((mbedtls_net_context *)context)->fd;
    enum net_where where = is_client(fd) ? NET_TO_SERVER : NET_TO_CLIENT;

    pass(&queues[fd % CLIENT][where], where, buffer, length);

    return (int)length;
}

static int receive_on(void *context, unsigned char *buffer, size_t length, int is_datagram)
{
    struct queue *queue = incoming(((mbedtls_net_context *)context)->fd);
    int ret = pull(queue, buffer, length, is_datagram);

    return ret == MBEDTLS_ERR_SSL_WANT_READ && queue->is_closed && !is_datagram ? 0 : ret;
}

int __wrap_tls_net_send(void *context, const unsigned char *buffer, size_t length)
{
    return send_on(context, buffer, length);
}

int __wrap_tls_net_recv(void *context, unsigned char *buffer, size_t length)
{
    return receive_on(context, buffer, length, 0);
}

int __wrap_tls_net_send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    return send_on(context, buffer, length);
}

int __wrap_tls_net_recv_datagram(void *context, unsigned char *buffer, size_t length)
{
    return receive_on(context, buffer, length, 1);
}

void __wrap_tls_net_close_socket(int fd)
{
    if (fd >= CLIENT && fd < LISTENER)
    {
        queues[fd % CLIENT][is_client(fd) ? NET_TO_SERVER : NET_TO_CLIENT].is_closed = 1;
    }
}

uint32_t __wrap_tls_net_socket_timeout(int fd, int direction)
{
    (void)fd;
    (void)direction;

    return 0;
}

/*
 * The server's side, tls_net_server.h.
 */

int __wrap_tls_net_listen(const char *address, uint16_t port, int proto);
int __wrap_tls_net_take(int fd, struct tls_net_peer *peer);
int __wrap_tls_net_recv_from(int fd, struct tls_net_peer *peer, unsigned char *buffer, size_t length);
int __wrap_tls_net_send_to(int fd, const struct tls_net_peer *peer, const unsigned char *buffer, size_t length);
int __wrap_tls_net_wait_any(struct tls_net_watch *watches, size_t count, uint32_t left);

int __wrap_tls_net_listen(const char *address, uint16_t port, int proto)
{
    (void)address;
    (void)port;
    (void)proto;

    return LISTENER;
}

static void name_peer(struct tls_net_peer *peer, unsigned number)
{
    struct sockaddr_in address;

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7F000001);
    address.sin_port = htons((uint16_t)(40000 + number));
    memset(peer, 0, sizeof(*peer));
    memcpy(peer->words, &address, sizeof(address));
    peer->length = sizeof(address);
}

int __wrap_tls_net_take(int fd, struct tls_net_peer *peer)
{
    (void)fd;
    if (accepted == opened)
    {
        return -1;
    }
    name_peer(peer, accepted);

    return SERVER + (int)accepted++;
}

int __wrap_tls_net_recv_from(int fd, struct tls_net_peer *peer, unsigned char *buffer, size_t length)
{
    unsigned i;

    (void)fd;
    for (i = 0; i < opened; i++)
    {
        if (queues[i][NET_TO_SERVER].count > 0)
        {
            name_peer(peer, i);
            return pull(&queues[i][NET_TO_SERVER], buffer, length, 1);
        }
    }

    return MBEDTLS_ERR_SSL_WANT_READ;
}

int __wrap_tls_net_send_to(int fd, const struct tls_net_peer *peer, const unsigned char *buffer, size_t length)
{
    struct sockaddr_in address;
    unsigned number;

    (void)fd;
    memcpy(&address, peer->words, sizeof(address));
    number = (unsigned)ntohs(address.sin_port) - 40000;
    FUZZ_CHECK(number < CONNECTIONS);
    pass(&queues[number][NET_TO_CLIENT], NET_TO_CLIENT, buffer, length);

    return (int)length;
}

int __wrap_tls_net_wait_any(struct tls_net_watch *watches, size_t count, uint32_t left)
{
    int is_any = 0;
    size_t i;

    for (i = 0; i < count; i++)
    {
        watches[i].is_ready = watches[i].fd >= 0 &&
            (watches[i].fd == LISTENER ? accepted < opened :
             watches[i].direction == MBEDTLS_ERR_SSL_WANT_WRITE || is_readable(watches[i].fd));
        is_any |= watches[i].is_ready;
    }
    if (!is_any)
    {
        net_wait(left < PATIENCE ? left : PATIENCE);
    }

    return is_any ? 0 : TLS_ERR_TIMEOUT;
}
