/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Semaphores and mutexes over the target's one lock.
 *
 * A waiting thread is in the object's list. A release hands the object to the
 * first thread in the list, so that order is kept and an object may be deleted
 * while threads wait for it.
 */
#include <string.h>

#include <rtthread.h>
#include <standin_target.h>

enum wait_state
{
    WAIT_PENDING,
    WAIT_GRANTED,
    WAIT_DELETED
};

static void list_init(rt_list_t *list)
{
    list->next = list;
    list->prev = list;
}

static void list_append(rt_list_t *list, rt_list_t *node)
{
    node->prev = list->prev;
    node->next = list;
    list->prev->next = node;
    list->prev = node;
}

static void list_remove(rt_list_t *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
}

static rt_thread_t thread_of(rt_list_t *node)
{
    return (rt_thread_t)((char *)node - offsetof(struct rt_thread, tlist));
}

static void object_init(struct rt_ipc_object *object, const char *name,
                        enum rt_object_class_type type)
{
    memset(object, 0, sizeof(*object));
    rt_strncpy(object->parent.name, name, RT_NAME_MAX - 1);
    object->parent.type = type;
    list_init(&object->suspend_thread);
}

static rt_uint64_t deadline_of(rt_int32_t ticks)
{
    if (ticks < 0)
    {
        return STANDIN_NEVER;
    }
    return standin_target_milliseconds() +
           ((rt_uint64_t)ticks * 1000 + RT_TICK_PER_SECOND - 1) /
               RT_TICK_PER_SECOND;
}

/* Waits in the object's list for a hand-over. The lock is held. */
static rt_err_t wait_locked(struct rt_ipc_object *object, rt_int32_t timeout)
{
    rt_thread_t self = rt_thread_self();
    rt_uint64_t until;
    rt_bool_t in_time = RT_TRUE;

    if (timeout == RT_WAITING_NO)
    {
        return -RT_ETIMEOUT;
    }
    RT_ASSERT(rt_critical_level() == 0);
    until = deadline_of(timeout);
    self->wait_state = WAIT_PENDING;
    list_append(&object->suspend_thread, &self->tlist);
    while (self->wait_state == WAIT_PENDING && in_time)
    {
        in_time = standin_target_wait(until);
    }
    if (self->wait_state == WAIT_PENDING)
    {
        list_remove(&self->tlist);
        return -RT_ETIMEOUT;
    }
    return self->wait_state == WAIT_GRANTED ? RT_EOK : -RT_ERROR;
}

/* Takes the first waiter out of the list and lets it run. */
static rt_thread_t release_first(struct rt_ipc_object *object,
                                 enum wait_state state)
{
    rt_list_t *list = &object->suspend_thread;
    rt_thread_t first;

    if (list->next == list)
    {
        return RT_NULL;
    }
    first = thread_of(list->next);
    list_remove(&first->tlist);
    first->wait_state = (rt_uint8_t)state;
    standin_target_wake();
    return first;
}

static void detach(struct rt_ipc_object *object)
{
    standin_target_lock();
    while (release_first(object, WAIT_DELETED) != RT_NULL)
    {
    }
    object->parent.type = RT_Object_Class_Null;
    standin_target_unlock();
}

static rt_bool_t is_semaphore(rt_sem_t sem)
{
    return sem != RT_NULL && sem->parent.parent.type == RT_Object_Class_Semaphore;
}

static rt_bool_t is_mutex(rt_mutex_t mutex)
{
    return mutex != RT_NULL && mutex->parent.parent.type == RT_Object_Class_Mutex;
}

rt_err_t rt_sem_init(rt_sem_t sem, const char *name, rt_uint32_t value,
                     rt_uint8_t flag)
{
    RT_ASSERT(sem != RT_NULL);
    RT_ASSERT(value <= RT_SEM_VALUE_MAX);
    object_init(&sem->parent, name, RT_Object_Class_Semaphore);
    sem->parent.parent.flag = flag;
    sem->value = (rt_uint16_t)value;
    return RT_EOK;
}

