/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The outcome of a session as one line of JSON, which
 * tools/mbedtls_host/device.py reads.
 */
#include <stdio.h>

#include "tls_case.h"

/* How a member is printed. */
enum kind
{
    INT,
    UNSIGNED,
    LONG,
    UNSIGNED_LONG,
    BYTE,
    SIGNED_BYTE,
    POINTER,                            /* to a text, or RT_NULL */
    TEXT,                               /* in the outcome itself */
};

#define OUTCOME                         ((struct tls_case_outcome *)0)

#define MEMBER(name, member) \
    { name, offsetof(struct tls_case_outcome, member), \
      _Generic(OUTCOME->member, int: INT, unsigned: UNSIGNED, long: LONG, unsigned long: UNSIGNED_LONG, \
               unsigned char: BYTE, signed char: SIGNED_BYTE, char *: TEXT, const char *: POINTER) }

static const struct
{
    const char *name;
    size_t offset;
    enum kind kind;
}
members[] =
{
    MEMBER("stage", stage),
    MEMBER("ret", ret),
    MEMBER("code", report.code),
    MEMBER("reason", report.reason),
    MEMBER("flags", report.flags),
    MEMBER("depth", report.depth),
    MEMBER("number", report.number),
    MEMBER("what", what),
    MEMBER("remedy", remedy),
    MEMBER("fd", fd_after),
    MEMBER("sent", sent),
    MEMBER("received", received),
    MEMBER("head", head),
    MEMBER("sum", sum),
    MEMBER("intact", intact),
    MEMBER("polls", polls),
    MEMBER("errno", error),
    MEMBER("misused", misused),
    MEMBER("call_ms", call_ms),
    MEMBER("timeouts", timeouts),
    MEMBER("partials", partials),
    MEMBER("echoed", echoed),
    MEMBER("lost", lost),
    MEMBER("strange", strange),
    MEMBER("rebound", rebound),
    MEMBER("has_id", has_id),
    MEMBER("fits", fits),
    MEMBER("version", version),
    MEMBER("suite", suite),
    MEMBER("alpn", alpn),
    MEMBER("kept", kept),
    MEMBER("offered", offered),
    MEMBER("resumed", resumed),
    MEMBER("asked", asked),
    MEMBER("rest", rest),
    MEMBER("ms", ms),
    MEMBER("allocations", allocations),
    MEMBER("heap", heap),
    MEMBER("blocks", blocks),
    MEMBER("fds", fds),
};

static void print_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++)
    {
        if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7E || *text == '"' || *text == '\\')
        {
            printf("\\u%04x", (unsigned char)*text);
        }
        else
        {
            putchar(*text);
        }
    }
    putchar('"');
}

static void print_member(const void *member, enum kind kind)
{
    const char *text;

    switch (kind)
    {
    case INT:
        printf("%d", *(const int *)member);
        break;

    case UNSIGNED:
        printf("%u", *(const unsigned *)member);
        break;

    case LONG:
        printf("%ld", *(const long *)member);
        break;

    case UNSIGNED_LONG:
        printf("%lu", *(const unsigned long *)member);
        break;

    case BYTE:
        printf("%u", *(const unsigned char *)member);
        break;

    case SIGNED_BYTE:
        printf("%d", *(const signed char *)member);
        break;

    case POINTER:
        text = *(const char *const *)member;
        print_text(text != RT_NULL ? text : "");
        break;

    case TEXT:
        print_text(member);
        break;
    }
}

void tls_case_print(const struct tls_case_outcome *outcome)
{
    size_t i;

    fflush(stdout);
    printf("RESULT {\"step\": ");
    print_text(tls_report_step(&outcome->report));
    for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
    {
        printf(", \"%s\": ", members[i].name);
        print_member((const char *)outcome + members[i].offset, members[i].kind);
    }
    printf("}\n");
    fflush(stdout);
}
