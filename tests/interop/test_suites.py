# SPDX-License-Identifier: Apache-2.0
"""Every suite and every curve of the menu in a session of its own, on both engines, against a server that
has it. The build lists its suites itself; build/test/suites.md has the matrix."""
import functools
import os
import time
import types

from interop import fixtures, suite_peers, test_profiles
from interop.fixtures import CN_MISMATCH, HERE, NAME, NOT_TRUSTED, PEER_CLOSE_NOTIFY, VERIFY_FAILED, Case
from interop.suite_peers import CURVES, IDENTITY, PATH, PSK, SIZE, Peers, key_exchange, needs_key
from tools.mbedtls_host.device import BUILD
from lib.device_server import DeviceServer
from lib.engine_server import answer
from tools.mbedtls_host.servers import GnuTLS, OpenSSL

ENGINES = {'3.6': 'everything', '2.28': 'everything-2.28'}
MATRIX = os.path.join(BUILD, 'suites.md')
EXCHANGES = {'RSA', 'DHE-RSA', 'ECDHE-RSA', 'ECDHE-ECDSA', 'ECDH-RSA', 'ECDH-ECDSA', 'PSK', 'DHE-PSK', 'ECDHE-PSK',
             'RSA-PSK'}
CLOCK_UNSET = -0x9004
FETCH = ('get=' + PATH, 'read=all')


@functools.lru_cache(None)
def offered(device):
    """What the build has: ([(number, suite)], the same of the menu's list, [(curve,)])"""
    lines = [line.split() for line in device.run('tls_suites')[1].splitlines()]
    return tuple([tuple([int(word, 16) if word[:2] == '0x' else word for word in line[1:]])
                  for line in lines if line[:1] == [kind]] for kind in ('SUITE', 'LISTED', 'CURVE'))


def one_of_each(device):
    """A suite of AES for each key exchange, with TLS 1.2: {exchange: (number, suite)}"""
    found = {}
    for number, name in offered(device)[0]:
        if 'AES-128' in name and 'CCM' not in name and not name.startswith('TLS1-3'):
            found.setdefault(key_exchange(name), (number, name))
    assert set(found) == EXCHANGES, found
    return found


def body_of(cell, result):
    """The expected answer with its header."""
    if cell.peer == 'openssl':
        return fixtures.pattern(SIZE)
    if cell.peer == 'gnutls':
        return result['head'].partition('\r\n\r\n')[0].encode() + b'\r\n\r\n' + fixtures.pattern(SIZE)
    return answer(cell.suite, SIZE)


def fault_of(cell, result):
    """Why a session failed that had to succeed; '' if it succeeded."""
    if result['ret'] not in (0, PEER_CLOSE_NOTIFY) or result['code'] != 0:
        return '%s: -0x%x, %s' % (result['stage'], -result['ret'], result['what'])
    body = body_of(cell, result)
    for what, got, wanted in (('suite', result['suite'], cell.suite), ('bytes', result['received'], len(body)),
                              ('sum', result['sum'], fixtures.sum_of(body)), ('heap', result['heap'], 0),
                              ('descriptors', result['fds'], 0)):
        if got != wanted:
            return '%s is %s, not %s' % (what, got, wanted)
    said = {word: word + ' verified success' in result['output'] for word in ('Certificate', 'Pre-shared key')}
    by_key = needs_key(cell.suite)
    wanted = {'Certificate': not by_key or key_exchange(cell.suite) == 'RSA-PSK', 'Pre-shared key': by_key}
    return '' if said == wanted else 'the log says %s' % said


def devices():
    return [(engine, fixtures.device(build)) for engine, build in ENGINES.items()]


class WithPeers(Case):
    """On both engines, with servers that live as long as the class."""

    @classmethod
    def setUpClass(cls):
        cls.pki = fixtures.pki()
        cls.peers = Peers()
        cls.addClassCleanup(cls.peers.close)

    def all_go_well(self, done):
        faults = ['%s, %s: %s' % (cell.suite, cell.peer, fault_of(cell, result)) for cell, result in done
                  if fault_of(cell, result)]
        self.assertEqual(faults, [])