rt_err_t rt_sem_detach(rt_sem_t sem)
{
    RT_ASSERT(is_semaphore(sem));
    detach(&sem->parent);
    return RT_EOK;
}

rt_sem_t rt_sem_create(const char *name, rt_uint32_t value, rt_uint8_t flag)
{
    rt_sem_t sem = rt_malloc(sizeof(*sem));

    if (sem != RT_NULL)
    {
        rt_sem_init(sem, name, value, flag);
    }
    return sem;
}

rt_err_t rt_sem_delete(rt_sem_t sem)
{
    rt_sem_detach(sem);
    rt_free(sem);
    return RT_EOK;
}

rt_err_t rt_sem_take(rt_sem_t sem, rt_int32_t timeout)
{
    rt_err_t result = RT_EOK;

    RT_ASSERT(is_semaphore(sem));
    standin_target_lock();
    if (sem->value > 0)
    {
        sem->value--;
    }
    else
    {
        result = wait_locked(&sem->parent, timeout);
    }
    standin_target_unlock();
    return result;
}

rt_err_t rt_sem_trytake(rt_sem_t sem)
{
    return rt_sem_take(sem, RT_WAITING_NO);
}

rt_err_t rt_sem_release(rt_sem_t sem)
{
    rt_err_t result = RT_EOK;

    RT_ASSERT(is_semaphore(sem));
    standin_target_lock();
    if (release_first(&sem->parent, WAIT_GRANTED) == RT_NULL)
    {
        if (sem->value < RT_SEM_VALUE_MAX)
        {
            sem->value++;
        }
        else
        {
            result = -RT_EFULL;
        }
    }
    standin_target_unlock();
    return result;
}

rt_err_t rt_mutex_init(rt_mutex_t mutex, const char *name, rt_uint8_t flag)
{
    RT_ASSERT(mutex != RT_NULL);
    object_init(&mutex->parent, name, RT_Object_Class_Mutex);
    mutex->parent.parent.flag = flag;
    mutex->hold = 0;
    mutex->owner = RT_NULL;
    return RT_EOK;
}

rt_err_t rt_mutex_detach(rt_mutex_t mutex)
{
    RT_ASSERT(is_mutex(mutex));
    detach(&mutex->parent);
    return RT_EOK;
}

rt_mutex_t rt_mutex_create(const char *name, rt_uint8_t flag)
{
    rt_mutex_t mutex = rt_malloc(sizeof(*mutex));

    if (mutex != RT_NULL)
    {
        rt_mutex_init(mutex, name, flag);
    }
    return mutex;
}

rt_err_t rt_mutex_delete(rt_mutex_t mutex)
{
    rt_mutex_detach(mutex);
    rt_free(mutex);
    return RT_EOK;
}

rt_err_t rt_mutex_take(rt_mutex_t mutex, rt_int32_t timeout)
{
    rt_thread_t self = rt_thread_self();
    rt_err_t result = RT_EOK;

    RT_ASSERT(is_mutex(mutex));
    standin_target_lock();
    if (mutex->owner == self)
    {
        if (mutex->hold < RT_MUTEX_HOLD_MAX)
        {
            mutex->hold++;
        }
        else
        {
            result = -RT_EFULL;
        }
    }
    else if (mutex->owner == RT_NULL)
    {
        mutex->owner = self;
        mutex->hold = 1;
    }
    else
    {
        result = wait_locked(&mutex->parent, timeout);
    }
    standin_target_unlock();
    return result;
}

rt_err_t rt_mutex_trytake(rt_mutex_t mutex)
{
    return rt_mutex_take(mutex, RT_WAITING_NO);
}

rt_err_t rt_mutex_release(rt_mutex_t mutex)
{
    rt_err_t result = RT_EOK;

    RT_ASSERT(is_mutex(mutex));
    standin_target_lock();
    if (mutex->owner != rt_thread_self())
    {
        result = -RT_ERROR;
    }
    else if (--mutex->hold == 0)
    {
        mutex->owner = release_first(&mutex->parent, WAIT_GRANTED);
        mutex->hold = mutex->owner != RT_NULL ? 1 : 0;
    }
    standin_target_unlock();
    return result;
}
