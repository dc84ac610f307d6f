# SPDX-License-Identifier: Apache-2.0
"""Whether the device built from a result would still connect to the server as it is today."""
import datetime
import json
import os

from .need import RECORD_MAX, curve
from .probe import probe, suites
from .target import FitError, Target

WARN_DAYS = 14
KEYS = {'EC': ('PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA',), 'RSA': (
    'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA', 'PKG_MBEDTLS_KEY_EXCHANGE_RSA', 'PKG_MBEDTLS_KEY_EXCHANGE_DHE_RSA')}
CURVES = {'P-256': 'SECP256R1', 'P-384': 'SECP384R1', 'P-521': 'SECP521R1'}


def load(folder):
    path = os.path.join(folder, 'result.json')
    if not os.path.isfile(path):
        raise FitError('there is no result in ' + folder)
    try:
        with open(path, encoding='utf-8') as source:
            found = json.load(source)
        found['server'], found['facts'], found['reasons'], found['version']     # of another version of this tool?
    except (ValueError, KeyError, TypeError):
        raise FitError('%s is no result of tools/fit' % path)
    return found


def target_of(found, folder, **secrets):
    """The target of a result; secrets: what a result does not keep."""
    root = os.path.join(folder, 'root.pem')
    return Target(found['server'], found['name'], root if os.path.isfile(root) else None, found['alpn'],
                  datagrams=found['datagrams'], path=found['path'], **secrets)


class Device:
    """What the device of a result can do."""

    def __init__(self, found):
        self.found, self.values = found, {symbol: one['value'] for symbol, one in found['reasons'].items()}
        self.receive = int(self.values['MBEDTLS_SSL_MAX_CONTENT_LEN'])

    def has(self, symbol):
        return self.values.get(symbol) == 'y'

    def troubles_of(self, chain):
        """Why the device would refuse a chain."""
        kind = chain['kind']
        if self.found['version'] != 'TLS 1.3' and not any(self.has(symbol) for symbol in KEYS.get(kind, ())):
            yield 'the server has a key of kind %s now, for which the device has no suite' % kind
        for one in chain['certificates']:
            if one['kind'] == 'EC' and not self.has('PKG_MBEDTLS_CURVE_' + CURVES.get(curve(one), '')):
                yield '%s has a key on %s, which the device lacks' % (one['subject'], curve(one))
            if one['hash'] in ('SHA-384', 'SHA-512') and not self.has('PKG_MBEDTLS_SHA512'):
                yield '%s is signed with %s, which the device lacks' % (one['subject'], one['hash'])
            if one['signed_by'] == 'RSA' and not (self.has('PKG_MBEDTLS_RSA') or any(
                    self.has(symbol) for symbol in KEYS['RSA'])):
                yield '%s is signed with an RSA key, which the device cannot verify' % one['subject']
        if chain['bytes'] > self.receive:
            yield 'the chain has %d bytes, the device takes %d' % (chain['bytes'], self.receive)
        if chain['complaint']:
            yield 'the chain is refused: ' + chain['complaint']

    def troubles(self, facts):
        if self.found['version'] not in facts['versions']:
            yield 'the server no longer speaks %s' % self.found['version']
        chains = facts['chains']
        if chains:
            every = [list(self.troubles_of(chain)) for chain in chains]
            if all(every):
                yield min(every, key=len)[0]
        names = [name for one in facts['suites'].values() for name in one]
        if names and not any(self.has_suite(suites.BY_NAME[name]) for name in names):
            yield 'the server has none of the device\'s suites'
        record = facts['answer']['largest_record'] - 24
        if record > self.receive and not facts['fragment'].get('obeyed') and self.receive < RECORD_MAX:
            yield 'records of %d bytes, the device takes %d' % (record, self.receive)

    def has_suite(self, suite):
        exchange = 'PKG_MBEDTLS_KEY_EXCHANGE_' + suite.exchange.replace('-', '_')
        bits = suite.cipher == 'CHACHAPOLY' or self.has('PKG_MBEDTLS_AES_%d' % suite.bits)
        return self.has('PKG_MBEDTLS_' + suite.cipher) and bits and self.has(exchange)


def end_of(chain):
    return min(one['not_after'] for one in chain['certificates'])


def news(found, facts):
    """What has changed since the result, and what will soon."""
    known = {one['sha256'] for chain in found['facts']['chains'] for one in chain['certificates']}
    issuers = {one['issuer'] for chain in found['facts']['chains'] for one in chain['certificates']}
    for chain in facts['chains']:
        for one in chain['certificates']:
            if one['issuer'] not in issuers:
                yield 'new issuer %s' % one['issuer']
            elif one['sha256'] not in known:
                yield '%s renewed' % one['subject']
        left = datetime.datetime.fromisoformat(end_of(chain)[:-1]) - datetime.datetime.utcnow()
        if left.days < WARN_DAYS:
            yield 'a certificate ends in %d days' % left.days
    kinds = {chain['kind'] for chain in facts['chains']} - {chain['kind'] for chain in found['facts']['chains']}
    for kind in sorted(kinds):
        yield 'new kind of key: ' + kind


def check(folder, **secrets):
    """(whether the device would connect, one line)"""
    found = load(folder)
    target = target_of(found, folder, **secrets)
    facts = probe(target)
    troubles = list(Device(found).troubles(facts))
    ends = min([end_of(chain)[:10] for chain in facts['chains']] or ['-'])
    words = troubles + list(dict.fromkeys(news(found, facts)))
    return not troubles, '%s: %s; certificates until %s%s' % (
        target, 'would not connect' if troubles else 'connects', ends, ''.join('; ' + one for one in words))
