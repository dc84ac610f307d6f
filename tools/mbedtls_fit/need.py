# SPDX-License-Identifier: Apache-2.0
"""What a device needs for a server at a level, out of the server's facts."""
from .probe import suites
from .target import FitError

LEVELS = ('exact', 'family', 'robust')
MARGIN = 64                             # bytes above the longest message at level exact: a signature's length varies
FACTOR = 1.5                            # of the longest message, at level family
INTERMEDIATE = 1200                     # bytes of one more issuer's certificate: RSA with 2048 bits and its extensions
FRAGMENTS = (512, 1024, 2048, 4096)
RECORD_MAX = 16384
OWN_MESSAGES = 512                      # bytes that the client's longest handshake message takes without a certificate
AEAD = {('GCM', 128), ('GCM', 256), ('CHACHAPOLY', 256)}
# The cheapest first; a key exchange without forward secrecy last.
CIPHERS = (('GCM', 128), ('CCM', 128), ('CHACHAPOLY', 256), ('GCM', 256), ('CCM', 256), ('CBC', 128), ('CBC', 256))
GROUPS = ('P-256', 'X25519', 'P-384', 'P-521')
COMMON_GROUPS = {'P-256', 'P-384', 'X25519'}


def curve(certificate):
    return certificate['key'].partition(' ')[2] if certificate['kind'] == 'EC' else None


