/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Descriptors, pipes under /dev, the board's seed, name rules.
 */
#include "kernel_test.h"

#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rtdevice.h>

int tls_seed_slot_read(unsigned slot, unsigned char data[64]);
int tls_seed_slot_write(unsigned slot, const unsigned char data[64]);

static void socket_calls_of_sal_exist(void **state)
{
    rt_size_t before = standin_fd_count();
    int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    int on = 1;

    RT_UNUSED(state);
    assert_true(fd >= 0);
    assert_int_equal(standin_fd_count(), before + 1);
    assert_int_equal(ioctlsocket(fd, FIONBIO, &on), 0);
    assert_true(fcntl(fd, F_GETFL, 0) & O_NONBLOCK);
    assert_int_equal(closesocket(fd), 0);
    assert_int_equal(standin_fd_count(), before);
}

static void sending_to_a_closed_peer_is_no_signal(void **state)
{
    int pair[2];

    RT_UNUSED(state);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    close(pair[0]);
    assert_int_equal(send(pair[1], "x", 1, 0), -1);
    assert_int_equal(rt_get_errno(), 32 /* EPIPE */);
    close(pair[1]);
}

static void pipe_is_opened_by_name(void **state)
{
    rt_size_t before = standin_fd_count();
    rt_pipe_t made = rt_pipe_create("p0", 512);
    char byte = 0;
    int in;
    int out;

    RT_UNUSED(state);
    out = open("/dev/p0", O_WRONLY, 0);
    in = open("/dev/p0", O_RDONLY, 0);
    assert_true(in >= 0 && out >= 0);
    assert_int_equal(write(out, "x", 1), 1);
    assert_int_equal(read(in, &byte, 1), 1);
    assert_int_equal(byte, 'x');
    close(in);
    close(out);
    assert_int_equal(rt_pipe_delete(made->parent.parent.name), RT_EOK);
    assert_int_equal(rt_pipe_delete("p0"), -RT_EINVAL);
    assert_int_equal(open("/dev/p0", O_RDONLY, 0), -1);
    assert_int_equal(standin_fd_count(), before);
    assert_int_equal(standin_heap_count(0), 0);
}

static void seed_is_kept_in_a_file(void **state)
{
    char path[] = "/tmp/seedXXXXXX";
    unsigned char data[64];
    unsigned char again[64];
    int fd = mkstemp(path);
    unsigned slot;

    RT_UNUSED(state);
    assert_int_not_equal(tls_seed_slot_read(0, data), 0);
    assert_int_equal(standin_board_seed_set(path), RT_EOK);
    assert_int_not_equal(tls_seed_slot_read(0, data), 0);
    for (slot = 0; slot < 2; slot++)
    {
        memset(data, 7 + (int)slot, sizeof(data));
        assert_int_equal(tls_seed_slot_write(slot, data), 0);
    }
    assert_int_equal(tls_seed_slot_read(1, again), 0);
    assert_memory_equal(data, again, sizeof(data));
    memset(data, 7, sizeof(data));
    assert_int_equal(tls_seed_slot_read(0, again), 0);
    assert_memory_equal(data, again, sizeof(data));
    close(fd);
    unlink(path);
    assert_int_not_equal(tls_seed_slot_write(0, data), 0);
}

static void unreadable_rules_are_refused(void **state)
{
    static const char *const rules[] =
    {
        "", "name", "=127.0.0.1", "name=", "name=host", "name=127.0.0.1:99999",
        "name:x=127.0.0.1", "name=[::1", "name=::1", "name=127.0.0.1,,x",
        "name=!what", "name=!hang:x"
    };

    RT_UNUSED(state);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
    {
        assert_int_equal(standin_resolve_add(rules[i]), -RT_EINVAL);
    }
}

static void lists_of_addresses_are_counted(void **state)
{
    struct addrinfo *list;

    RT_UNUSED(state);
    assert_int_equal(standin_resolve_add("some.name=127.0.0.1,[::1]:5"), RT_EOK);
    assert_int_equal(getaddrinfo("some.name", "443", RT_NULL, &list), 0);
    assert_int_equal(standin_resolve_live(), 1);
    freeaddrinfo(list);
    assert_int_equal(standin_resolve_live(), 0);
    standin_resolve_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(socket_calls_of_sal_exist),
        cmocka_unit_test(sending_to_a_closed_peer_is_no_signal),
        cmocka_unit_test(pipe_is_opened_by_name),
        cmocka_unit_test(seed_is_kept_in_a_file),
        cmocka_unit_test(unreadable_rules_are_refused),
        cmocka_unit_test(lists_of_addresses_are_counted),
    };

    return cmocka_run_group_tests(tests, RT_NULL, RT_NULL);
}
