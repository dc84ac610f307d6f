/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Threads that take turns: who waits lets the next one run that can. Stacks
 * come from the heap and are painted, so that their peaks can be told.
 *
 * Since nothing runs in between, critical sections and the lock over the
 * kernel's objects have nothing to do but to count.
 */
#include <string.h>

#include <rthw.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "board.h"
#include "meter.h"

#define THREADS_MAX         8
#define STACKS_KEPT         8
#define STACK_FILL          '#'
#define SHELL_PRIORITY      20
#define SAVED_REGISTERS     9           /* by board_switch_stack(): r4-r11, lr */

/* A place in the ring of those who take turns; the shell has the first. */
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
static rt_thread_t ended;               /* whose stack nobody runs on any more */
static rt_size_t running_count;
static rt_uint16_t critical_level;

static struct board_stack stacks[STACKS_KEPT];
static rt_size_t stacks_seen;

static rt_uint32_t stack_peak(const struct rt_thread *thread)
{
    const char *stack = thread->stack_addr;
    rt_uint32_t unused = 0;

    while (unused < thread->stack_size && stack[unused] == STACK_FILL)
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

static void release(rt_thread_t thread)
{
    if (thread->cleanup != RT_NULL)
    {
        thread->cleanup(thread);
    }
    thread->stat = RT_THREAD_CLOSE;
    if (thread->own_memory)
    {
        rt_free(thread->stack_addr);
        rt_free(thread);
    }
}

/* What a thread does first when its turn has come. */
static void free_ended(void)
{
    if (ended != RT_NULL)
    {
        rt_thread_t thread = ended;

        ended = RT_NULL;
        keep_stack(thread);
        release(thread);
    }
}

static void check_stack(void)
{
    const struct rt_thread *thread = current->thread;

    if (thread != RT_NULL && thread->stack_addr != RT_NULL &&
        *(const char *)thread->stack_addr != STACK_FILL)
    {
        rt_kprintf("thread %.*s: stack overflow\n", RT_NAME_MAX, thread->parent.name);
        standin_target_abort();
    }
}

/* Finds who can run, the caller last; sleeps while nobody can. */
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

rt_err_t rt_thread_init(struct rt_thread *thread, const char *name, void (*entry)(void *parameter),
                        void *parameter, void *stack_start, rt_uint32_t stack_size,
                        rt_uint8_t priority, rt_uint32_t tick)
{
    RT_ASSERT(thread != RT_NULL);
    RT_ASSERT(stack_start != RT_NULL);
    RT_ASSERT(priority < RT_THREAD_PRIORITY_MAX);
    memset(thread, 0, sizeof(*thread));
    rt_strncpy(thread->parent.name, name, RT_NAME_MAX - 1);
    thread->parent.type = RT_Object_Class_Thread;
    thread->entry = entry;
    thread->parameter = parameter;
    thread->stack_addr = stack_start;
    thread->stack_size = RT_ALIGN_DOWN(stack_size, 8);
    thread->current_priority = priority;
    thread->init_tick = tick;
    thread->stat = RT_THREAD_INIT;
    memset(stack_start, STACK_FILL, stack_size);
    return RT_EOK;
}

rt_thread_t rt_thread_create(const char *name, void (*entry)(void *parameter), void *parameter,
                             rt_uint32_t stack_size, rt_uint8_t priority, rt_uint32_t tick)
{
    rt_thread_t thread = rt_malloc(sizeof(*thread));
    void *stack = rt_malloc(stack_size);

    if (thread == RT_NULL || stack == RT_NULL)
    {
        rt_free(thread);
        rt_free(stack);
        return RT_NULL;
    }
    rt_thread_init(thread, name, entry, parameter, stack, stack_size, priority, tick);
    thread->own_memory = RT_TRUE;
    return thread;
}

rt_err_t rt_thread_startup(rt_thread_t thread)
{
    struct place *place = &places[1];
    rt_uint32_t *sp = (rt_uint32_t *)((char *)thread->stack_addr + thread->stack_size);

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

/* One that runs loses its turn for good; what it holds is lost, as on a device. */
static rt_err_t stop(rt_thread_t thread)
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
    release(thread);
    return RT_EOK;
}

rt_err_t rt_thread_delete(rt_thread_t thread)
{
    RT_ASSERT(thread != RT_NULL && thread->own_memory);
    return stop(thread);
}

rt_err_t rt_thread_detach(rt_thread_t thread)
{
    RT_ASSERT(thread != RT_NULL && !thread->own_memory);
    return stop(thread);
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
    RT_ASSERT(critical_level == 0);
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

/* Who waits looks again whether it still has to. */
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

rt_err_t rt_thread_mdelay(rt_int32_t ms)
{
    return rt_thread_delay(rt_tick_from_millisecond(ms));
}

void rt_enter_critical(void)
{
    critical_level++;
}

void rt_exit_critical(void)
{
    RT_ASSERT(critical_level > 0);
    critical_level--;
}

rt_uint16_t rt_critical_level(void)
{
    return critical_level;
}

rt_base_t rt_hw_interrupt_disable(void)
{
    rt_enter_critical();
    return (rt_base_t)critical_level - 1;
}

void rt_hw_interrupt_enable(rt_base_t level)
{
    RT_ASSERT(level == (rt_base_t)critical_level - 1);
    rt_exit_critical();
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
