/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * rt_pipe_create, and open() for the names that it puts under /dev.
 */
#define STANDIN_HOST_FCNTL
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <rtdevice.h>
#include <rtthread.h>
#include <standin_target.h>

#define DEVICE_FOLDER   "/dev/"

int standin_open(const char *path, int flags, ...);

static rt_pipe_t pipes;

rt_pipe_t rt_pipe_create(const char *name, int bufsz)
{
    rt_pipe_t made = rt_calloc(1, sizeof(*made));

    RT_UNUSED(bufsz);
    if (made == RT_NULL)
    {
        return RT_NULL;
    }
    if (pipe(made->ends) != 0)
    {
        rt_free(made);
        return RT_NULL;
    }
    rt_strncpy(made->parent.parent.name, name, RT_NAME_MAX - 1);
    standin_target_lock();
    made->next = pipes;
    pipes = made;
    standin_target_unlock();
    return made;
}

static rt_bool_t has_name(rt_pipe_t item, const char *name)
{
    return strncmp(item->parent.parent.name, name, RT_NAME_MAX - 1) == 0;
}

int rt_pipe_delete(const char *name)
{
    rt_pipe_t *link = &pipes;
    rt_pipe_t found;

    standin_target_lock();
    while (*link != RT_NULL && !has_name(*link, name))
    {
        link = &(*link)->next;
    }
    found = *link;
    if (found != RT_NULL)
    {
        *link = found->next;
    }
    standin_target_unlock();
    if (found == RT_NULL)
    {
        return -RT_EINVAL;
    }
    close(found->ends[0]);
    close(found->ends[1]);
    rt_free(found);
    return RT_EOK;
}

/* Another descriptor for one end of a pipe, or -1 if the name is no pipe's. */
static int open_pipe(const char *name, int flags)
{
    int end = (flags & O_ACCMODE) == O_RDONLY ? 0 : 1;
    int fd = -1;

    standin_target_lock();
    for (rt_pipe_t item = pipes; item != RT_NULL; item = item->next)
    {
        if (has_name(item, name))
        {
            fd = dup(item->ends[end]);
            break;
        }
    }
    standin_target_unlock();
    return fd;
}

int standin_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    int fd = -1;
    va_list args;

    va_start(args, flags);
    if (flags & O_CREAT)
    {
        mode = va_arg(args, mode_t);
    }
    va_end(args);
    if (strncmp(path, DEVICE_FOLDER, strlen(DEVICE_FOLDER)) == 0)
    {
        fd = open_pipe(path + strlen(DEVICE_FOLDER), flags);
    }
    return fd >= 0 ? fd : open(path, flags, mode);
}
