/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's rtdbg.h: LOG_E, LOG_W, LOG_I, LOG_D and LOG_RAW.
 *
 * A file defines, before it includes this header, DBG_TAG and DBG_LVL, or the
 * older DBG_ENABLE, DBG_SECTION_NAME and DBG_LEVEL, and may define DBG_COLOR.
 * Without DBG_ENABLE the kernel's RT_USING_DEBUG decides whether logs exist.
 */
#ifndef RT_DBG_H__
#define RT_DBG_H__

#include <rtconfig.h>
#include <rtdef.h>

#if (defined(RT_USING_DEBUG) || defined(RT_DEBUG)) && !defined(DBG_ENABLE)
#define DBG_ENABLE
#endif

#define DBG_ERROR           0
#define DBG_WARNING         1
#define DBG_INFO            2
#define DBG_LOG             3

#ifndef DBG_SECTION_NAME
#ifdef DBG_TAG
#define DBG_SECTION_NAME    DBG_TAG
#else
#define DBG_SECTION_NAME    "DBG"
#endif
#endif

#ifdef DBG_ENABLE

#ifndef DBG_LEVEL
#ifdef DBG_LVL
#define DBG_LEVEL           DBG_LVL
#else
#define DBG_LEVEL           DBG_WARNING
#endif
#endif

#ifdef DBG_COLOR
#define DBG_LINE_COLOR(number)  number
#else
#define DBG_LINE_COLOR(number)  (-1)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Writes "[level/section] text" and a newline, in one piece. */
void standin_log_line(int color, char level, const char *section,
                      const char *fmt, ...)
    __attribute__((format(__printf__, 4, 5)));
int rt_kprintf(const char *fmt, ...) __attribute__((format(__printf__, 1, 2)));

#ifdef __cplusplus
}
#endif

#define DBG_LINE(level, color, ...) \
    standin_log_line(DBG_LINE_COLOR(color), level, DBG_SECTION_NAME, __VA_ARGS__)

#define LOG_RAW(...)        rt_kprintf(__VA_ARGS__)

#else
#define DBG_LINE(level, color, ...)
#define LOG_RAW(...)
#endif /* DBG_ENABLE */

#if defined(DBG_ENABLE) && (DBG_LEVEL >= DBG_LOG)
#define LOG_D(...)          DBG_LINE('D', 0, __VA_ARGS__)
#else
#define LOG_D(...)
#endif

#if defined(DBG_ENABLE) && (DBG_LEVEL >= DBG_INFO)
#define LOG_I(...)          DBG_LINE('I', 32, __VA_ARGS__)
#else
#define LOG_I(...)
#endif

#if defined(DBG_ENABLE) && (DBG_LEVEL >= DBG_WARNING)
#define LOG_W(...)          DBG_LINE('W', 33, __VA_ARGS__)
#else
#define LOG_W(...)
#endif

#if defined(DBG_ENABLE) && (DBG_LEVEL >= DBG_ERROR)
#define LOG_E(...)          DBG_LINE('E', 31, __VA_ARGS__)
#else
#define LOG_E(...)
#endif

#endif /* RT_DBG_H__ */
