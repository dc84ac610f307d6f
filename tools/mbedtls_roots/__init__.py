"""Root certificates: from files to constant data of the device.

The package's SConscript calls build(); tools/roots is the command line for it.
This runs inside RT-Thread's scons, with Python 2.7 or 3, so it uses only what
both support, and the standard library.

    der          strict reader of DER
    certificate  the contents of a certificate
    pem          the certificates in a file's bytes
    collection   which certificates become roots, and why others do not
    distrusted   keys that browsers no longer trust
    presets      which files the settings of menuconfig select
    store        the form of the roots on the device
    source       the C files
    price        the ROM that each choice takes, for menuconfig
    refresh      new preset files from Debian's package
    server       which root a server's chain leads to
"""
from __future__ import absolute_import

from .collection import REFUSED, RootsError, collect
from .presets import load_presets, select, table_path
from .source import generate

__all__ = ['NoUsableRoot', 'RootsError', 'build', 'collect', 'generate', 'load_presets', 'select']


# The device loads roots from its file system, so none need to be compiled in.
FILE_SYSTEM_SYMBOL = 'PKG_USING_MBEDTLS_CERTS_FROM_FS'

# The device checks the name constraints of roots; without it such roots are never found.
LIMITS_SYMBOL = 'PKG_MBEDTLS_PATH_RULES'


class NoUsableRoot(RootsError):
    """There is no root to trust."""

    def __init__(self):
        RootsError.__init__(self, (
            'mbedtls: no usable root certificate: put a PEM or DER root into certs/ '
            'or select one in menuconfig under "Select Root Certificate"'))


class RefusedFiles(RootsError):
    """certs/ has files that can never be roots."""

    def __init__(self, count):
        RootsError.__init__(self, (
            'mbedtls: certs/ holds %d certificate%s that cannot be used as a root: '
            'replace or remove the files named above' % (count, 's' if count > 1 else '')))


def trusted(roots, selection, has_folder):
    """A line that says whom the firmware trusts."""
    own = len([root for root in roots if root.path in selection.own])
    public = len(roots) - own
    line = 'mbedtls: trusts %s of certs/ and %s of Mozilla\'s' % (_counted(own), public or 'none')
    if own and public:
        line += ' (for those of certs/ alone, choose that in menuconfig, Select Root Certificate, Trust beside the user CA)'
    return line + (', and the files in the folder of certificates' if has_folder else '')


def _counted(number):
    return 'no root' if number == 0 else '%d root%s' % (number, '' if number == 1 else 's')


def build(package_dir, setting, output_dir, warn):
    """Writes the C files for the selected roots into output_dir.

    package_dir  the package's top folder, with certs/ in it
    setting      gives the value of a Kconfig symbol (GetDepend): false if it is
                 not set; a string's value comes with its quotes
    warn         is called with each line that the user should read

    Returns (C files, input files); raises RootsError. A root that expires does not
    break the build as long as another root is left: it is left out with a message.
    A file of certs/ that can never be a root stops the build, because the user
    relies on it.
    """
    selection = select(package_dir, setting)
    files = selection.presets + selection.own
    roots, entries = collect(files, base=package_dir)
    limited = [] if setting(LIMITS_SYMBOL) else [root for root in roots if root.certificate.constraints]
    for line in selection.messages + [entry.line() for entry in entries if entry.line()]:
        warn(line)
    for root in limited:
        warn('mbedtls: %s: needs %s, left out' % (root.name, LIMITS_SYMBOL))
        roots.remove(root)
    refused = [entry for entry in entries
               if entry.status == REFUSED and entry.path in selection.own]
    if refused:
        raise RefusedFiles(len(refused))
    if not roots and not setting(FILE_SYSTEM_SYMBOL):
        raise NoUsableRoot()
    warn(trusted(roots, selection, bool(setting(FILE_SYSTEM_SYMBOL))))
    return generate(roots, output_dir), files + [table_path(package_dir)]
