/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A random number generator in hardware that can be good, absent or broken.
 */
#include <rtdevice.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

static enum standin_random behaviour = STANDIN_RANDOM_GOOD;

void standin_rng_set(enum standin_random new_behaviour)
{
    __atomic_store_n(&behaviour, new_behaviour, __ATOMIC_RELAXED);
}

#if defined(RT_USING_HWCRYPTO) && defined(RT_HWCRYPTO_USING_RNG)

#define STUCK_WORD      0x5a5a5a5au

static struct rt_hwcrypto_device crypto_device =
{
    .parent =
    {
        .parent = {.name = "hwcryto", .type = RT_Object_Class_Device},
        .type = RT_Device_Class_Miscellaneous
    }
};

/* The context that rt_hwcrypto_rng_update() draws from. */
static struct rt_hwcrypto_ctx default_context;

static enum standin_random behaviour_now(void)
{
    return __atomic_load_n(&behaviour, __ATOMIC_RELAXED);
}

static rt_bool_t context_init(struct rt_hwcrypto_ctx *ctx,
                              struct rt_hwcrypto_device *device)
{
    if (device == RT_NULL || behaviour_now() == STANDIN_RANDOM_ERROR)
    {
        return RT_FALSE;
    }
    ctx->device = device;
    ctx->type = HWCRYPTO_TYPE_RNG;
    ctx->contex = RT_NULL;
    return RT_TRUE;
}

struct rt_hwcrypto_device *rt_hwcrypto_dev_default(void)
{
    return behaviour_now() == STANDIN_RANDOM_ABSENT ? RT_NULL : &crypto_device;
}

struct rt_hwcrypto_ctx *rt_hwcrypto_rng_create(struct rt_hwcrypto_device *device)
{
    struct rt_hwcrypto_ctx *ctx = rt_malloc(sizeof(*ctx));

    if (ctx != RT_NULL && !context_init(ctx, device))
    {
        rt_free(ctx);
        ctx = RT_NULL;
    }
    return ctx;
}

void rt_hwcrypto_rng_destroy(struct rt_hwcrypto_ctx *ctx)
{
    rt_free(ctx);
}

rt_err_t rt_hwcrypto_rng_default(struct rt_hwcrypto_device *device)
{
    if (device == RT_NULL)
    {
        default_context.device = RT_NULL;
        return RT_EOK;
    }
    return context_init(&default_context, device) ? RT_EOK : -RT_ERROR;
}

rt_uint32_t rt_hwcrypto_rng_update_ctx(struct rt_hwcrypto_ctx *ctx)
{
    rt_uint32_t word = 0;

    if (ctx == RT_NULL || ctx->device == RT_NULL)
    {
        return 0;
    }
    switch (behaviour_now())
    {
    case STANDIN_RANDOM_GOOD:
        if (standin_target_random(&word, sizeof(word)) < 0)
        {
            word = 0;
        }
        return word;
    case STANDIN_RANDOM_STUCK:
        return STUCK_WORD;
    case STANDIN_RANDOM_ABSENT:
    case STANDIN_RANDOM_ERROR:
    default:
        return 0;
    }
}

rt_uint32_t rt_hwcrypto_rng_update(void)
{
    if (default_context.device == RT_NULL)
    {
        rt_hwcrypto_rng_default(rt_hwcrypto_dev_default());
    }
    return rt_hwcrypto_rng_update_ctx(&default_context);
}

#endif /* RT_HWCRYPTO_USING_RNG */
