"""Root certificates: from files to constant data of the device.

The package's SConscript calls build(); tools/roots is the same for people.
This runs inside RT-Thread's scons, which may be Python 2.7 or 3, so it keeps
to what both know and to the standard library.

    der          strict reader of DER
    certificate  what a certificate says of itself
    pem          the certificates in a file's bytes
    collection   which of them become roots, and why not
    presets      which files the settings of menuconfig ask for
    source       the C files
    refresh      new preset files out of Debian's package
"""
from __future__ import absolute_import

from .collection import RootsError, collect
from .presets import load_presets, select, table_path
from .source import generate

__all__ = ['NoUsableRoot', 'RootsError', 'build', 'collect', 'generate', 'load_presets', 'select']


# The device loads roots from its file system, so none need to be compiled in.
FILE_SYSTEM_SYMBOL = 'PKG_USING_MBEDTLS_CERTS_FROM_FS'


class NoUsableRoot(RootsError):
    """Nothing is left to trust."""

    def __init__(self):
        RootsError.__init__(self, (
            'mbedtls: no usable root certificate: put a PEM or DER root into certs/ '
            'or select one in menuconfig under "Select Root Certificate"'))


def build(package_dir, is_enabled, output_dir, warn):
    """Writes the C files for the enabled roots into output_dir.

    package_dir  the package's top folder, with certs/ in it
    is_enabled   tells of a Kconfig symbol whether it is set (GetDepend)
    warn         is called with each line that the user should read

    Returns (C files, input files); raises NoUsableRoot.
    """
    selection = select(package_dir, is_enabled)
    roots, entries = collect(selection.files, base=package_dir)
    for line in selection.messages + [entry.line() for entry in entries if entry.line()]:
        warn(line)
    if not roots and not is_enabled(FILE_SYSTEM_SYMBOL):
        raise NoUsableRoot()
    return generate(roots, output_dir), selection.files + [table_path(package_dir)]