class Need:
    """kinds: of server's keys; exchanges, ciphers, curves, hashes, versions: sets of names; receive, send: bytes of
    the buffers; fragment: whether the server keeps to an announced length; and what the attributes below say."""

    def __init__(self, facts, target, level, root=None, tls13=False, tickets=False):
        self.facts, self.target, self.level = facts, target, level
        if target.psk and 'PSK' not in facts['suites']:
            raise FitError('%s has no suite before TLS 1.3 that takes a pre-shared key' % target, 5)
        self.exact, self.robust = level == 'exact', level == 'robust'
        self.tickets, self.datagrams = tickets, target.datagrams
        self.alpn = bool(target.alpn)
        self.key_kind = None                    # of the device's own certificate
        self.only_new = not facts['suites']
        self.version = ('TLS 1.3' if self.only_new or tls13 else next(
            one for one in facts['versions'] if one != 'TLS 1.3'))
        self.old = self.version in ('TLS 1.1', 'TLS 1.0')
        self.chains = [] if target.psk else self.choose_chains(facts)
        self.chain = self.chains[0] if self.chains else None
        chosen = [self.choose_suite(facts, chain['kind']) for chain in self.chains] or [self.choose_suite(facts, 'PSK')]
        self.suite = chosen[0]
        served = [one for chain in self.chains for one in chain['certificates']]
        self.path = served + ([root] if root and served else [])
        self.exchanges = {suite.exchange for suite in chosen}
        self.ciphers = {(suite.cipher, suite.bits) for suite in chosen}
        self.kinds = {one['kind'] for one in self.path} | {one['signed_by'] for one in self.path}
        self.curves = {curve(one) for one in self.path} - {None}
        self.hashes = {one['hash'] for one in served} | {suite.digest for suite in chosen}
        self.widen(facts)
        self.rsa_bytes = max([256] + [(one['bits'] + 7) // 8 for one in self.path if one['kind'] == 'RSA'])
        self.set_buffers(facts)

    @staticmethod
    def choose_chains(facts):
        """The cheapest chain of each address, that of the first address first."""
        found = []
        for address in facts['addresses']:
            here = [one for one in facts['chains'] if address in one['addresses']]
            good = [one for one in here if one['complaint'] is None]
            if here and not good:
                raise FitError('the certificates of %s are refused: %s' % (
                    address, '; '.join(sorted({one['complaint'] for one in here}))), 5)
            if good:
                found.append(min(good, key=lambda one: (any(certificate['kind'] == 'RSA' for certificate in
                                                            one['certificates']), one['bytes'])))
        if not found:
            raise FitError('the server shows no certificate', 5)
        return [one for number, one in enumerate(found) if one not in found[:number]]

    def choose_suite(self, facts, kind):
        if self.version == 'TLS 1.3':
            return suites.BY_NAME[facts['tls13']['suite']]
        names = facts['suites'][kind]
        found = [suites.BY_NAME[name] for name in names]
        order = [exchange for exchanges in suites.EXCHANGES.values() for exchange in exchanges]

        def cost(suite):
            aead = suite.cipher != 'CBC'
            secret = suite.exchange not in ('RSA', 'PSK')
            # A key exchange with keys alone is what is asked for with PSK; no curve is needed then.
            return (not aead, not secret if not self.target.psk else secret,
                    CIPHERS.index((suite.cipher, suite.bits)), suite.digest == 'SHA-1', order.index(suite.exchange))
        return min(found, key=cost)

    def widen(self, facts):
        """What the level adds to what this server has today."""
        has_curves = self.suite.exchange.startswith('ECDHE') or self.suite.exchange == 'TLS1.3' or self.curves
        groups = facts['groups'] or ['P-256']
        if self.suite.exchange.startswith('ECDHE') or self.suite.exchange == 'TLS1.3':
            self.curves.add(next(one for one in GROUPS if one in groups))
        if not self.exact:
            self.ciphers |= AEAD if self.suite.cipher != 'CCM' else {('CCM', 128), ('CCM', 256)}
            if has_curves:
                self.curves |= COMMON_GROUPS
            self.hashes |= {'SHA-384', 'SHA-512'}
        self.pss = 'RSA-PSS' in self.hashes or self.version == 'TLS 1.3' and 'RSA' in self.kinds
        if self.robust and not self.target.psk:
            self.kinds |= {'EC', 'RSA'}
            self.exchanges |= {'ECDHE-ECDSA', 'ECDHE-RSA'} if self.version != 'TLS 1.3' else set()
            self.pss = True
            self.path = self.path + [{'kind': 'RSA', 'bits': 4096}]
        if 'RSA' in self.kinds and self.version != 'TLS 1.3' and not any('RSA' in one for one in self.exchanges):
            # The menu selects RSA signatures of issuers by a key exchange with them.
            self.exchanges.add('ECDHE-RSA')

    def set_buffers(self, facts):
        message, fragment = facts['largest']['message'], facts['fragment']
        self.fragment = bool(fragment.get('obeyed')) and self.version != 'TLS 1.3'
        data = facts.get('answer', {}).get('largest_record', 0)
        own = OWN_MESSAGES if not self.target.certificate else 2048
        room = {'exact': message + MARGIN, 'family': (message + INTERMEDIATE * bool(self.chain)) * FACTOR,
                'robust': max(4096, message * 2)}[self.level]
        if self.old:
            # Mbed TLS 2.28 does not join a handshake message that comes in several records.
            self.fragment = self.fragment and message <= FRAGMENTS[-1]
        if self.fragment:
            length = {'exact': 512, 'family': 1024, 'robust': 4096}[self.level]
            length = next(one for one in FRAGMENTS if one >= (max(length, message) if self.old else length))
            self.send = max(own, length)
            receive = max(room, length)
        else:
            self.send = {'exact': max(own, 512), 'family': max(own, 1024), 'robust': max(own, 2048)}[self.level]
            record = data + MARGIN if self.exact else data * FACTOR if not self.robust else RECORD_MAX
            receive = max(room, record, 512)
        self.receive = min(RECORD_MAX, -(-int(receive) // 32) * 32)
        self.send = min(self.send, self.receive)
        self.variable = self.receive > 4096 and not self.datagrams

    def has(self, cipher):
        return any(name == cipher for name, _ in self.ciphers)

    def has_bits(self, bits):
        return any(size == bits for name, size in self.ciphers if name != 'CHACHAPOLY')
