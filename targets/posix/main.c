/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The program: starts the kernel and feeds the shell.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <msh.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "posix.h"

#define PROMPT      "msh />"

static struct posix_options options;

/* Only -c fails with its commands; in the shell the user has seen the failure. */
static void run_line(char *line)
{
    if (msh_exec(line, strlen(line)) != 0 && options.commands != RT_NULL)
    {
        posix_report_failure();
    }
}

/* Finds the end of the first command: a ';' outside quotes. */
static char *end_of_command(char *text)
{
    rt_bool_t quoted = RT_FALSE;

    while (*text != '\0' && (quoted || *text != ';'))
    {
        quoted ^= *text == '"';
        text++;
    }
    return text;
}

static void run_commands(const char *commands)
{
    char *copy = strdup(commands);
    char *command = copy;

    RT_ASSERT(copy != RT_NULL);
    while (*command != '\0')
    {
        char *end = end_of_command(command);
        rt_bool_t is_last = *end == '\0';

        *end = '\0';
        command += strspn(command, " \t");
        posix_console_echo(PROMPT);
        posix_console_echo(command);
        posix_console_echo("\n");
        run_line(command);
        command = is_last ? end : end + 1;
    }
    free(copy);
}

static void run_shell(void)
{
    rt_bool_t echo = !isatty(STDIN_FILENO);
    char *line = RT_NULL;
    size_t size = 0;
    ssize_t length;

    for (;;)
    {
        posix_console_echo(PROMPT);
        length = getline(&line, &size, stdin);
        if (length < 0)
        {
            break;
        }
        if (echo)
        {
            posix_console_echo(line);
        }
        line[strcspn(line, "\r\n")] = '\0';
        run_line(line);
    }
    posix_console_echo("\n");
    free(line);
}

int main(int argc, char **argv)
{
    /* Device time has no zone. */
    setenv("TZ", "UTC0", 1);
    posix_options_read(argc, argv, &options);
    if (options.timeout > 0)
    {
        posix_watchdog_start(options.timeout);
    }
    rt_components_init();
    posix_report_start(options.heap_report);
    if (options.commands != RT_NULL)
    {
        run_commands(options.commands);
    }
    else
    {
        run_shell();
    }
    standin_thread_wait(-1);
    standin_target_exit(0);
}
