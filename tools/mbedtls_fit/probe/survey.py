# SPDX-License-Identifier: Apache-2.0
"""Asks a server for one fact after the other."""
import re
import tempfile
import time

from tools.mbedtls_roots.der import Unreadable

from . import chain, hello, limit, suites, talk, wire
from ..target import FitError
from .hello import Hello
from .wire import Limited

FRAGMENTS = {1: 512, 2: 1024, 3: 2048, 4: 4096}
RECORD_LIMIT = 1024
NO_SUCH_NAME = 'no-such-name.invalid'
ALERTS = {40: 'handshake_failure', 70: 'protocol_version', 71: 'insufficient_security', 80: 'internal_error',
          112: 'unrecognized_name', 120: 'no_application_protocol', 47: 'illegal_parameter'}
KINDS = ('EC', 'RSA')
RECORD_OVERHEAD = 64                    # of nonce, tag, padding and MAC: a record's data is at least so much shorter
ADDRESSES_MAX = 4


class Survey:
    def __init__(self, target, address):
        self.target, self.wire, self.address = target, wire.Wire(target, address), address[1]
        self.facts = {'server': str(target), 'name': target.name, 'datagrams': target.datagrams}
        self.largest_message = self.largest_record = 0
        self.chains = {}
        self.base = None                # the Answer to everything at once
        self.chains_found = []

    def offer(self, offered, **options):
        options.setdefault('name', self.target.name if self.target.has_name else None)
        options.setdefault('alpn', self.target.alpn or None)
        return self.note(self.wire.ask(Hello(offered, **options)))

    def note(self, answer):
        self.largest_message = max([self.largest_message] + list(answer.messages.values()))
        self.largest_record = max([self.largest_record] + answer.records)
        if answer.chain and answer.chain not in self.chains_found:
            self.chains_found.append(answer.chain)
        return answer

    def kinds(self):
        return ('PSK',) if self.target.psk else KINDS

    def versions(self):
        old = [one for one in suites.SUITES if one.exchange not in ('TLS1.3', 'ECDHE-PSK', 'PSK')]
        offered = [number for kind in self.kinds() for number in suites.of(kind)]
        found = []
        self.base = self.offer(offered)
        if self.base.suite is not None and self.base.version in (0x0303, 0xfefd):
            found.append('DTLS 1.2' if self.target.datagrams else 'TLS 1.2')
        if not self.target.datagrams:
            newest = self.offer(suites.of('TLS 1.3') + [one.number for one in old], versions=(0x0304,))
            if newest.version == 0x0304:
                found.insert(0, 'TLS 1.3')
                if newest.suite not in suites.BY_NUMBER:
                    raise FitError('%s chooses a suite that was not offered' % self.target, 3)
                self.facts['tls13'] = {'suite': suites.BY_NUMBER[newest.suite].name,
                                       'group': suites.GROUPS.get(newest.group)}
            for version in (0x0302, 0x0301):
                answer = self.offer(offered, version=version)
                if answer.suite is not None and answer.version == version:
                    found.append(suites.VERSIONS[version])
                    self.base = answer if self.base.suite is None else self.base
        self.facts['versions'] = found
        self.version = self.base.version if self.base.version and self.base.version < 0x0303 else 0x0303
        if not found:
            raise FitError('%s speaks no TLS that this package knows%s' % (
                self.target, ': alert %s' % ALERTS.get(self.base.alert, self.base.alert) if self.base.alert else ''), 3)
        return found

    def in_clear(self):
        """Whether there is a version before TLS 1.3, whose messages can be read."""
        return self.base.suite is not None

    def list_suites(self):
        """In the server's order: what it chooses of all, of the rest, and so on."""
        self.facts['suites'] = {}
        for kind in self.kinds() if self.in_clear() else ():
            rest, found = suites.of(kind), []
            while rest:
                answer = self.offer(rest, version=self.version)
                if answer.suite not in rest:
                    break
                found.append(suites.BY_NUMBER[answer.suite].name)
                rest.remove(answer.suite)
                if kind not in self.chains and answer.chain:
                    self.chains[kind] = answer
            if found:
                self.facts['suites'][kind] = found

    def list_groups(self):
        """The certificate's curve goes along, since a server may look for it in the same list."""
        found = []
        offered = [one.number for one in suites.SUITES if one.exchange.startswith('ECDHE') and
                   (one.exchange == 'ECDHE-PSK') == bool(self.target.psk)]
        if self.in_clear():
            for group, name in suites.GROUPS.items():
                for groups in ((group,), (group, 23), (group, 24)):
                    if len(set(groups)) == len(groups) and name not in found:
                        answer = self.offer(offered, groups=groups, version=self.version)
                        if answer.group == group:
                            found.append(name)
        elif 'tls13' in self.facts:
            for group, name in suites.GROUPS.items():
                answer = self.offer(suites.of('TLS 1.3'), versions=(0x0304,), groups=(group,))
                if answer.version == 0x0304 and answer.group == group:
                    found.append(name)
        self.facts['groups'] = found

    def list_schemes(self):
        found = {}
        for kind in self.facts['suites'] if self.in_clear() and not self.target.psk and self.version == 0x0303 else ():
            offered = [one.number for one in suites.SUITES if one.name in self.facts['suites'][kind] and
                       one.exchange not in ('RSA',)]
            found[kind] = [suites.SCHEMES[scheme] for scheme in suites.schemes_of(kind)
                           if offered and self.offer(offered, schemes=(scheme,)).scheme == scheme]
        self.facts['schemes'] = found

    def list_extensions(self):
        base, facts = self.base, self.facts
        facts['extended_master_secret'] = hello.MASTER_SECRET in base.extensions
        cbc = [number for number in (one.number for one in suites.SUITES if one.cipher == 'CBC')
               if any(suites.BY_NUMBER[number].name in names for names in facts['suites'].values())]
        answer = self.offer(cbc, version=self.version) if cbc else None
        facts['encrypt_then_mac'] = bool(answer) and hello.ENCRYPT_THEN_MAC in answer.extensions
        facts['tickets'] = hello.TICKET in base.extensions
        facts['session_ids'] = bool(base.session_id)
        facts['client_certificate'] = 'asked' if base.asks_certificate else 'no'
        offered = [base.suite] if base.suite else []
        if not offered:
            facts.update(needs_name=None, fragment={'acknowledged': []}, record_limit={'acknowledged': False})
            return
        answers = {length: self.offer(offered, fragment=code, version=self.version) for code, length in FRAGMENTS.items()}
        kept = {length: answer for length, answer in answers.items()
                if FRAGMENTS.get(int.from_bytes(answer.extensions.get(hello.MAX_FRAGMENT, b''), 'big')) == length}
        facts['fragment'] = {'acknowledged': list(kept)}
        if self.target.datagrams and kept:
            facts['flight'] = self.flight(min(kept), kept[min(kept)])
        answer = self.offer(offered, record_limit=RECORD_LIMIT, version=self.version)
        facts['record_limit'] = {'acknowledged': hello.RECORD_LIMIT in answer.extensions}
        if self.target.alpn:
            facts['alpn'] = base.extensions[hello.ALPN][3:].decode('ascii', 'replace') if hello.ALPN in base.extensions else None
        self.needs_name(offered)
        if self.target.datagrams:
            answer = self.offer(offered, connection_id=True)
            facts['connection_id'] = hello.CONNECTION_ID in answer.extensions
            facts['cookie'] = len(answer.cookie) if answer.cookie else 0
            facts['largest_datagram'] = max(answer.datagrams or [0])

    def flight(self, length, answer):
        """Whether the records of the server's first flight are as short as was agreed."""
        longest = max(answer.records or [0])
        return {'asked': length, 'largest_record': longest, 'largest_datagram': max(answer.datagrams or [0]),
                'obeyed': longest <= length if sum(answer.messages.values()) > length else None}

    def needs_name(self, offered):
        """Whether the server shows another certificate, or none, to a client that names no server."""
        if not self.target.has_name or self.target.psk:
            self.facts['needs_name'] = False
            return
        with_name = self.offer(offered, version=self.version)
        before = list(self.chains_found)
        without = self.offer(offered, version=self.version, name=None)
        self.chains_found = before              # another chain than that of the name is no chain of the server
        self.facts['needs_name'] = without.chain != with_name.chain

    def talk(self, *options, **keys):
        self.wire.count()
        return talk.talk(self.target, self.address, options, **keys)

    def version_options(self):
        if self.target.datagrams:
            return []
        newest = {0x0303: '-tls1_2', 0x0302: '-tls1_1', 0x0301: '-tls1'}[self.version]
        return [newest] if self.in_clear() else ['-tls1_3']

    def cipher_options(self):
        if not self.in_clear():
            return []
        return ['-cipher', suites.BY_NUMBER[self.base.suite].name + ':@SECLEVEL=0'] if self.base.suite in suites.BY_NUMBER \
            else []

    def sessions(self):
        """Whole sessions: an answer, its records, how it ends, and what resumes."""
        facts, options = self.facts, self.version_options() + self.cipher_options()
        first = self.talk(*options)
        if not first.is_connected:
            raise FitError('%s ends the handshake%s' % (self.target, self.why(first)), 3)
        if not self.in_clear():
            self.take_newest(first)
        if not first.answer and first.alerts and not first.has_closed:
            facts['client_certificate'] = 'required'
            if not self.target.certificate:
                raise FitError('%s ends the session%s: give CERT and KEY' % (self.target, self.why(first)), 3)
        if facts['client_certificate'] == 'asked' and self.target.certificate:
            facts['client_certificate'] = 'asked, sent'
        record = max(first.records or [0])
        facts['answer'] = {'bytes': len(first.answer), 'body': len(body(first.answer)), 'records': len(first.records),
                           'largest_record': record}
        facts['close'] = 'close_notify' if first.has_closed else 'closed without close_notify' if first.has_ended else \
            'stays open'
        facts['tickets_sent'] = [len(data) for data in first.all('NewSessionTicket')]
        self.obeys(options, facts, record)
        self.obeys_limit(facts, record)
        self.resumes(options, facts)

    @staticmethod
    def why(one):
        return ': ' + ', '.join(one.alerts) if one.alerts else ''

    def take_newest(self, session):
        """TLS 1.3 alone: what has come encrypted."""
        found = session.chain()
        if found and found not in self.chains_found:
            self.chains_found.append(found)
        self.largest_message = max([self.largest_message] + [len(one.data) for one in session.messages if one.received and
                                                             one.kind.startswith('Handshake')])
        self.facts['client_certificate'] = 'asked' if session.all('CertificateRequest') else 'no'
        self.facts['extended_master_secret'] = False

    def obeys(self, options, facts, record):
        """Whether the records of the answer are as short as was agreed."""
        for length in facts['fragment']['acknowledged'][1:2]:
            limited = self.talk(*options, '-maxfraglen', str(length))
            longest = max(limited.records or [0])
            facts['fragment'].update(
                asked=length, largest_record=longest, obeyed=obeyed(longest, length, record))

    def obeys_limit(self, facts, record):
        """The same for a record_size_limit, which TLS 1.3 acknowledges encrypted."""
        found = facts['record_limit']['sessions'] = {}
        versions = ['TLS 1.2'] if facts['record_limit']['acknowledged'] else []
        versions += ['TLS 1.3'] if 'TLS 1.3' in facts['versions'] else []
        for version in versions if limit.is_there() and not self.target.datagrams else ():
            self.wire.count()
            kept, records = limit.ask(self.target, (self.wire.family, self.address), version.partition(' ')[2])
            longest = max(records or [0])
            found[version] = {'acknowledged': kept, 'asked': limit.LIMIT, 'largest_record': longest,
                              'obeyed': obeyed(longest, limit.LIMIT, record) if kept and records else None}

    def resumes(self, options, facts):
        with tempfile.NamedTemporaryFile(prefix='fit-') as saved:
            self.talk(*options, '-sess_out', saved.name)
            if saved.read(1):
                again = self.talk(*options, '-sess_in', saved.name)
                # A full handshake has at least one of them, with every version and kind of key.
                facts['resumes'] = again.is_connected and not again.all('Certificate') and not again.all('ServerHelloDone')
            else:
                facts['resumes'] = False

    def list_chains(self):
        facts = self.facts
        facts['chains'] = []
        for found in self.chains_found:
            try:
                certificates = [chain.facts(data) for data in found]
            except Unreadable as why:
                raise FitError('%s sends a certificate that cannot be read: %s' % (self.target, why), 3)
            trouble = chain.complaint(found, self.target.root, self.target.name) if self.target.root else 'no root given'
            facts['chains'].append({
                'kind': certificates[0]['kind'], 'certificates': certificates, 'ordered': chain.is_ordered(found),
                'bytes': sum(len(data) + 3 for data in found) + 7, 'complaint': trouble,
                'addresses': [self.address[0]]})
        facts['largest'] = {'message': self.largest_message, 'record': self.largest_record}

    def run(self):
        self.versions()
        self.list_suites()
        self.list_groups()
        self.list_schemes()
        self.list_extensions()
        self.sessions()
        self.list_chains()
        self.facts['connections'] = self.wire.connections
        return self.facts


