/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's rthw.h: interrupt masking.
 */
#ifndef __RT_HW_H__
#define __RT_HW_H__

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nest like critical sections; a wait inside is an error. */
rt_base_t rt_hw_interrupt_disable(void);
void rt_hw_interrupt_enable(rt_base_t level);

#ifdef __cplusplus
}
#endif

#endif /* __RT_HW_H__ */
