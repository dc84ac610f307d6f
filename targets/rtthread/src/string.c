/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernel's rt_mem* and rt_str* on top of the C library's, and rt errno.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include <rtthread.h>

void *rt_memset(void *s, int c, rt_ubase_t count)
{
    return memset(s, c, count);
}

void *rt_memcpy(void *dest, const void *src, rt_ubase_t count)
{
    return memcpy(dest, src, count);
}

void *rt_memmove(void *dest, const void *src, rt_size_t count)
{
    return memmove(dest, src, count);
}

rt_int32_t rt_memcmp(const void *cs, const void *ct, rt_size_t count)
{
    return memcmp(cs, ct, count);
}

char *rt_strstr(const char *s1, const char *s2)
{
    return strstr(s1, s2);
}

char *rt_strcpy(char *dest, const char *src)
{
    return strcpy(dest, src);
}

/* Like strncpy: fills up with zeros, and a full buffer has no zero at its end. */
char *rt_strncpy(char *dest, const char *src, rt_size_t count)
{
    rt_size_t length = strnlen(src, count);

    memcpy(dest, src, length);
    memset(dest + length, 0, count - length);
    return dest;
}

rt_int32_t rt_strcasecmp(const char *a, const char *b)
{
    return strcasecmp(a, b);
}

rt_int32_t rt_strncmp(const char *cs, const char *ct, rt_size_t count)
{
    return strncmp(cs, ct, count);
}

rt_int32_t rt_strcmp(const char *cs, const char *ct)
{
    return strcmp(cs, ct);
}

rt_size_t rt_strlen(const char *s)
{
    return strlen(s);
}

rt_size_t rt_strnlen(const char *s, rt_ubase_t maxlen)
{
    return strnlen(s, maxlen);
}

/* On RT-Thread the C library's errno is the kernel's. */
int *_rt_errno(void)
{
    return &errno;
}

rt_err_t rt_get_errno(void)
{
    return errno;
}

void rt_set_errno(rt_err_t no)
{
    errno = (int)no;
}
