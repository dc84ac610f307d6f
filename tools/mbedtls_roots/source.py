"""Writes the roots as C: PEM text in tls_certificate.c, the store in tls_roots.c.

Two files, so that the linker drops the PEM text from programs that do not
name it. Arrays of single characters, since compilers limit string literals
to 64 KB and less.
"""
from __future__ import absolute_import

import io
import os

from . import pem, store

BYTES_PER_LINE = 16

HEAD = ('/*\n * Generated from root certificates by tools/mbedtls_roots; do not edit. A project that scons --target\n'
        ' * has written compiles this file: keep it, and export again after a change of the roots.\n */\n'
        '#include "tls_certificate.h"\n\n')


def generate(roots, output_dir):
    """Writes the files that have changed; returns the paths of both."""
    texts = (('tls_certificate.c', pem_source(roots)), ('tls_roots.c', store_source(roots)))
    paths = []
    for name, text in texts:
        paths.append(os.path.join(output_dir, name))
        write_if_changed(paths[-1], text)
    return paths


def pem_source(roots):
    lines = [HEAD + 'const char mbedtls_root_certificate[] = {']
    for root in roots:
        lines.append('    ' + _comment(root))
        for line in pem.encode(root.certificate.der).splitlines():
            lines.append('    %s,' % ','.join("'%s'" % char for char in line) + "'\\n',")
    lines += ["    '\\0'", '};', '',
              'const size_t mbedtls_root_certificate_len = sizeof(mbedtls_root_certificate);', '']
    return '\n'.join(lines)


def store_source(roots):
    lines = [_comment(root) for root in roots] + ['', 'const unsigned char tls_store[] = {']
    lines += _byte_lines(bytearray(store.encode(roots)))
    lines += ['};', '', 'const size_t tls_roots_count = %d;' % len(roots), '']
    return HEAD + '\n'.join(lines)


def write_if_changed(path, text):
    """Does not write a file with the same content, so that nothing is rebuilt."""
    data = text.encode('ascii')
    if os.path.isfile(path):
        with io.open(path, 'rb') as stream:
            if stream.read() == data:
                return False
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        os.makedirs(folder)
    with io.open(path, 'wb') as stream:
        stream.write(data)
    return True


def _byte_lines(data):
    for at in range(0, len(data), BYTES_PER_LINE):
        yield '    ' + ' '.join('0x%02x,' % byte for byte in data[at:at + BYTES_PER_LINE])


def _comment(root):
    certificate = root.certificate
    return '/* %s: %s, %s, until %s, %s */' % (
        _plain(certificate.owner), certificate.key, certificate.signature,
        certificate.not_after.date(), _plain(root.file))


def _plain(text):
    """A name that is safe in a C comment: ASCII, without the end of a comment.
    Names come from certificates and cannot be trusted."""
    if isinstance(text, bytes):
        text = text.decode('utf-8', 'replace')
    text = text.encode('ascii', 'backslashreplace').decode('ascii')
    return str(text.replace('*/', '* /').replace('/*', '/ *'))
