/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Threads that take turns: a thread that waits lets the next one run that is
 * ready. Stacks come from the heap and are painted, which shows their peaks.
 *
 * No thread is interrupted, so the lock over the kernel's objects is empty.
 */
#include <string.h>

#include <rthw.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "board.h"

#define THREADS_MAX         8
#define STACKS_KEPT         8
#define SHELL_PRIORITY      20
#define SAVED_REGISTERS     9           /* by board_switch_stack(): r4-r11, lr */

/* A place in the ring of threads that take turns; the shell has the first. */
struct place
{
    rt_thread_t thread;                 /* RT_NULL: free */
    rt_uint32_t *sp;
    rt_uint64_t until_ms;
    rt_bool_t   waits;
};

static struct rt_thread shell_thread =
{
    .parent = {.name = "tshell", .type = RT_Object_Class_Thread},
    .stat = RT_THREAD_RUNNING,
    .current_priority = SHELL_PRIORITY
};

static struct place places[THREADS_MAX] = {{.thread = &shell_thread}};
static struct place *current = &places[0];
static rt_thread_t ended;               /* no code runs on its stack any more */
static rt_size_t running_count;

static struct board_stack stacks[STACKS_KEPT];
static rt_size_t stacks_seen;

static rt_uint32_t stack_peak(const struct rt_thread *thread)
{
    const char *stack = thread->stack_addr;
    rt_uint32_t unused = 0;

    while (unused < thread->stack_size && stack[unused] == STANDIN_STACK_FILL)
    {
        unused++;
    }
    return thread->stack_size - unused;
}

static void keep_stack(const struct rt_thread *thread)
{
    struct board_stack *stack = &stacks[stacks_seen++ % STACKS_KEPT];

    memcpy(stack->name, thread->parent.name, RT_NAME_MAX);
    stack->size = thread->stack_size;
    stack->peak = stack_peak(thread);
}

rt_bool_t board_thread_last_stack(const char *name, struct board_stack *stack)
{
    for (rt_size_t age = 1; age <= stacks_seen && age <= STACKS_KEPT; age++)
    {
        const struct board_stack *kept = &stacks[(stacks_seen - age) % STACKS_KEPT];

        if (strncmp(kept->name, name, RT_NAME_MAX) == 0)
        {
            *stack = *kept;
            return RT_TRUE;
        }
    }
    return RT_FALSE;
}

/* Called first by a thread whose turn has come. */
static void free_ended(void)
{
    if (ended != RT_NULL)
    {
        rt_thread_t thread = ended;

        ended = RT_NULL;
        keep_stack(thread);
        standin_thread_release(thread);
    }
}

static void check_stack(void)
{
    const struct rt_thread *thread = current->thread;

    if (thread != RT_NULL && thread->stack_addr != RT_NULL &&
        *(const char *)thread->stack_addr != STANDIN_STACK_FILL)
    {
        rt_kprintf("thread %.*s: stack overflow\n", RT_NAME_MAX, thread->parent.name);
        standin_target_abort();
    }
}

/* Finds a thread that is ready, the caller last; sleeps while there is none. */
static struct place *next_place(void)
{
    for (;;)
    {
        rt_uint64_t earliest = STANDIN_NEVER;
        rt_uint64_t now = standin_target_milliseconds();

        for (int i = 1; i <= THREADS_MAX; i++)
        {
            struct place *place = &places[(current - places + i) % THREADS_MAX];

            if (place->thread == RT_NULL)
            {
                continue;
            }
            if (!place->waits || place->until_ms <= now)
            {
                return place;
            }
            earliest = place->until_ms < earliest ? place->until_ms : earliest;
        }
        board_clock_sleep(earliest);
        standin_target_wake();
    }
}

static void run_next(void)
{
    struct place *from = current;

    check_stack();
    current = next_place();
    if (current != from)
    {
        board_switch_stack(&from->sp, current->sp);
    }
    free_ended();
}

static void thread_main(void)
{
    rt_thread_t self = current->thread;

    free_ended();
    self->stat = RT_THREAD_RUNNING;
    self->entry(self->parameter);

    check_stack();
    current->thread = RT_NULL;
    ended = self;
    running_count--;
    standin_target_wake();
    run_next();
}