class Suites(WithPeers):

    matrix = {}

    def check(self, engine):
        device = fixtures.device(ENGINES[engine])
        suites = offered(device)[0]
        self.assertEqual({key_exchange(name) for _, name in suites} - {'TLS 1.3'}, EXCHANGES)
        start = time.monotonic()
        done = suite_peers.run(device, [self.peers.cell(*suite, *FETCH) for suite in suites])
        good, peers = 0, {}
        for cell, result in done:
            fault = fault_of(cell, result)
            self.matrix.setdefault(cell.suite, {})[engine] = cell.peer + (': ' + fault if fault else '')
            peers[cell.peer] = peers.get(cell.peer, 0) + 1
            good += fault == ''
        print('\ncount: suites of Mbed TLS %s: %d of %d, with %s, %.0f s' % (
            engine, good, len(suites), ', '.join('%s %d' % pair for pair in peers.items()), time.monotonic() - start),
            flush=True)
        self.all_go_well(done)

    def test_every_suite_of_3_6_makes_a_verified_session(self):
        self.check('3.6')

    def test_every_suite_of_2_28_makes_a_verified_session(self):
        self.check('2.28')

    @classmethod
    def tearDownClass(cls):
        with open(MATRIX, 'w') as output:
            output.write('| suite | 2.28 | 3.6 |\n|---|---|---|\n')
            for suite, peers in sorted(cls.matrix.items()):
                output.write('| %s | %s | %s |\n' % (suite, peers.get('2.28', '-'), peers.get('3.6', '-')))

    def test_the_list_of_suites_is_the_engines_table_in_its_order(self):
        for engine, device in devices():
            with self.subTest(engine=engine):
                suites, listed, _ = offered(device)
                self.assertEqual(listed, suites)


class Curves(WithPeers):

    def test_every_curve_makes_keys(self):
        for engine, device in devices():
            with self.subTest(engine=engine):
                self.assertEqual({name for name, in offered(device)[2]}, set(CURVES))
                suite = one_of_each(device)['ECDHE-RSA']
                self.all_go_well(suite_peers.run(device, [self.peers.cell(*suite, *FETCH, 'group=' + curve)
                                                          for curve in CURVES]))

    def test_every_curve_of_tls_1_3_makes_keys(self):
        device = fixtures.device('everything')
        suite = [suite for suite in offered(device)[0] if suite[1] == 'TLS1-3-AES-128-GCM-SHA256'][0]
        self.all_go_well(suite_peers.run(device, [self.peers.cell(*suite, *FETCH, 'group=' + curve)
                                                  for curve in ('x25519', 'secp256r1', 'secp384r1', 'secp521r1')]))

    def test_every_curve_may_be_a_servers(self):
        """With its key on the curve, which an RSA root has signed."""
        root = self.pki.chains['RSA-2048, RSA-4096 root'].issuer
        for curve, name in CURVES.items():
            if curve == 'x25519':
                continue            # no certificate has a key on it
            credentials = types.SimpleNamespace(ec=root.server(NAME, HERE, 'ec:' + name), rsa=self.pki.rsa)
            with Peers(credentials) as peers:
                for engine, device in devices():
                    with self.subTest(curve=curve, engine=engine):
                        suite = one_of_each(device)['ECDHE-ECDSA']
                        self.all_go_well(suite_peers.run(device, [peers.cell(*suite, *FETCH)]))


