/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's rtdef.h: types, error codes and object structures.
 */
#ifndef __RT_DEF_H__
#define __RT_DEF_H__

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <rtconfig.h>

/* The release whose interface these headers follow. */
#define RT_VERSION_MAJOR    5
#define RT_VERSION_MINOR    1
#define RT_VERSION_PATCH    0

#define RT_VERSION_CHECK(major, minor, revise) \
    (((major) * 10000) + ((minor) * 100) + (revise))
#define RTTHREAD_VERSION \
    RT_VERSION_CHECK(RT_VERSION_MAJOR, RT_VERSION_MINOR, RT_VERSION_PATCH)

/* rtconfig.h carries RT_VER_NUM from Kconfig; these serve a hand-written one. */
#ifndef RT_VER_NUM
#define RT_VER_NUM              0x50100
#endif
#ifndef RT_NAME_MAX
#define RT_NAME_MAX             8
#endif
#ifndef RT_ALIGN_SIZE
#define RT_ALIGN_SIZE           8
#endif
#ifndef RT_THREAD_PRIORITY_MAX
#define RT_THREAD_PRIORITY_MAX  32
#endif
#ifndef RT_TICK_PER_SECOND
#define RT_TICK_PER_SECOND      1000
#endif
#ifndef RT_CONSOLEBUF_SIZE
#define RT_CONSOLEBUF_SIZE      256
#endif

typedef int8_t          rt_int8_t;
typedef int16_t         rt_int16_t;
typedef int32_t         rt_int32_t;
typedef int64_t         rt_int64_t;
typedef uint8_t         rt_uint8_t;
typedef uint16_t        rt_uint16_t;
typedef uint32_t        rt_uint32_t;
typedef uint64_t        rt_uint64_t;

typedef int             rt_bool_t;
typedef long            rt_base_t;      /* as wide as a register */
typedef unsigned long   rt_ubase_t;
typedef rt_base_t       rt_err_t;
typedef rt_uint32_t     rt_time_t;
typedef rt_uint32_t     rt_tick_t;      /* 32 bits everywhere: it wraps */
typedef rt_base_t       rt_flag_t;
typedef rt_ubase_t      rt_size_t;
typedef rt_base_t       rt_ssize_t;
typedef rt_ubase_t      rt_dev_t;
typedef rt_base_t       rt_off_t;

#define RT_TRUE         1
#define RT_FALSE        0
#define RT_NULL         0

#define RT_UINT8_MAX    UINT8_MAX
#define RT_UINT16_MAX   UINT16_MAX
#define RT_UINT32_MAX   UINT32_MAX
#define RT_TICK_MAX     RT_UINT32_MAX

#define RT_SEM_VALUE_MAX    RT_UINT16_MAX
#define RT_MUTEX_HOLD_MAX   RT_UINT8_MAX

/* Error codes; functions return them negated. */
#define RT_EOK          0
#define RT_ERROR        1
#define RT_ETIMEOUT     2
#define RT_EFULL        3
#define RT_EEMPTY       4
#define RT_ENOMEM       5
#define RT_ENOSYS       6
#define RT_EBUSY        7
#define RT_EIO          8
#define RT_EINTR        9
#define RT_EINVAL       10
#define RT_ETRAP        11
#define RT_ENOENT       12
#define RT_ENOSPC       13
#define RT_EPERM        14
#define RT_EFAULT       15

#define RT_WAITING_FOREVER  (-1)
#define RT_WAITING_NO       0

#define RT_IPC_FLAG_FIFO    0x00
#define RT_IPC_FLAG_PRIO    0x01

#define RT_ALIGN(size, align)       (((size) + (align) - 1) & ~((align) - 1))
#define RT_ALIGN_DOWN(size, align)  ((size) & ~((align) - 1))
#define RT_UNUSED(x)                ((void)(x))

#define rt_section(x)   __attribute__((section(x)))
#define rt_used         __attribute__((used))
#define rt_align(n)     __attribute__((aligned(n)))
#define rt_weak         __attribute__((weak))
#define rt_noreturn     __attribute__((noreturn))
#define rt_inline       static __inline__

typedef struct rt_list_node
{
    struct rt_list_node *next;
    struct rt_list_node *prev;
} rt_list_t;

