/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * msh_exec and help: finds a command, cuts the line into words, calls it.
 */
#include <string.h>

#include <finsh.h>
#include <msh.h>
#include <rtthread.h>

#ifdef RT_USING_FINSH

#ifndef FINSH_ARG_MAX
#define FINSH_ARG_MAX   10
#endif

typedef const struct finsh_syscall *const entry_t;

extern entry_t __start_FSymTab[] rt_weak;
extern entry_t __stop_FSymTab[] rt_weak;

static rt_bool_t is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const struct finsh_syscall *find(const char *name)
{
    entry_t *end = __stop_FSymTab;

    for (entry_t *entry = __start_FSymTab; entry != end; entry++)
    {
        if (strcmp((*entry)->name, name) == 0)
        {
            return *entry;
        }
    }
    return RT_NULL;
}

/* Ends the word at the cursor; a quoted one may hold blanks and \". */
static char *end_word(char *cursor, char **word)
{
    char quote = *cursor == '"' ? '"' : '\0';

    if (quote)
    {
        cursor++;
    }
    *word = cursor;
    while (*cursor != '\0' && (quote ? *cursor != quote : !is_blank(*cursor)))
    {
        if (quote && cursor[0] == '\\' && cursor[1] == quote)
        {
            cursor++;
        }
        cursor++;
    }
    if (*cursor != '\0')
    {
        *cursor++ = '\0';
    }
    return cursor;
}

/* Cuts a line into words; more than FINSH_ARG_MAX are dropped with a message. */
static int split(char *line, char *argv[])
{
    int argc = 0;

    for (;;)
    {
        while (is_blank(*line))
        {
            line++;
        }
        if (*line == '\0')
        {
            return argc;
        }
        if (argc == FINSH_ARG_MAX)
        {
            rt_kprintf("Too many arguments: the first %d are used.\n", argc);
            return argc;
        }
        line = end_word(line, &argv[argc]);
        argc++;
    }
}

static int call(const struct finsh_syscall *command, int argc, char **argv)
{
    switch (command->call)
    {
    case FINSH_CALL_INT:
        return ((int (*)(void))command->func)();
    case FINSH_CALL_LONG:
        return (int)((long (*)(void))command->func)();
    case FINSH_CALL_VOID_ARGS:
        ((void (*)(int, char **))command->func)(argc, argv);
        return 0;
    case FINSH_CALL_VOID:
        command->func();
        return 0;
    case FINSH_CALL_INT_ARGS:
    default:
        return ((int (*)(int, char **))command->func)(argc, argv);
    }
}

int msh_exec(char *cmd, rt_size_t length)
{
    char *argv[FINSH_ARG_MAX + 1] = {RT_NULL};
    const struct finsh_syscall *command;
    int argc;

    RT_ASSERT(cmd[length] == '\0');
    argc = split(cmd, argv);
    if (argc == 0)
    {
        return 0;
    }
    command = find(argv[0]);
    if (command == RT_NULL)
    {
        rt_kprintf("%s: command not found.\n", argv[0]);
        return -1;
    }
    return call(command, argc, argv);
}

static int help(void)
{
    entry_t *end = __stop_FSymTab;

    rt_kprintf("RT-Thread shell commands:\n");
    for (entry_t *entry = __start_FSymTab; entry != end; entry++)
    {
        rt_kprintf("%-16s - %s\n", (*entry)->name, (*entry)->desc);
    }
    return 0;
}
MSH_CMD_EXPORT(help, list the commands)

#else /* a kernel without a shell has no commands */

int msh_exec(char *cmd, rt_size_t length)
{
    rt_kprintf("%.*s: this kernel has no shell.\n", (int)length, cmd);
    return -1;
}

#endif /* RT_USING_FINSH */
