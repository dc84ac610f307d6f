/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Functions that the files of the posix target share.
 */
#ifndef STANDIN_POSIX_H
#define STANDIN_POSIX_H

#include <rtthread.h>

/* Exit codes of the program. */
#define EXIT_COMMAND_FAILED     1       /* a command, or a --fail-mark line */
#define EXIT_USAGE              2
#define EXIT_LEAK               3       /* --heap-report found something live */
#define EXIT_TIMEOUT            124

/* Start options, see options.c. Times are in seconds. */
struct posix_options
{
    const char *commands;               /* of -c, or RT_NULL: interactive */
    int         timeout;                /* 0: none */
    rt_bool_t   heap_report;
};

/* Reads the options and applies those that set up the kernel. Ends the
 * program with EXIT_USAGE for one it does not understand. */
void posix_options_read(int argc, char **argv, struct posix_options *options);

/* A line of output that contains the mark makes the program fail. */
#define POSIX_FAIL_MARKS    8
rt_bool_t posix_console_add_mark(const char *mark);
rt_bool_t posix_console_mark_was_seen(void);

/* Echoes a line as if typed: no mark is looked for in it. */
void posix_console_echo(const char *text);

/* UDP sockets keep so many datagrams for a thread that is less urgent than lwIP's; 0: all. */
void posix_socket_set_mailbox(int datagrams);

/* Remembers what is live now; with report_leaks, anything more at the end makes
 * the exit code EXIT_LEAK, which precedes EXIT_COMMAND_FAILED. */
void posix_report_start(rt_bool_t report_leaks);

/* A command has failed: the exit code will not be 0. */
void posix_report_failure(void);

/* Ends the program with EXIT_TIMEOUT after so many seconds. */
void posix_watchdog_start(int seconds);

#endif /* STANDIN_POSIX_H */
