/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Characters of the texts in certificates, whatever their encoding.
 */
#ifndef TLS_CHARACTER_H
#define TLS_CHARACTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** No character: bytes that the encoding does not have. */
#define TLS_CHARACTER_NONE      0xFFFFFFFFU

/**
 * Read the character at the begin of a text.
 *
 * TeletexString is read as UTF-8 where it is that, else as Latin-1: authorities put
 * both into it. Types without an encoding of their own are UTF-8 (RFC 3629).
 *
 * @param left       bytes of the text, at least 1
 * @param tag        the type of the text, ASN.1
 * @param character  receives the code point, or TLS_CHARACTER_NONE
 * @return the character's bytes, from 1 to left
 */
size_t tls_character_read(const unsigned char *p, size_t left, int tag, uint32_t *character);

/**
 * Write a character in UTF-8.
 *
 * @param character  at most 0x10FFFF
 * @return the bytes written, 1 to 4
 */
size_t tls_character_write(uint32_t character, unsigned char text[4]);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CHARACTER_H */
