/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernel's formatter and its rt_str* functions.
 */
#include "kernel_test.h"

#include <limits.h>
#include <stdio.h>

/* Formats that a compiler would rightly refuse must reach the formatter. */
static int format(char *text, rt_size_t size, const char *fmt, ...)
{
    int length;
    va_list args;

    va_start(args, fmt);
    length = rt_vsnprintf(text, size, fmt, args);
    va_end(args);
    return length;
}

#define SAME_AS_C(...)                                                      \
    do                                                                      \
    {                                                                       \
        char ours[100];                                                     \
        char theirs[100];                                                   \
        int length = format(ours, sizeof(ours), __VA_ARGS__);               \
        assert_int_equal(length, snprintf(theirs, sizeof(theirs), __VA_ARGS__)); \
        assert_string_equal(ours, theirs);                                  \
    } while (0)

static void formats_as_the_c_library_does(void **state)
{
    RT_UNUSED(state);
    SAME_AS_C("plain %% text");
    SAME_AS_C("%d %i %u", -5, INT_MIN, UINT_MAX);
    SAME_AS_C("%ld %lu %lx", LONG_MIN, ULONG_MAX, 0xabcdefL);
    SAME_AS_C("%hd %hu", (short)-3, (unsigned short)65535);
    SAME_AS_C("[%5d] [%-5d] [%05d] [%+d] [% d]", 42, 42, -42, 42, 42);
    SAME_AS_C("[%.3d] [%6.3d] [%-6.3d] [%06d]", 5, 5, 5, 5);
    SAME_AS_C("%x %X %#x %#X %o %#o %#x", 255, 255, 255, 255, 8, 8, 0);
    SAME_AS_C("%02x:%08lX", 10, 0xbeefL);
    SAME_AS_C("[%s] [%10s] [%-10s] [%.2s] [%*s] [%-*s] [%.*s]", "abc", "abc",
              "abc", "abc", 5, "abc", 5, "abc", 1, "abc");
    SAME_AS_C("[%c] [%3c] [%-3c]", 'x', 'y', 'z');
}

static void truncated_text_returns_the_length_needed(void **state)
{
    char text[4] = "###";

    RT_UNUSED(state);
    assert_int_equal(rt_snprintf(text, sizeof(text), "%d", 123456), 6);
    assert_string_equal(text, "123");
    assert_int_equal(rt_snprintf(RT_NULL, 0, "%s", "abc"), 3);
    assert_int_equal(format(text, sizeof(text), "%s", (char *)RT_NULL), 6);
    assert_string_equal(text, "(NU");
}

static void conversions_that_the_kernel_lacks_are_copied(void **state)
{
    char text[32];

    RT_UNUSED(state);
    format(text, sizeof(text), "%zu", (size_t)1);
    assert_string_equal(text, "%zu");
    format(text, sizeof(text), "%.2f", 1.5);
    assert_string_equal(text, "%.2f");
    format(text, sizeof(text), "%lld", 1LL);
    assert_string_equal(text, "%lld");
    format(text, sizeof(text), "%");
    assert_string_equal(text, "%");
}

static void strncpy_fills_and_does_not_overrun(void **state)
{
    char text[6] = "#####";

    RT_UNUSED(state);
    rt_strncpy(text, "ab", 4);
    assert_memory_equal(text, "ab\0\0#", 5);
    rt_strncpy(text, "abcdef", 3);
    assert_memory_equal(text, "abc\0#", 5);
}

static void errno_is_the_kernels(void **state)
{
    RT_UNUSED(state);
    rt_set_errno(RT_ENOMEM);
    assert_int_equal(rt_get_errno(), RT_ENOMEM);
    assert_int_equal(*_rt_errno(), RT_ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(formats_as_the_c_library_does),
        cmocka_unit_test(truncated_text_returns_the_length_needed),
        cmocka_unit_test(conversions_that_the_kernel_lacks_are_copied),
        cmocka_unit_test(strncpy_fills_and_does_not_overrun),
        cmocka_unit_test(errno_is_the_kernels),
    };

    return cmocka_run_group_tests(tests, RT_NULL, RT_NULL);
}
