/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internet addresses as text.
 */
#ifndef TLS_ADDRESS_H
#define TLS_ADDRESS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read an IPv4 address in four decimal parts, or an IPv6 address (RFC 4291 2.2).
 * A zone after '%' is ignored.
 *
 * @param text     the address and nothing else
 * @param address  receives 4 or 16 bytes in network order
 * @return 4, 16, or 0 if the text is not an address
 */
size_t tls_address_parse(const char *text, unsigned char address[16]);

#ifdef __cplusplus
}
#endif

#endif /* TLS_ADDRESS_H */