class KeyExchanges(WithPeers):
    """What each suite has to refuse, and which sessions may use it."""

    def refused(self, peers, exchanges, *more):
        """[(exchange, result)] of sessions that had to fail."""
        found = []
        for engine, device in devices():
            with self.subTest(engine=engine):
                suites = one_of_each(device)
                for cell, result in suite_peers.run(device, [peers.cell(*suites[name], *more) for name in exchanges]):
                    self.assertLess(result['ret'], 0, cell.suite)
                    self.assertEqual((result['stage'], result['fd']), ('connect', -1), cell.suite)
                    found.append((key_exchange(cell.suite), result))
        return found

    def test_no_suite_accepts_an_untrusted_certificate(self):
        with Peers(suite_peers.strange()) as peers:
            for name, result in self.refused(peers, sorted(EXCHANGES - {'PSK', 'DHE-PSK', 'ECDHE-PSK'})):
                self.assertEqual((result['ret'], result['reason'], result['flags']),
                                 (VERIFY_FAILED, 'certificate', NOT_TRUSTED), name)

    def test_no_suite_accepts_another_pre_shared_key(self):
        with Peers(psk=bytes(16)) as peers:
            for name, result in self.refused(peers, ['PSK', 'DHE-PSK', 'ECDHE-PSK', 'RSA-PSK']):
                self.assertEqual(result['reason'], 'alert', name)
                self.assertNotIn('verified success', result['output'])

    def test_rsa_psk_holds_the_certificate_to_name_and_clock(self):
        for _, result in self.refused(self.peers, ['RSA-PSK'], 'name=other.test'):
            self.assertEqual((result['ret'], result['reason'], result['flags']),
                             (VERIFY_FAILED, 'certificate', CN_MISMATCH))
        for _, result in self.refused(self.peers, ['RSA-PSK'], 'clock=0'):
            self.assertEqual((result['ret'], result['reason'], result['step']),
                             (CLOCK_UNSET, 'clock', 'certificate check'))

    def test_rsa_psk_is_not_offered_without_verification(self):
        """Without roots, or without verification, RSA-PSK is not offered; the other exchanges need neither."""
        empty = os.path.join(BUILD, 'no-roots')
        open(empty, 'w').close()
        for engine, device in devices():
            with self.subTest(engine=engine):
                suites = one_of_each(device)
                for keys in (['verify=nothing'], ['roots=' + empty, 'form=added']):
                    cells = [self.peers.cell(*suites[name], *FETCH, *keys) for name in ('PSK', 'DHE-PSK', 'ECDHE-PSK')]
                    cells += [self.peers.cell(*suites['PSK'], *FETCH, 'clock=0', *keys)]
                    self.all_go_well(suite_peers.run(device, cells))
                    (cell, result), = suite_peers.run(device, [self.peers.cell(*suites['RSA-PSK'], *keys)])
                    self.assertEqual((result['stage'], result['ret']), ('context', fixtures.BAD_INPUT_DATA), cell.suite)

    def test_a_short_prime_is_refused_and_reported(self):
        with Peers(dh=1536) as peers:
            for name, result in self.refused(peers, ['DHE-RSA', 'DHE-PSK']):
                self.assertEqual((result['reason'], result['number']), ('short-prime', 1536), name)
                self.assertIn('1536 bits', result['what'])
                self.assertIn('PKG_MBEDTLS_DHM_MIN_BITS', result['remedy'])

    def test_the_profile_for_old_servers_takes_a_short_prime(self):
        device = test_profiles.device('legacy')
        suite = [suite for suite in offered(device)[0] if key_exchange(suite[1]) == 'DHE-RSA'][0]
        credentials = types.SimpleNamespace(**{kind: test_profiles.pki(kind).good for kind in ('ec', 'rsa')})
        with Peers(credentials, dh=1536) as peers:
            self.all_go_well(suite_peers.run(device, [peers.cell(*suite, *FETCH)]))

    def test_our_server_takes_those_that_its_credentials_carry(self):
        trusted, word = suite_peers.trusted(), '%s:%s' % (IDENTITY, PSK.decode())
        rsa, keys = {'RSA', 'DHE-RSA', 'ECDHE-RSA'}, {'PSK', 'DHE-PSK', 'ECDHE-PSK'}
        certificate = {'cert': trusted.rsa.chain, 'key': trusted.rsa.key}
        for credentials, wanted in (
                ({'psk': word}, keys), (certificate, rsa), ({'psk': word, **certificate}, rsa | keys | {'RSA-PSK'}),
                ({'cert': trusted.ec.chain, 'key': trusted.ec.key, 'psk': word}, {'ECDHE-ECDSA'} | keys),
                # A client that has neither a certificate nor a key to show.
                ({'ca': self.pki.all_roots, 'auth': 2, **certificate}, set())):
            for engine, device in devices():
                with self.subTest(wanted=wanted, engine=engine), DeviceServer(device, **credentials) as server:
                    done = suite_peers.run(device, [
                        suite_peers.cell(server.port, name, 'ours', 'send=5000', 'echo=1', 'read=5000')
                        for _, name in one_of_each(device).values()])
                    good = {key_exchange(cell.suite) for cell, result in done
                            if (result['code'], result['received'], result['intact']) == (0, 5000, 1)}
                    self.assertEqual(good, wanted)
                    self.assertEqual(len(server.seen('connected')), len(wanted))


class Tls13Alone(Case):

    build = 'tls13-alone'

    def test_servers_with_tls_1_3_connect(self):
        for server_class, options in ((OpenSSL, {'options': ['-tls1_3']}),
                                      (GnuTLS, {'priority': 'NORMAL:-VERS-ALL:+VERS-TLS1.3'})):
            for certificate in (self.pki.ec, self.pki.rsa):
                with server_class(certificate, **options) as server:
                    self.assertEqual(self.connect(server)['version'], 'TLSv1.3')

    def test_a_server_without_it_is_refused_and_reported(self):
        with OpenSSL(self.pki.ec, options=['-tls1_2']) as server:
            result = self.session(server)
        self.assertEqual((result['stage'], result['reason'], result['number']), ('connect', 'alert', 70))
        self.assertIn('protocol version', result['remedy'])
