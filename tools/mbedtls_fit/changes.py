# SPDX-License-Identifier: Apache-2.0
"""What may change at the server without breaking the device: (change, 'yes', 'no' or 'perhaps', why, what to do)."""
import collections

from .need import RECORD_MAX, curve

Change = collections.namedtuple('Change', 'what survives why remedy')

RSA_CHAIN = 3000                        # bytes of a message with two RSA certificates of 2048 bits
ONE_MORE = 1200


def names(values):
    return ', '.join(sorted(values))


def spare(need):
    """Bytes by which the server's longest handshake message may grow."""
    return need.receive - need.facts['largest']['message']


def renewed(need):
    return Change('the certificate is renewed: same kind of key, same issuer', 'yes',
                  'its message may grow by %d bytes' % spare(need), '')


def intermediate(need):
    what = 'another intermediate of the same root'
    curves = names({curve(one) for one in need.path if 'key' in one} - {None})
    if need.exact:
        return Change(what, 'perhaps', 'only with keys as today (%s), signed with %s, and with at most %d bytes more'
                      % (curves or 'RSA', names(need.hashes), spare(need)), 'LEVEL=family')
    return Change(what, 'yes', 'keys on %s, SHA-256 to SHA-512, up to %d bytes more' % (names(need.curves), spare(need)), '')


def other_key(need):
    now, other = ('RSA', 'ECDSA') if need.chain['kind'] == 'RSA' else ('ECDSA', 'RSA')
    what = '%s instead of %s' % (other, now)
    fits = {'RSA', 'EC'} <= need.kinds and len([one for one in need.exchanges if one.startswith('ECDHE-')]) > 1
    fits = fits or need.version == 'TLS 1.3' and {'RSA', 'EC'} <= need.kinds
    if fits and need.receive >= RSA_CHAIN:
        return Change(what, 'yes', 'the device has both kinds of key', 'its root has to be in certs/, too')
    return Change(what, 'no', 'the device has no suite for %s' % other if not fits else 'the buffer is too short',
                  'LEVEL=robust, and both roots')


def longer(need):
    if spare(need) >= ONE_MORE:
        return Change('one more certificate of the same kind in the chain', 'yes', '%d bytes are left' % spare(need), '')
    return Change('one more certificate of the same kind in the chain', 'no', '%d bytes are left; one with an RSA key takes about %d'
                  % (spare(need), ONE_MORE), 'LEVEL=family')


def records(need):
    if need.fragment:
        return Change('longer records', 'yes', 'the server keeps to the length that the device announces', '')
    if need.receive >= RECORD_MAX:
        return Change('longer records', 'yes', 'the buffer takes the longest record that there is', '')
    return Change('longer records', 'no', 'the server does not keep to an announced length; the longest seen fits',
                  'LEVEL=robust')


def suite(need):
    if len(need.ciphers) > 1:
        return Change('the suite %s is switched off' % need.suite.name, 'yes', 'the device offers others', '')
    return Change('the suite %s is switched off' % need.suite.name, 'no', 'it is the only one of the device',
                  'LEVEL=family')


def newest(need):
    if need.version == 'TLS 1.3':
        return Change('TLS 1.3 only', 'yes', 'the device speaks it', '')
    return Change('TLS 1.3 only', 'no', 'the device speaks %s' % need.version, 'TLS13=1; it costs about 29 KB of ROM')


def root(_):
    return Change('an issuer under another root', 'no', 'the device trusts the one root that was given',
                  'put both roots into ROOT, or update roots in the field: tools/roots compile --store')


def changes(need):
    if need.target.psk:
        return [suite(need), records(need), newest(need)]
    return [one(need) for one in (renewed, intermediate, other_key, longer, records, suite, newest, root)]
