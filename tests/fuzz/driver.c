/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs a harness without libFuzzer, in the builds of other tests:
 *
 *     fuzz --harness=NAME RUNS SEED FILE...
 *
 * each file once, then RUNS inputs that are made from them, always the same for a seed.
 * An input that fails is written to the file fuzz-NAME.input of the working folder.
 */
#ifndef FUZZ_LIBFUZZER
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX               4096
#define FILES_MAX               64
#define CHANGES_MAX             4       /* of an input */

struct input
{
    uint8_t data[INPUT_MAX];
    size_t size;
};

static struct input files[FILES_MAX], input;
static int count;
static uint32_t state;
static char artifact[64];

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void keep_input(void)
{
    FILE *output = fopen(artifact, "wb");

    if (output != NULL)
    {
        fwrite(input.data, 1, input.size, output);
        fclose(output);
    }
}

static void on_abort(int number)
{
    keep_input();
    signal(number, SIG_DFL);
    raise(number);
}

static uint32_t draw(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;

    return state % limit;
}

static void read_file(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL || count == FILES_MAX)
    {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    files[count].size = fread(files[count].data, 1, INPUT_MAX, file);
    count++;
    fclose(file);
}

/* Part of another file, over bytes of this input or between them. */
static void splice(int is_between)
{
    const struct input *other = &files[draw((uint32_t)count)];
    uint32_t from = draw((uint32_t)other->size + 1);
    uint32_t length = draw((uint32_t)(other->size - from) + 1) % 256;
    uint32_t at = draw((uint32_t)input.size + 1);

    if (at + length > INPUT_MAX || (is_between && input.size + length > INPUT_MAX))
    {
        return;
    }
    if (is_between)
    {
        memmove(input.data + at + length, input.data + at, input.size - at);
        input.size += length;
    }
    memcpy(input.data + at, other->data + from, length);
    input.size = at + length > input.size ? at + length : input.size;
}

static void take_out(void)
{
    uint32_t at = draw((uint32_t)input.size);
    uint32_t length = 1 + draw((uint32_t)input.size - at) % 32;

    length = length < input.size - at ? length : (uint32_t)input.size - at;
    memmove(input.data + at, input.data + at + length, input.size - at - length);
    input.size -= length;
}

static void change(void)
{
    static const uint8_t values[] = { 0, 1, 0x7F, 0x80, 0xFE, 0xFF };
    uint32_t kind = draw(8);

    if (input.size == 0 || kind == 6)
    {
        splice(1);
        return;
    }
    switch (kind)
    {
    case 0: input.data[draw((uint32_t)input.size)] ^= (uint8_t)(1u << draw(8)); break;
    case 1: input.data[draw((uint32_t)input.size)] = (uint8_t)draw(256); break;
    case 2: input.data[draw((uint32_t)input.size)] = values[draw(sizeof(values))]; break;
    case 3: input.data[draw((uint32_t)input.size)] += (uint8_t)(draw(2) ? 1 : 255); break;
    case 4: input.size = draw((uint32_t)input.size + 1); break;
    case 5: take_out(); break;
    default: splice(0); break;
    }
}

int main(int argc, char **argv)
{
    long runs = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    long i;
    uint32_t changes;

    fuzz_begin(argc, argv);
    state = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) * 2654435761u + 1 : 1;
    snprintf(artifact, sizeof(artifact), "fuzz-%s.input", strchr(argv[1], '=') + 1);
    signal(SIGABRT, on_abort);
    if (__sanitizer_set_death_callback != NULL)
    {
        __sanitizer_set_death_callback(keep_input);
    }
    for (i = 4; i < argc; i++)
    {
        read_file(argv[i]);
    }
    for (i = 0; i < count + runs && count > 0; i++)
    {
        input = files[i < count ? (uint32_t)i : draw((uint32_t)count)];
        for (changes = i < count ? 0 : 1 + draw(CHANGES_MAX); changes > 0; changes--)
        {
            change();
        }
        fuzz_run(input.data, input.size);
    }
    printf("%ld executions\n", i);

    return 0;
}

#endif /* FUZZ_LIBFUZZER */
