/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the command tls_case share: one session, the keys that say
 * how it is run, and its outcome. A file for each theme has a table of its keys.
 */
#ifndef TLS_CASE_H
#define TLS_CASE_H

#include <stddef.h>

#include <rtthread.h>

#include <tls_client.h>

/** The outcome of a session; tls_case_outcome.c prints each member. */
struct tls_case_outcome
{
    const char *stage;                  /* the function that ended the session */
    int ret;                            /* and what it returned */
    int fd_after;                       /* server_fd.fd after the connect */
    unsigned long sent;                 /* bytes */
    unsigned long received;             /* bytes */
    char head[160];                     /* the first bytes received */
    unsigned sum;                       /* of the bytes received */
    int intact;                         /* they are the pattern, or what was sent */
    unsigned long polls;                /* waits between steps */
    int error;                          /* errno at the end */
    int misused;                        /* what the wrong call returned */
    rt_tick_t call_start;               /* of the last read or write */
    unsigned long call_ms;              /* its duration */
    unsigned timeouts;                  /* reads and writes repeated after a time-out */
    unsigned partials;                  /* writes that took less than they were given */
    unsigned echoed;                    /* pings that came back */
    unsigned lost;                      /* pings that did not */
    unsigned strange;                   /* datagrams that were not the awaited one */
    int rebound;                        /* what tls_client_rebind() returned */
    int has_id;                         /* tls_client_has_connection_id() */
    unsigned long fits;                 /* tls_client_datagram_size() */
    const char *version;                /* agreed on */
    const char *suite;                  /* agreed on */
    char alpn[32];                      /* tls_client_alpn() */
    int kept;                           /* what tls_client_save() returned */
    int offered;                        /* what tls_client_resume() returned; 1: it was not called */
    int resumed;                        /* tls_client_is_resumed() */
    int asked;                          /* tls_client_is_asked() */
    struct tls_report report;
    char what[TLS_REPORT_TEXT];
    char remedy[TLS_REPORT_TEXT];
    long rest;                          /* bytes of heap in use before the session ends */
    unsigned long ms;                   /* duration of the whole session */
    unsigned long allocations;          /* that the session asked for */
    long heap;                          /* bytes, blocks and descriptors that it left behind */
    long blocks;
    long fds;
};

struct tls_case
{
    int argc;
    char **argv;
    MbedTLSSession *session;
    struct tls_case_outcome outcome;
};

/** When a key takes effect. */
enum tls_case_moment
{
    TLS_CASE_WHEN_NEEDED,               /* other code reads it */
    TLS_CASE_OPTION,                    /* after mbedtls_client_init() */
    TLS_CASE_VERSION,                   /* after mbedtls_client_context(); with second=1 before the second connect */
    TLS_CASE_CONTEXT,                   /* after mbedtls_client_context() */
    TLS_CASE_CONNECTED,                 /* after the connect */
    TLS_CASE_END,                       /* before the session ends */
};

struct tls_case_key
{
    const char *name;                   /* RT_NULL ends a table */
    const char *what;                   /* for the list that tls_case prints without arguments */
    enum tls_case_moment moment;
    int (*apply)(struct tls_case *test, const char *value);     /* returns 0, or what ends the session */
    size_t offset;                      /* or: a number of session->options, at this offset */
    size_t size;                        /* and of so many bytes */
};

/** A key that is a number among the options. */
#define TLS_CASE_NUMBER(name, what, member) \
    { name, what, TLS_CASE_OPTION, RT_NULL, offsetof(struct tls_client_options, member), \
      sizeof(((struct tls_client_options *)0)->member) }

/** A key that other code reads when it needs it. */
#define TLS_CASE_READ(name, what)       { name, what, TLS_CASE_WHEN_NEEDED, RT_NULL, 0, 0 }

/** A key that is applied by a function. */
#define TLS_CASE_APPLY(name, what, moment, apply)   { name, what, moment, apply, 0, 0 }

#define TLS_CASE_END_OF_KEYS            { RT_NULL, RT_NULL, TLS_CASE_WHEN_NEEDED, RT_NULL, 0, 0 }

extern const struct tls_case_key tls_case_run_keys[];
extern const struct tls_case_key tls_case_transfer_keys[];
extern const struct tls_case_key tls_case_option_keys[];
extern const struct tls_case_key tls_case_datagram_keys[];
extern const struct tls_case_key tls_case_trust_keys[];
extern const struct tls_case_key tls_case_engine_keys[];
extern const struct tls_case_key tls_case_resume_keys[];
extern const struct tls_case_key tls_case_misuse_keys[];

/** @return the value of a key, or RT_NULL */
const char *tls_case_text(const struct tls_case *test, const char *key);

/** @return the value of a key as a number, or none */
unsigned long tls_case_number(const struct tls_case *test, const char *key, unsigned long none);

/** @return non-zero if a key has this value */
int tls_case_is(const struct tls_case *test, const char *key, const char *value);

/** @return non-zero if all keys are in the tables; names the others, or all with their meaning */
int tls_case_check_keys(const struct tls_case *test);

/** Apply the keys of one moment. @return 0, or what ends the session */
int tls_case_apply(struct tls_case *test, enum tls_case_moment moment);

/** Connect, send and receive as the keys say. @return what the session's functions return */
int tls_case_connect(struct tls_case *test);
int tls_case_send(struct tls_case *test);
int tls_case_receive(struct tls_case *test);
int tls_case_ping(struct tls_case *test);

/** The byte at an offset of what is sent and expected. */
unsigned char tls_case_pattern(unsigned long offset);

/** Free the certificate of client=, after the session. */
void tls_case_drop_client(const struct tls_case *test);

/** Connect and shake hands with the engine's functions, as an application with its own socket does. */
int tls_case_connect_engine(struct tls_case *test, const char *port);

/** Make a wrong call after a step, if the keys ask for it. @return non-zero if the session ends with it */
int tls_case_misuse(struct tls_case *test, const char *after);

/** Trust other roots from now on, if the keys ask for it. */
void tls_case_replace_roots(const struct tls_case *test);

/** Parse roots into the session, likewise. */
void tls_case_parse_roots(struct tls_case *test);

/** Sign with a secure element on a port of this host. */
int tls_case_use_element(struct tls_case *test, const char *value);

/** Print the outcome as one line of JSON after "RESULT ". */
void tls_case_print(const struct tls_case_outcome *outcome);

#endif /* TLS_CASE_H */
