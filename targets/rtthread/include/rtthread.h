/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's rtthread.h: the part of the kernel interface that
 * the package, its samples and its clients call. Signatures and results are
 * those of RT-Thread 5.1; what only tests need is in standin.h.
 */
#ifndef __RT_THREAD_H__
#define __RT_THREAD_H__

#include <rtconfig.h>
#include <rtdef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RT_PRINTF_LIKE(text, first) \
    __attribute__((format(__printf__, text, first)))

/* Memory. Size 0 gives RT_NULL; rt_realloc to size 0 frees. */
void *rt_malloc(rt_size_t nbytes);
void *rt_calloc(rt_size_t count, rt_size_t size);
void *rt_realloc(void *ptr, rt_size_t nbytes);
void rt_free(void *ptr);
void rt_memory_info(rt_size_t *total, rt_size_t *used, rt_size_t *max_used);

/* Ticks. Milliseconds below zero become RT_WAITING_FOREVER. */
rt_tick_t rt_tick_get(void);
void rt_tick_set(rt_tick_t tick);
rt_tick_t rt_tick_from_millisecond(rt_int32_t ms);
rt_tick_t rt_tick_get_millisecond(void);

/* Threads. */
rt_err_t rt_thread_init(struct rt_thread *thread, const char *name,
                        void (*entry)(void *parameter), void *parameter,
                        void *stack_start, rt_uint32_t stack_size,
                        rt_uint8_t priority, rt_uint32_t tick);
rt_err_t rt_thread_detach(rt_thread_t thread);
rt_thread_t rt_thread_create(const char *name,
                             void (*entry)(void *parameter), void *parameter,
                             rt_uint32_t stack_size, rt_uint8_t priority,
                             rt_uint32_t tick);
rt_err_t rt_thread_delete(rt_thread_t thread);
rt_err_t rt_thread_startup(rt_thread_t thread);
rt_thread_t rt_thread_self(void);
rt_thread_t rt_thread_find(char *name);
rt_err_t rt_thread_yield(void);
rt_err_t rt_thread_delay(rt_tick_t tick);
rt_err_t rt_thread_mdelay(rt_int32_t ms);
rt_err_t rt_thread_control(rt_thread_t thread, int cmd, void *arg);
void rt_enter_critical(void);
void rt_exit_critical(void);
rt_uint16_t rt_critical_level(void);

/* The scheduler's own view of a thread. */
typedef rt_base_t rt_sched_lock_level_t;
rt_err_t rt_sched_lock(rt_sched_lock_level_t *level);
rt_err_t rt_sched_unlock(rt_sched_lock_level_t level);
rt_uint8_t rt_sched_thread_get_curr_prio(struct rt_thread *thread);

/* Semaphores. A wait is in ticks. */
rt_err_t rt_sem_init(rt_sem_t sem, const char *name, rt_uint32_t value,
                     rt_uint8_t flag);
rt_err_t rt_sem_detach(rt_sem_t sem);
rt_sem_t rt_sem_create(const char *name, rt_uint32_t value, rt_uint8_t flag);
rt_err_t rt_sem_delete(rt_sem_t sem);
rt_err_t rt_sem_take(rt_sem_t sem, rt_int32_t timeout);
rt_err_t rt_sem_trytake(rt_sem_t sem);
rt_err_t rt_sem_release(rt_sem_t sem);

/* Mutexes: recursive, released by their owner only. */
rt_err_t rt_mutex_init(rt_mutex_t mutex, const char *name, rt_uint8_t flag);
rt_err_t rt_mutex_detach(rt_mutex_t mutex);
rt_mutex_t rt_mutex_create(const char *name, rt_uint8_t flag);
rt_err_t rt_mutex_delete(rt_mutex_t mutex);
rt_err_t rt_mutex_take(rt_mutex_t mutex, rt_int32_t timeout);
rt_err_t rt_mutex_trytake(rt_mutex_t mutex);
rt_err_t rt_mutex_release(rt_mutex_t mutex);

/* Devices: the clock, "rtc", is the only one. */
rt_device_t rt_device_find(const char *name);
rt_err_t rt_device_open(rt_device_t dev, rt_uint16_t oflag);
rt_err_t rt_device_close(rt_device_t dev);
rt_err_t rt_device_control(rt_device_t dev, int cmd, void *arg);

/* Start-up functions, see INIT_APP_EXPORT. */
void rt_components_init(void);

/*
 * Text. The kernel's formatter knows flags, width, precision, h and l, and
 * the conversions c s p o x X d i u %; ll needs RT_KPRINTF_USING_LONGLONG.
 * Anything else, %zu and %f too, is printed unchanged.
 * rt_kprintf cuts its text at RT_CONSOLEBUF_SIZE - 1 bytes.
 */
int rt_kprintf(const char *fmt, ...) RT_PRINTF_LIKE(1, 2);
int rt_vsnprintf(char *buf, rt_size_t size, const char *fmt, va_list args)
    RT_PRINTF_LIKE(3, 0);
int rt_snprintf(char *buf, rt_size_t size, const char *fmt, ...)
    RT_PRINTF_LIKE(3, 4);
int rt_vsprintf(char *buf, const char *fmt, va_list args) RT_PRINTF_LIKE(2, 0);
int rt_sprintf(char *buf, const char *fmt, ...) RT_PRINTF_LIKE(2, 3);

rt_err_t rt_get_errno(void);
void rt_set_errno(rt_err_t no);
int *_rt_errno(void);

void *rt_memset(void *s, int c, rt_ubase_t count);
void *rt_memcpy(void *dest, const void *src, rt_ubase_t count);
void *rt_memmove(void *dest, const void *src, rt_size_t count);
rt_int32_t rt_memcmp(const void *cs, const void *ct, rt_size_t count);
char *rt_strdup(const char *s);
char *rt_strstr(const char *s1, const char *s2);
char *rt_strcpy(char *dest, const char *src);
char *rt_strncpy(char *dest, const char *src, rt_size_t count);
rt_int32_t rt_strcasecmp(const char *a, const char *b);
rt_int32_t rt_strncmp(const char *cs, const char *ct, rt_size_t count);
rt_int32_t rt_strcmp(const char *cs, const char *ct);
rt_size_t rt_strlen(const char *s);
rt_size_t rt_strnlen(const char *s, rt_ubase_t maxlen);

/* Stops the program: a device would hang here. */
void rt_assert_handler(const char *ex, const char *func, rt_size_t line)
    rt_noreturn;

#define RT_ASSERT(EX)                                                       \
    do                                                                      \
    {                                                                       \
        if (!(EX))                                                          \
        {                                                                   \
            rt_assert_handler(#EX, __func__, __LINE__);                     \
        }                                                                   \
    } while (0)

#ifdef RT_USING_FINSH
#include <finsh.h>
#endif

#ifdef __cplusplus
}
#endif

#endif /* __RT_THREAD_H__ */