def obeyed(longest, length, otherwise):
    """Whether records keep to a length; None if those without a limit are not longer (otherwise)."""
    if longest > length + RECORD_OVERHEAD:
        return False
    return True if otherwise > length + RECORD_OVERHEAD else None


def body(answer):
    """What follows the head of an HTTP answer; of others all."""
    if answer.startswith(b'HTTP/'):
        return re.split(rb'\r?\n\r?\n', answer, maxsplit=1)[-1]
    return answer


def merge(facts, others):
    """Adds the chains of a name's other addresses."""
    known = {tuple(one['sha256'] for one in chain['certificates']): chain for chain in facts['chains']}
    for other in others:
        for one in other['chains']:
            key = tuple(certificate['sha256'] for certificate in one['certificates'])
            if key in known:
                known[key]['addresses'] += one['addresses']
            else:
                known[key] = one
                facts['chains'].append(one)
        for kind, names in other['suites'].items():
            facts['suites'].setdefault(kind, names)
        for name in ('message', 'record'):
            facts['largest'][name] = max(facts['largest'][name], other['largest'][name])
        facts['connections'] += other['connections']


def probe(target):
    """All facts of a server, those of its other addresses included."""
    start = time.monotonic()
    found = wire.addresses(target)
    facts = Survey(target, found[0]).run()
    facts['addresses'] = [address[0] for _, address in found]
    others = []
    for address in found[1:ADDRESSES_MAX]:
        survey = Survey(target, address)
        survey.wire.connections = facts['connections']
        try:
            survey.versions()
            if survey.in_clear():
                for kind in survey.kinds():
                    survey.offer(suites.of(kind), version=survey.version)
            survey.facts['suites'] = {}
            survey.list_chains()
        except Limited:
            raise
        except FitError as error:
            facts.setdefault('unreachable', {})[address[1][0]] = str(error)
            continue
        survey.facts['connections'] = survey.wire.connections - facts['connections']
        others.append(survey.facts)
    merge(facts, others)
    facts['seconds'] = round(time.monotonic() - start, 1)
    return facts
