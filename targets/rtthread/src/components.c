/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Calls the functions that INIT_APP_EXPORT and similar macros have collected.
 */
#include <rtthread.h>

typedef const struct rt_init_desc *const entry_t;

/* The linker sets these bounds; without entries they do not exist. */
extern entry_t __start_RtiFnTab[] rt_weak;
extern entry_t __stop_RtiFnTab[] rt_weak;

void rt_components_init(void)
{
    for (char level = '1'; level <= '6'; level++)
    {
        entry_t *end = __stop_RtiFnTab;

        for (entry_t *entry = __start_RtiFnTab; entry != end; entry++)
        {
            if ((*entry)->level[0] == level)
            {
                (*entry)->fn();
            }
        }
    }
}
