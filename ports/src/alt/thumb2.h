/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whether kernels in assembly for Thumb-2 are compiled: Cortex-M3 and later,
 * little-endian; and with UMAAL: Cortex-M4, M7, M33 and later with DSP. IAR has no naked
 * functions of this form.
 */
#ifndef THUMB2_H
#define THUMB2_H

#if defined(__GNUC__) && defined(__thumb2__) && !defined(__ARM_BIG_ENDIAN) && defined(__ARM_ARCH_PROFILE)
#if __ARM_ARCH_PROFILE == 'M'
#define ALT_HAS_THUMB2
#ifdef __ARM_FEATURE_DSP
#define ALT_HAS_UMAAL
#endif
#endif
#endif

/* Of parameters that only the assembly names. */
#define ALT_UNUSED      __attribute__((unused))

#endif /* THUMB2_H */