enum rt_object_class_type
{
    RT_Object_Class_Null      = 0x00,
    RT_Object_Class_Thread    = 0x01,
    RT_Object_Class_Semaphore = 0x02,
    RT_Object_Class_Mutex     = 0x03,
    RT_Object_Class_Device    = 0x09
};

struct rt_object
{
    char       name[RT_NAME_MAX];
    rt_uint8_t type;
    rt_uint8_t flag;
    rt_list_t  list;
};
typedef struct rt_object *rt_object_t;

struct rt_thread
{
    union
    {
        struct rt_object parent;        /* kernels from 5.1 on */
        char name[RT_NAME_MAX];         /* kernels before */
    };
    rt_list_t   tlist;                  /* in the list of what it waits for */
    rt_uint8_t  wait_state;
    void      (*entry)(void *parameter);
    void       *parameter;
    void       *stack_addr;
    rt_uint32_t stack_size;
    rt_uint8_t  stat;
    rt_uint8_t  current_priority;
    rt_uint8_t  own_memory;             /* created, not initialised in place */
    rt_uint32_t init_tick;
    void      (*cleanup)(struct rt_thread *thread);
    rt_ubase_t  user_data;
    rt_ubase_t  handle;                 /* belongs to the target */
};
typedef struct rt_thread *rt_thread_t;

#define RT_THREAD_INIT      0x00
#define RT_THREAD_CLOSE     0x01
#define RT_THREAD_READY     0x02
#define RT_THREAD_RUNNING   0x03

#define RT_THREAD_CTRL_CHANGE_PRIORITY  0x02

struct rt_ipc_object
{
    struct rt_object parent;
    rt_list_t        suspend_thread;    /* waiting threads, the first one first */
};

struct rt_semaphore
{
    struct rt_ipc_object parent;
    rt_uint16_t          value;
};
typedef struct rt_semaphore *rt_sem_t;

struct rt_mutex
{
    struct rt_ipc_object parent;
    rt_uint8_t           hold;
    struct rt_thread    *owner;
};
typedef struct rt_mutex *rt_mutex_t;

enum rt_device_class_type
{
    RT_Device_Class_Char   = 0,
    RT_Device_Class_RTC    = 5,
    RT_Device_Class_Miscellaneous = 19
};

struct rt_device
{
    struct rt_object          parent;
    enum rt_device_class_type type;
    rt_uint16_t               flag;
    rt_uint16_t               open_flag;
    void                     *user_data;
};
typedef struct rt_device *rt_device_t;

#define RT_DEVICE_FLAG_RDWR         0x003
#define RT_DEVICE_OFLAG_RDWR        0x003
#define RT_DEVICE_CTRL_BASE(Type)   ((RT_Device_Class_##Type + 1) * 0x100)

/*
 * Start-up functions: a pointer to each lands in one linker section, and
 * rt_components_init() calls them level by level.
 */
typedef int (*init_fn_t)(void);

struct rt_init_desc
{
    const char *level;
    init_fn_t   fn;
};

#define INIT_EXPORT(fn, level)                                              \
    static const struct rt_init_desc __rt_init_desc_##fn = {level, fn};     \
    rt_used static const struct rt_init_desc *const __rt_init_##fn          \
    rt_section("RtiFnTab") = &__rt_init_desc_##fn

#define INIT_BOARD_EXPORT(fn)       INIT_EXPORT(fn, "1")
#define INIT_PREV_EXPORT(fn)        INIT_EXPORT(fn, "2")
#define INIT_DEVICE_EXPORT(fn)      INIT_EXPORT(fn, "3")
#define INIT_COMPONENT_EXPORT(fn)   INIT_EXPORT(fn, "4")
#define INIT_ENV_EXPORT(fn)         INIT_EXPORT(fn, "5")
#define INIT_APP_EXPORT(fn)         INIT_EXPORT(fn, "6")

/* Without a shell the export macros exist and do nothing. */
#ifndef RT_USING_FINSH
#define FINSH_FUNCTION_EXPORT(name, desc)
#define FINSH_FUNCTION_EXPORT_ALIAS(name, alias, desc)
#define MSH_CMD_EXPORT(command, ...)
#define MSH_CMD_EXPORT_ALIAS(command, alias, ...)
#endif

#endif /* __RT_DEF_H__ */
