/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs the harnesses in programs that are linked with libFuzzer.
 */
#ifdef FUZZ_LIBFUZZER
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_begin(*argc, *argv);

    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_run(data, size);

    return 0;
}

#endif /* FUZZ_LIBFUZZER */
