/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Descriptors of files that are sockets of SAL.
 */
#ifndef STANDIN_DFS_NET_H
#define STANDIN_DFS_NET_H

int dfs_net_getsocket(int fd);

#endif /* STANDIN_DFS_NET_H */
