/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The hooks through which a board keeps the package's seed: a file of the host.
 */
#include <stdio.h>
#include <string.h>

#include <rtthread.h>
#include <standin.h>

#define SEED_SIZE       64
#define PATH_SIZE       1024

int tls_seed_read(unsigned char seed[SEED_SIZE]);
int tls_seed_write(const unsigned char seed[SEED_SIZE]);

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

int tls_seed_read(unsigned char seed[SEED_SIZE])
{
    FILE *file = fopen(seed_path, "rb");
    size_t length = 0;

    if (file != RT_NULL)
    {
        length = fread(seed, 1, SEED_SIZE, file);
        fclose(file);
    }
    return length == SEED_SIZE ? 0 : -RT_EIO;
}

int tls_seed_write(const unsigned char seed[SEED_SIZE])
{
    FILE *file = fopen(seed_path, "r+b");
    size_t length = 0;

    if (file != RT_NULL)
    {
        length = fwrite(seed, 1, SEED_SIZE, file);
        length = fclose(file) == 0 ? length : 0;
    }
    return length == SEED_SIZE ? 0 : -RT_EIO;
}
