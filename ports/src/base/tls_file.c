/*
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "tls_file.h"
#include "tls_memory.h"

unsigned char *tls_file_load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    unsigned char *text = NULL;
    long size = -1;

    if (file == NULL)
    {
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0)
    {
        text = tls_calloc(1, (size_t)size + 1);
    }
    *length = (size_t)size;
    if (text != NULL && fread(text, 1, *length, file) != *length)
    {
        tls_free(text);
        text = NULL;
    }
    fclose(file);

    return text;
}
