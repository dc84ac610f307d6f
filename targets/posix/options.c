/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Start options of the program.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>
#include <standin.h>

#include "posix.h"

#define DEFAULT_TIMEOUT     60

static const char usage[] =
    "rtthread [options]: RT-Thread's shell on Linux\n"
    "  -c \"COMMAND; COMMAND\"  run these, wait for their threads, end\n"
    "  --timeout SECONDS      end with 124 after so long (60 with -c; 0: never)\n"
    "  --fail-mark TEXT       a line of output with TEXT makes the exit code 1\n"
    "  --clock host|1970|N    the clock starts at the host's time, unset, or at\n"
    "                         N seconds after 1970; none: there is no clock\n"
    "  --tick N               first value of the tick\n"
    "  --heap BYTES           size of the heap\n"
    "  --heap-report          at the end show what is still live: memory,\n"
    "                         descriptors, address lists; 3 if anything is\n"
    "  --resolve RULE         NAME[:PORT]=ADDRESS[:PORT][,...], or =!nxdomain,\n"
    "                         =!fail, =!hang, =!hang:SECONDS\n"
    "  --rng BEHAVIOUR        hardware generator: good, absent, stuck, error\n"
    "  --board-random BEHAVIOUR   the board's hook: likewise\n"
    "  --udp-mailbox N        UDP as lwIP's: N datagrams of a burst arrive in threads\n"
    "                         less urgent than priority 11\n"
    "  --priority N           of the shell's thread\n"
    "  --seed FILE            where the board keeps its seed: two slots of 64 bytes\n";

enum option_code
{
    OPTION_COMMANDS = 'c',
    OPTION_HELP = 'h',
    OPTION_TIMEOUT = 256,
    OPTION_FAIL_MARK,
    OPTION_CLOCK,
    OPTION_TICK,
    OPTION_HEAP,
    OPTION_HEAP_REPORT,
    OPTION_RESOLVE,
    OPTION_RNG,
    OPTION_BOARD_RANDOM,
    OPTION_SEED,
    OPTION_UDP_MAILBOX,
    OPTION_PRIORITY
};

static const struct option long_options[] =
{
    {"help", no_argument, RT_NULL, OPTION_HELP},
    {"timeout", required_argument, RT_NULL, OPTION_TIMEOUT},
    {"fail-mark", required_argument, RT_NULL, OPTION_FAIL_MARK},
    {"clock", required_argument, RT_NULL, OPTION_CLOCK},
    {"tick", required_argument, RT_NULL, OPTION_TICK},
    {"heap", required_argument, RT_NULL, OPTION_HEAP},
    {"heap-report", no_argument, RT_NULL, OPTION_HEAP_REPORT},
    {"resolve", required_argument, RT_NULL, OPTION_RESOLVE},
    {"rng", required_argument, RT_NULL, OPTION_RNG},
    {"board-random", required_argument, RT_NULL, OPTION_BOARD_RANDOM},
    {"seed", required_argument, RT_NULL, OPTION_SEED},
    {"udp-mailbox", required_argument, RT_NULL, OPTION_UDP_MAILBOX},
    {"priority", required_argument, RT_NULL, OPTION_PRIORITY},
    {RT_NULL, 0, RT_NULL, 0}
};

static rt_bool_t read_number(const char *text, rt_int64_t *number)
{
    char *end;

    *number = strtoll(text, &end, 0);
    return end != text && *end == '\0' && *number >= 0;
}

static rt_bool_t set_clock(const char *text)
{
    rt_int64_t seconds;

    if (strcmp(text, "host") == 0)
    {
        return RT_TRUE;
    }
    if (strcmp(text, "none") == 0)
    {
        standin_rtc_set_absent(RT_TRUE);
        return RT_TRUE;
    }
    if (strcmp(text, "1970") == 0)
    {
        standin_rtc_set(0);
        return RT_TRUE;
    }
    if (!read_number(text, &seconds))
    {
        return RT_FALSE;
    }
    standin_rtc_set(seconds);
    return RT_TRUE;
}

static rt_bool_t set_random(const char *text,
                            void (*set)(enum standin_random behaviour))
{
    static const char *const names[] = {"good", "absent", "stuck", "error"};

    for (int i = 0; i < 4; i++)
    {
        if (strcmp(text, names[i]) == 0)
        {
            set((enum standin_random)(STANDIN_RANDOM_GOOD + i));
            return RT_TRUE;
        }
    }
    return RT_FALSE;
}

static rt_bool_t set_priority(const char *text)
{
    rt_int64_t number;
    rt_uint8_t priority;

    if (!read_number(text, &number) || number >= RT_THREAD_PRIORITY_MAX)
    {
        return RT_FALSE;
    }
    priority = (rt_uint8_t)number;
    return rt_thread_control(rt_thread_self(), RT_THREAD_CTRL_CHANGE_PRIORITY, &priority) == RT_EOK;
}

static rt_bool_t apply(int code, const char *text, struct posix_options *options)
{
    rt_int64_t number = 0;

    switch (code)
    {
    case OPTION_COMMANDS:
        options->commands = text;
        return RT_TRUE;
    case OPTION_TIMEOUT:
        if (!read_number(text, &number) || number > INT32_MAX)
        {
            return RT_FALSE;
        }
        options->timeout = (int)number;
        return RT_TRUE;
    case OPTION_FAIL_MARK:
        return posix_console_add_mark(text);
    case OPTION_CLOCK:
        return set_clock(text);
    case OPTION_TICK:
        if (!read_number(text, &number))
        {
            return RT_FALSE;
        }
        standin_tick_set((rt_tick_t)number);
        return RT_TRUE;
    case OPTION_HEAP:
        if (!read_number(text, &number))
        {
            return RT_FALSE;
        }
        standin_heap_set_total((rt_size_t)number);
        return RT_TRUE;
    case OPTION_HEAP_REPORT:
        options->heap_report = RT_TRUE;
        return RT_TRUE;
    case OPTION_RESOLVE:
        return standin_resolve_add(text) == RT_EOK;
    case OPTION_RNG:
        return set_random(text, standin_rng_set);
    case OPTION_BOARD_RANDOM:
        return set_random(text, standin_board_random_set);
    case OPTION_UDP_MAILBOX:
        if (!read_number(text, &number) || number > 64)
        {
            return RT_FALSE;
        }
        posix_socket_set_mailbox((int)number);
        return RT_TRUE;
    case OPTION_PRIORITY:
        return set_priority(text);
    case OPTION_SEED:
        return standin_board_seed_set(text) == RT_EOK;
    default:
        return RT_FALSE;
    }
}

static void print_usage(void)
{
    posix_console_echo(usage);
}

void posix_options_read(int argc, char **argv, struct posix_options *options)
{
    rt_bool_t timeout_given = RT_FALSE;
    int code;

    memset(options, 0, sizeof(*options));
    while ((code = getopt_long(argc, argv, "c:h", long_options, RT_NULL)) != -1)
    {
        if (code == OPTION_HELP)
        {
            print_usage();
            exit(0);
        }
        if (!apply(code, optarg, options))
        {
            if (code != '?')
            {
                rt_kprintf("rtthread: cannot use \"%s\"\n", optarg);
            }
            print_usage();
            exit(EXIT_USAGE);
        }
        timeout_given |= code == OPTION_TIMEOUT;
    }
    if (optind != argc)
    {
        rt_kprintf("rtthread: cannot use \"%s\"\n", argv[optind]);
        print_usage();
        exit(EXIT_USAGE);
    }
    if (!timeout_given && options->commands != RT_NULL)
    {
        options->timeout = DEFAULT_TIMEOUT;
    }
}
