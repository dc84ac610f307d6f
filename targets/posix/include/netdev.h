/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Network interfaces of SAL: the part that leads to the network stack.
 */
#ifndef STANDIN_NETDEV_H
#define STANDIN_NETDEV_H

struct netdev
{
    void *sal_user_data;        /* a struct sal_proto_family */
};

#endif /* STANDIN_NETDEV_H */
