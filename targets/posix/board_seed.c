/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The hooks through which a board keeps the package's seed: a file of the host with
 * both slots.
 */
#include <stdio.h>
#include <string.h>

#include <rtthread.h>
#include <standin.h>

#define SLOT_SIZE       64
#define PATH_SIZE       1024

int tls_seed_slot_read(unsigned slot, unsigned char data[SLOT_SIZE]);
int tls_seed_slot_write(unsigned slot, const unsigned char data[SLOT_SIZE]);

static char seed_path[PATH_SIZE];

rt_err_t standin_board_seed_set(const char *path)
{
    if (strlen(path) >= PATH_SIZE)
    {
        return -RT_EINVAL;
    }
    strcpy(seed_path, path);
    return RT_EOK;
}

static FILE *open_at(unsigned slot, const char *mode)
{
    FILE *file = fopen(seed_path, mode);

    if (file != RT_NULL && fseek(file, (long)slot * SLOT_SIZE, SEEK_SET) != 0)
    {
        fclose(file);
        file = RT_NULL;
    }
    return file;
}

int tls_seed_slot_read(unsigned slot, unsigned char data[SLOT_SIZE])
{
    FILE *file = open_at(slot, "rb");
    size_t length = 0;

    if (file != RT_NULL)
    {
        length = fread(data, 1, SLOT_SIZE, file);
        fclose(file);
    }
    return length == SLOT_SIZE ? 0 : -RT_EIO;
}

int tls_seed_slot_write(unsigned slot, const unsigned char data[SLOT_SIZE])
{
    FILE *file = open_at(slot, "r+b");
    size_t length = 0;

    if (file != RT_NULL)
    {
        length = fwrite(data, 1, SLOT_SIZE, file);
        length = fclose(file) == 0 ? length : 0;
    }
    return length == SLOT_SIZE ? 0 : -RT_EIO;
}
