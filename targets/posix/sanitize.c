/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Defaults of the sanitizers: an exit code that no command of ours uses.
 */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
    return "exitcode=99:detect_stack_use_after_return=1";
}

const char *__ubsan_default_options(void)
{
    return "exitcode=99:print_stacktrace=1";
}

const char *__tsan_default_options(void)
{
    return "exitcode=99";
}
