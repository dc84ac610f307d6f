/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_trust: threads that look for roots while another one makes the first change.
 * The thread sanitizer watches it (UnitThreads in test_unit.py).
 */
#include "unit.h"

#include "../../ports/src/base/tls_has.h"
#include "tls_trust.h"

#ifdef PKG_MBEDTLS_CERTIFICATES
#include "../../ports/src/trust/tls_trust_find.h"

#define THREADS         4
#define LOOK_UPS        50

static void look_up(int number)
{
    int i;

    for (i = 0; i < LOOK_UPS; i++)
    {
        if (number == 0 && i == LOOK_UPS / 2)
        {
            (void)tls_trust_use(NULL, 0);
        }
        (void)tls_trust_check(NULL);
    }
}

static void roots_may_change_during_look_ups(void **state)
{
    (void)state;
    unit_in_threads(THREADS, look_up);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(roots_may_change_during_look_ups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return UNIT_SKIPPED;
}

#endif