rt_thread_t rt_thread_self(void)
{
    return current->thread;
}

rt_err_t rt_thread_startup(rt_thread_t thread)
{
    struct place *place = &places[1];
    rt_uint32_t *sp = (rt_uint32_t *)((char *)thread->stack_addr + RT_ALIGN_DOWN(thread->stack_size, 8));

    RT_ASSERT(thread->stat == RT_THREAD_INIT);
    while (place->thread != RT_NULL)
    {
        RT_ASSERT(place < &places[THREADS_MAX - 1]);
        place++;
    }
    sp[-1] = (rt_uint32_t)thread_main;
    sp -= SAVED_REGISTERS;
    place->thread = thread;
    place->sp = sp;
    place->waits = RT_FALSE;
    thread->handle = (rt_ubase_t)place;
    thread->stat = RT_THREAD_READY;
    running_count++;
    return RT_EOK;
}

/* A running thread loses its turn for good; what it holds is lost, as on a device. */
void standin_target_thread_stop(rt_thread_t thread)
{
    if (thread->stat == RT_THREAD_READY || thread->stat == RT_THREAD_RUNNING)
    {
        ((struct place *)thread->handle)->thread = RT_NULL;
        running_count--;
        if (thread == current->thread)
        {
            ended = thread;
            run_next();
        }
    }
    standin_thread_release(thread);
}

rt_thread_t rt_thread_find(char *name)
{
    for (int i = 1; i < THREADS_MAX; i++)
    {
        if (places[i].thread != RT_NULL &&
            strncmp(places[i].thread->parent.name, name, RT_NAME_MAX - 1) == 0)
        {
            return places[i].thread;
        }
    }
    return RT_NULL;
}

rt_err_t rt_thread_yield(void)
{
    run_next();
    return RT_EOK;
}

rt_bool_t standin_target_wait(rt_uint64_t until)
{
    RT_ASSERT(rt_critical_level() == 0);
    current->waits = RT_TRUE;
    current->until_ms = until;
    run_next();
    if (current->waits)
    {
        current->waits = RT_FALSE;
        return RT_FALSE;
    }
    return RT_TRUE;
}

/* Each waiting thread checks its condition again. */
void standin_target_wake(void)
{
    for (int i = 0; i < THREADS_MAX; i++)
    {
        places[i].waits = RT_FALSE;
    }
}

void standin_target_lock(void)
{
}

void standin_target_unlock(void)
{
}

rt_err_t rt_thread_delay(rt_tick_t tick)
{
    rt_uint64_t until = standin_target_milliseconds() +
                        ((rt_uint64_t)tick * 1000 + RT_TICK_PER_SECOND - 1) / RT_TICK_PER_SECOND;

    while (standin_target_wait(until))
    {
    }
    return RT_EOK;
}

void standin_target_disable_interrupts(void)
{
}

void standin_target_enable_interrupts(void)
{
}

rt_size_t standin_thread_count(void)
{
    return running_count;
}

rt_bool_t standin_thread_wait(rt_int32_t ms)
{
    rt_uint64_t until = ms < 0 ? STANDIN_NEVER : standin_target_milliseconds() + (rt_uint64_t)ms;
    rt_size_t others = current != &places[0] ? 1 : 0;

    while (running_count > others && standin_target_wait(until))
    {
    }
    return running_count <= others;
}

void standin_thread_list(void)
{
    rt_kprintf("%-*s priority stack size       peak\n", RT_NAME_MAX, "thread");
    for (int i = 0; i < THREADS_MAX; i++)
    {
        const struct rt_thread *thread = places[i].thread;

        if (thread != RT_NULL)
        {
            rt_kprintf("%-*.*s %8u %10lu %10lu\n", RT_NAME_MAX, RT_NAME_MAX, thread->parent.name,
                       thread->current_priority, (unsigned long)thread->stack_size,
                       (unsigned long)(thread->stack_addr != RT_NULL ? stack_peak(thread) : 0));
        }
    }
}
