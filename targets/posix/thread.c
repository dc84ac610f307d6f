/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Threads and critical sections with pthreads.
 *
 * A thread's stack is taken from the heap as on a device, so that the numbers of
 * `free` hold, but the thread runs on a larger one of the host. Priorities have no effect. All
 * threads run at once, as on several cores: a critical section keeps no other
 * thread out (kernels from 5.1 on), disabled interrupts keep out the threads that
 * disable them too.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include <rthw.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

/* The frames of an instrumented program are several times as large. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED           1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED           1
#endif
#endif

#ifdef SANITIZED
#define HOST_STACK_MIN      (1024 * 1024)
#else
#define HOST_STACK_MIN      (256 * 1024)
#endif

#define SHELL_PRIORITY      20

/* The thread of code that no rt_thread_create() started: the shell, a test. */
static __thread struct rt_thread host_thread =
{
    .parent = {.name = "tshell", .type = RT_Object_Class_Thread},
    .stat = RT_THREAD_RUNNING,
    .current_priority = SHELL_PRIORITY
};

/* Threads that are started and have not ended, newest first. */
static rt_list_t running = {&running, &running};
static rt_size_t running_count;

static __thread rt_thread_t self;
static pthread_mutex_t interrupts = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static rt_thread_t thread_of(rt_list_t *node)
{
    return (rt_thread_t)((char *)node - offsetof(struct rt_thread, parent.list));
}

rt_thread_t rt_thread_self(void)
{
    return self != RT_NULL ? self : &host_thread;
}

static void running_add(rt_thread_t thread)
{
    rt_list_t *node = &thread->parent.list;

    node->next = running.next;
    node->prev = &running;
    running.next->prev = node;
    running.next = node;
    running_count++;
}

/* The thread leaves the list first and the count last, so that all its memory
 * is free when standin_thread_wait() sees the count fall. */
static void thread_end(void *argument)
{
    rt_thread_t thread = argument;
    rt_list_t *node = &thread->parent.list;

    standin_target_lock();
    node->prev->next = node->next;
    node->next->prev = node->prev;
    standin_target_unlock();

    standin_thread_release(thread);
    self = RT_NULL;

    standin_target_lock();
    running_count--;
    standin_target_wake();
    standin_target_unlock();
}

static void *thread_main(void *argument)
{
    rt_thread_t thread = argument;

    self = thread;
    pthread_cleanup_push(thread_end, thread);
    thread->entry(thread->parameter);
    pthread_cleanup_pop(1);
    return RT_NULL;
}

rt_err_t rt_thread_startup(rt_thread_t thread)
{
    rt_size_t stack_size = thread->stack_size;
    pthread_attr_t attributes;
    pthread_t handle;
    int error;

    RT_ASSERT(thread->stat == RT_THREAD_INIT);
    if (stack_size < HOST_STACK_MIN)
    {
        stack_size = HOST_STACK_MIN;
    }
    standin_target_lock();
    thread->stat = RT_THREAD_READY;
    running_add(thread);

    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_size);
    error = pthread_create(&handle, &attributes, thread_main, thread);
    pthread_attr_destroy(&attributes);
    if (error == 0)
    {
        thread->handle = (rt_ubase_t)handle;
    }
    standin_target_unlock();
    RT_ASSERT(error == 0);
    return RT_EOK;
}

/* A running thread is cancelled at its next system call. Its memory and locks
 * are not released, as on a device. */
void standin_target_thread_stop(rt_thread_t thread)
{
    if (thread->stat == RT_THREAD_INIT)
    {
        standin_thread_release(thread);
    }
    else if (thread == self)
    {
        pthread_exit(RT_NULL);
    }
    else if (thread->stat != RT_THREAD_CLOSE)
    {
        pthread_cancel((pthread_t)thread->handle);
    }
}

rt_thread_t rt_thread_find(char *name)
{
    rt_thread_t found = RT_NULL;

    standin_target_lock();
    for (rt_list_t *node = running.next; node != &running; node = node->next)
    {
        if (strncmp(thread_of(node)->parent.name, name, RT_NAME_MAX - 1) == 0)
        {
            found = thread_of(node);
        }
    }
    standin_target_unlock();
    return found;
}

rt_err_t rt_thread_yield(void)
{
    sched_yield();
    return RT_EOK;
}

static void sleep_ms(rt_uint64_t ms)
{
    struct timespec rest =
    {
        .tv_sec = (time_t)(ms / 1000),
        .tv_nsec = (long)(ms % 1000) * 1000000
    };

    RT_ASSERT(rt_critical_level() == 0);
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, &rest) != 0)
    {
    }
}

rt_err_t rt_thread_delay(rt_tick_t tick)
{
    sleep_ms(((rt_uint64_t)tick * 1000 + RT_TICK_PER_SECOND - 1) /
             RT_TICK_PER_SECOND);
    return RT_EOK;
}

void standin_target_disable_interrupts(void)
{
    pthread_mutex_lock(&interrupts);
}

void standin_target_enable_interrupts(void)
{
    pthread_mutex_unlock(&interrupts);
}

rt_size_t standin_thread_count(void)
{
    rt_size_t count;

    standin_target_lock();
    count = running_count;
    standin_target_unlock();
    return count;
}

rt_bool_t standin_thread_wait(rt_int32_t ms)
{
    rt_uint64_t until = STANDIN_NEVER;
    rt_bool_t in_time = RT_TRUE;
    rt_size_t others = self != RT_NULL ? 1 : 0;

    if (ms >= 0)
    {
        until = standin_target_milliseconds() + (rt_uint64_t)ms;
    }
    standin_target_lock();
    while (running_count > others && in_time)
    {
        in_time = standin_target_wait(until);
    }
    in_time = running_count <= others;
    standin_target_unlock();
    return in_time;
}

static void print_thread(const struct rt_thread *thread)
{
    rt_kprintf("%-*.*s %8u %10u\n", RT_NAME_MAX, RT_NAME_MAX,
               thread->parent.name, thread->current_priority,
               thread->stack_size);
}

void standin_thread_list(void)
{
    rt_kprintf("%-*s priority stack size\n", RT_NAME_MAX, "thread");
    if (self == RT_NULL)
    {
        print_thread(&host_thread);
    }
    standin_target_lock();
    for (rt_list_t *node = running.next; node != &running; node = node->next)
    {
        print_thread(thread_of(node));
    }
    standin_target_unlock();
}
