/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's finsh.h: how a file adds commands to the shell.
 *
 * As in every kernel with msh, MSH_CMD_EXPORT makes a command, while the
 * FINSH_* macros belonged to the old C-like shell and add nothing to msh.
 */
#ifndef __FINSH_H__
#define __FINSH_H__

#include <rtdef.h>

#ifdef RT_USING_FINSH

#ifdef __cplusplus
extern "C" {
#endif

/* How a command is called; a void one counts as successful. */
enum finsh_call
{
    FINSH_CALL_INT_ARGS,        /* int f(int argc, char **argv) */
    FINSH_CALL_INT,             /* int f(void) */
    FINSH_CALL_LONG,            /* long f(void) */
    FINSH_CALL_VOID_ARGS,       /* void f(int argc, char **argv) */
    FINSH_CALL_VOID             /* void f(void) */
};

typedef void (*syscall_func)(void);

struct finsh_syscall
{
    const char     *name;
    const char     *desc;
    enum finsh_call call;
    syscall_func    func;
};

#define FINSH_IS(name, type) \
    __builtin_types_compatible_p(__typeof__(name), type)

#define FINSH_CALL_OF(name)                                                 \
    (FINSH_IS(name, int(int, char **)) ? FINSH_CALL_INT_ARGS :              \
     FINSH_IS(name, int(void)) ? FINSH_CALL_INT :                           \
     FINSH_IS(name, long(void)) ? FINSH_CALL_LONG :                         \
     FINSH_IS(name, void(int, char **)) ? FINSH_CALL_VOID_ARGS :            \
     FINSH_IS(name, void(void)) ? FINSH_CALL_VOID :                         \
     FINSH_CALL_INT_ARGS)

/* A pointer to each entry lands in the section that the shell searches. */
#define MSH_FUNCTION_EXPORT_CMD(name, cmd, text)                            \
    static const struct finsh_syscall __fsym_##cmd =                        \
    {                                                                       \
        #cmd, text, FINSH_CALL_OF(name), (syscall_func)name                 \
    };                                                                      \
    rt_used static const struct finsh_syscall *const __fsym_##cmd##_entry   \
    rt_section("FSymTab") = &__fsym_##cmd;

#define MSH_CMD_EXPORT(command, ...) \
    MSH_FUNCTION_EXPORT_CMD(command, command, #__VA_ARGS__)
#define MSH_CMD_EXPORT_ALIAS(command, alias, ...) \
    MSH_FUNCTION_EXPORT_CMD(command, alias, #__VA_ARGS__)

#define FINSH_FUNCTION_EXPORT(name, desc)
#define FINSH_FUNCTION_EXPORT_ALIAS(name, alias, desc)

#ifdef __cplusplus
}
#endif

#endif /* RT_USING_FINSH */

#endif /* __FINSH_H__ */
