# SPDX-License-Identifier: Apache-2.0
"""Facts of a server's certificates."""
import os
import subprocess
import tempfile

from tools.mbedtls_roots import der, pem
from tools.mbedtls_roots.certificate import Certificate

EXTENSIONS = {
    '2.5.29.14': 'subjectKeyIdentifier', '2.5.29.15': 'keyUsage', '2.5.29.17': 'subjectAltName',
    '2.5.29.19': 'basicConstraints', '2.5.29.30': 'nameConstraints', '2.5.29.31': 'cRLDistributionPoints',
    '2.5.29.32': 'certificatePolicies', '2.5.29.35': 'authorityKeyIdentifier', '2.5.29.37': 'extendedKeyUsage',
    '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess', '1.3.6.1.4.1.11129.2.4.2': 'signedCertificateTimestamps',
    '1.3.6.1.5.5.7.1.24': 'tlsFeature'}
RSA_SIGNATURE, EC_SIGNATURE, PSS = '1.2.840.113549.1.1.', '1.2.840.10045.4.', '1.2.840.113549.1.1.10'


def extensions(data):
    """{OID: value} of a certificate."""
    fields = der.Reader(data).enter(der.SEQUENCE, 'certificate').enter(der.SEQUENCE, 'signed part')
    while not fields.at_end() and fields.peek() != der.context(3):
        fields.element(fields.peek(), 'field')
    found = {}
    if not fields.at_end():
        listed = fields.enter(der.context(3), 'extensions').enter(der.SEQUENCE, 'extensions')
        while not listed.at_end():
            one = listed.enter(der.SEQUENCE, 'extension')
            oid = one.oid('extension')
            if one.peek() == der.BOOLEAN:
                one.boolean('critical flag')
            found[oid] = one.content(der.OCTET_STRING, 'extension')
    return found


def names(data):
    """The alternative names of a certificate, in the notation of openssl."""
    value, found = extensions(data).get('2.5.29.17'), []
    reader = der.Reader(value).enter(der.SEQUENCE, 'names') if value else None
    while reader is not None and not reader.at_end():
        tag = reader.peek()
        content = reader.content(tag, 'name')
        if tag == der.context(2, False):
            found.append('DNS:' + content.decode('ascii', 'replace'))
        elif tag == der.context(7, False):
            found.append('IP:' + ('.'.join(map(str, content)) if len(content) == 4 else content.hex(':', 2)))
    return found


def facts(data):
    """What a certificate says, for JSON."""
    one = Certificate(data)
    return {
        'subject': one.owner, 'issuer': one.issuer_name, 'key': one.key or one.key_kind, 'kind': one.key_kind,
        'bits': one.key_bits, 'hash': 'RSA-PSS' if one.signature_oid == PSS else one.signature,
        'signed_by': 'EC' if one.signature_oid.startswith(EC_SIGNATURE) else 'RSA',
        'not_before': one.not_before.isoformat() + 'Z', 'not_after': one.not_after.isoformat() + 'Z',
        'bytes': len(data), 'ca': one.is_ca, 'self_issued': one.is_self_issued, 'names': names(data),
        'sha256': one.sha256, 'spki_sha256': one.spki_sha256,
        'extensions': [EXTENSIONS.get(oid, oid) for oid in extensions(data)], 'pem': pem.encode(data)}


def is_ordered(chain):
    """Whether each certificate is followed by its issuer's (RFC 5246 7.4.2)."""
    read = [Certificate(data) for data in chain]
    return all(one.issuer == following.subject for one, following in zip(read, read[1:]))


def complaint(chain, root, name):
    """Why a chain does not lead to a root or is not valid for a name, as openssl says it; None if it is."""
    with tempfile.TemporaryDirectory(prefix='fit-') as folder:
        paths = [os.path.join(folder, one) for one in ('leaf.pem', 'others.pem')]
        for path, part in zip(paths, (chain[:1], chain[1:])):
            with open(path, 'w') as output:
                output.write(''.join(map(pem.encode, part)))
        kind = '-verify_ip' if name.replace('.', '').isdigit() or ':' in name else '-verify_hostname'
        command = ['openssl', 'verify', '-purpose', 'sslserver', '-partial_chain', '-no-CAfile', '-no-CApath',
                   '-CAfile', root, kind, name, '-auth_level', '0']
        command += ['-untrusted', paths[1]] if chain[1:] else []
        done = subprocess.run(command + paths[:1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        return None
    said = [line for line in done.stdout.splitlines() if line.startswith('error ') and 'lookup:' in line]
    return said[0].partition('lookup:')[2].strip() if said else done.stdout.strip().splitlines()[-1]
