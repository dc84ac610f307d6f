# SPDX-License-Identifier: Apache-2.0
"""tools/fit: the facts of a server, and what is chosen for them. Nothing is built here."""
import contextlib
import io
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import unittest
from unittest import mock

from lib.datagrams import OpenSSL as DatagramServer
from lib.pki import Authority
from lib.servers import GnuTLS, Nginx, OpenSSL
from lib.shared import new_folder, shared
from tools.mbedtls_fit import __main__ as command
from tools.mbedtls_fit import changes, choose, clone, proof, report, rules, table, watch
from tools.mbedtls_fit.flip import SIGNATURE, Flip
from tools.mbedtls_fit.need import LEVELS, Need
from tools.mbedtls_fit.probe import chain, probe, survey
from tools.mbedtls_fit.probe.wire import Wire
from tools.mbedtls_fit.proof import Proof, Refusal
from tools.mbedtls_fit.target import FitError, Target
from tools.mbedtls_roots import pem
from tools.mbedtls_settings import profiles

NAME = 'www.example.test'
BODY = bytes(range(256)) * 160


@shared
def pki():
    folder = new_folder('fit')
    root = Authority('Fit Root', folder)
    issuing = root.authority('Fit Issuing')
    rsa = Authority('Fit RSA Root', folder, key='rsa:2048')
    return {'root': root, 'ec': issuing.server(NAME), 'rsa root': rsa, 'rsa': rsa.server(NAME, key='rsa:2048')}


@shared
def facts():
    with Nginx(pki()['ec'], {'index.html': BODY}) as server:
        return probe(target(server))


def target(server, root='root', **options):
    return Target('%s:%d' % (server.host, server.port), name=NAME, root=pki()[root].pem, **options)


def der(path):
    with open(path, 'rb') as source:
        return pem.split(source.read())


def need(level, found=None, **options):
    found = found or facts()
    return Need(found, Target('127.0.0.1:1', name=NAME, root=pki()['root'].pem, **options), level,
                chain.facts(der(pki()['root'].pem)[0]))


class Probe(unittest.TestCase):

    def test_the_facts_of_nginx_are_found(self):
        found = facts()
        self.assertEqual(found['versions'], ['TLS 1.3', 'TLS 1.2'])
        self.assertIn('ECDHE-ECDSA-AES128-GCM-SHA256', found['suites']['EC'])
        self.assertNotIn('RSA', found['suites'])
        self.assertEqual(set(found['groups']), {'P-256', 'X25519', 'P-384', 'P-521'})
        self.assertIs(found['fragment']['obeyed'], True)
        self.assertEqual(found['answer']['body'], len(BODY))
        self.assertEqual([one['subject'] for one in found['chains'][0]['certificates']], [NAME, 'Fit Issuing'])
        self.assertIsNone(found['chains'][0]['complaint'])
        self.assertEqual(found['close'], 'close_notify')
        self.assertLessEqual(found['connections'], 100)

    def test_a_server_with_two_kinds_of_keys_shows_both_chains(self):
        ec, rsa = pki()['ec'], pki()['rsa']
        both = 'ssl_certificate %s; ssl_certificate_key %s;' % (rsa.chain, rsa.key)
        with Nginx(ec, {'index.html': BODY}, settings=both) as server:
            found = probe(target(server))
        self.assertEqual({one['kind'] for one in found['chains']}, {'EC', 'RSA'})
        self.assertEqual(set(found['suites']), {'EC', 'RSA'})
        # Only the one under the root that was given counts.
        self.assertEqual([one['kind'] for one in found['chains'] if one['complaint'] is None], ['EC'])

    def test_a_server_with_tls_1_3_only_shows_its_chain_too(self):
        with OpenSSL(pki()['rsa'], {'body': BODY}, options=['-tls1_3']) as server:
            found = probe(target(server, 'rsa root', path='/body'))
        self.assertEqual(found['versions'], ['TLS 1.3'])
        self.assertEqual(found['chains'][0]['certificates'][0]['key'], 'RSA 2048')
        self.assertEqual(found['suites'], {})

    def test_whether_a_record_size_limit_is_obeyed_is_seen_with_tls_1_2_and_1_3(self):
        # A long answer to a request that fits into the limit, which counts for what gnutls-cli sends, too.
        lines = (b'x' * 500 + b'\n') * 40
        with GnuTLS(pki()['ec']) as server:
            found = probe(target(server, request=lines))
        for version in ('TLS 1.2', 'TLS 1.3'):
            one = found['record_limit']['sessions'][version]
            with self.subTest(version=version):
                self.assertEqual((one['acknowledged'], one['obeyed']), (True, True))
                self.assertIn(one['largest_record'], range(one['asked'], one['asked'] + 65))
        self.assertIn('record_size_limit          TLS 1.2: acknowledged, obeyed; TLS 1.3: acknowledged, obeyed', table.text(found))

    def test_a_record_size_limit_that_is_acknowledged_and_not_obeyed_is_told(self):
        one = {'acknowledged': True, 'obeyed': survey.obeyed(16408, 1000, 16408)}
        found = dict(facts(), record_limit={'acknowledged': True, 'sessions': {'TLS 1.2': one}})
        self.assertIn('TLS 1.2: acknowledged, not obeyed', table.text(found))

    def test_a_server_without_record_size_limit_is_told_for_tls_1_3_too(self):
        limit = facts()['record_limit']
        self.assertEqual((limit['acknowledged'], limit['sessions']['TLS 1.3']['acknowledged']), (False, False))
        self.assertGreater(limit['sessions']['TLS 1.3']['largest_record'], 16384)

    def test_resumption_over_datagrams_is_found(self):
        with DatagramServer(pki()['ec']) as server:
            found = probe(target(server, datagrams=True, request=b'hello\n'))
        self.assertIs(found['resumes'], True)
        self.assertLessEqual(found['flight']['largest_record'], found['flight']['asked'])

    def test_a_server_that_does_not_resume_pre_shared_keys_is_told(self):
        options = '-nocert -tls1_2 -psk_identity d -psk 0011 -cipher PSK -no_ticket -no_cache'.split()
        with OpenSSL(pki()['ec'], {'body': BODY}, options=options) as server:
            found = probe(target(server, psk='d:0011', path='/body'))
        self.assertIs(found['resumes'], False)

    def test_a_server_that_does_not_listen_is_told(self):
        with self.assertRaisesRegex(FitError, 'cannot be reached'):
            probe(Target('127.0.0.1:1', root=pki()['root'].pem))


class Choice(unittest.TestCase):

    def test_no_level_goes_below_the_floor(self):
        for level in LEVELS:
            config = choose.menu()
            choose.apply(config, need(level))
            for symbol, (value, _) in rules.FLOOR.items():
                if choose.is_offered(config.syms[symbol]):
                    with self.subTest(level=level, symbol=symbol):
                        self.assertEqual(config.syms[symbol].str_value, value)
            self.assertEqual(config.syms['PKG_MBEDTLS_EXTENDED_MASTER_SECRET'].str_value, 'y')

    def test_the_floor_cannot_be_tried_without(self):
        for level in LEVELS:
            self.assertEqual(set(choose.choose(need(level)).open) & set(rules.FLOOR), set())

    def test_each_level_keeps_what_the_one_below_keeps(self):
        exact, family, robust = (need(level) for level in LEVELS)
        self.assertLess(exact.receive, family.receive)
        self.assertLessEqual(exact.curves, family.curves)
        self.assertLessEqual(family.ciphers, robust.ciphers)
        self.assertEqual(robust.kinds, {'EC', 'RSA'})

    def test_buffers_have_room_for_the_longest_message(self):
        for level in LEVELS:
            self.assertGreaterEqual(need(level).receive, facts()['largest']['message'] + 64)

    def test_a_server_that_ignores_fragment_lengths_gets_a_buffer_for_its_records(self):
        found = dict(facts(), fragment={'acknowledged': []})
        self.assertGreaterEqual(need('exact', found).receive, 16384)

    def test_a_profile_in_a_file_can_be_applied(self):
        settings = choose.choose(need('exact')).settings
        with tempfile.NamedTemporaryFile('w') as output:
            output.write(''.join('CONFIG_%s=%s\n' % item for item in settings.items()))
            output.flush()
            config = choose.menu()
            wanted = profiles.apply(config, os.path.join(choose.ROOT, 'defconfig'), output.name)
            profiles.check(config, output.name, wanted)
        self.assertEqual(config.syms['PKG_MBEDTLS_P256_M'].str_value, 'y')

    def test_a_profile_says_what_the_floor_says_whatever_the_config_has(self):
        settings = choose.choose(need('exact')).settings
        for symbol in ('PKG_MBEDTLS_PATH_RULES', 'PKG_MBEDTLS_CLOCK_REFUSE', 'PKG_MBEDTLS_EXTENDED_MASTER_SECRET',
                       'PKG_MBEDTLS_TRUST_USER'):
            self.assertEqual(settings[symbol], 'y')

    def test_what_may_change_follows_the_level(self):
        survives = {level: {one.what: one.survives for one in changes.changes(need(level))} for level in LEVELS}
        self.assertEqual(survives['exact']['RSA instead of ECDSA'], 'no')
        self.assertEqual(survives['robust']['RSA instead of ECDSA'], 'yes')
        self.assertEqual(survives['exact']['one more certificate of the same kind in the chain'], 'no')
        self.assertEqual(survives['family']['one more certificate of the same kind in the chain'], 'yes')


def result_of(level, **options):
    """What result.json says of a level, without a build."""
    wanted = need(level)
    return {'server': '127.0.0.1:1', 'name': NAME, 'version': wanted.version, 'alpn': [], 'datagrams': False, 'path': '/',
            'facts': facts(), 'reasons': {symbol: {'value': value} for symbol, (value, _)
                                          in choose.choose(wanted).reasons.items()}, **options}


class Watching(unittest.TestCase):
    """fit-check: whether a device would still connect, out of the facts of today."""

    def troubles(self, level, certificate):
        with Nginx(certificate, {'index.html': BODY}) as server:
            return list(watch.Device(result_of(level)).troubles(probe(target(server))))

    def test_a_renewed_certificate_is_no_trouble(self):
        certificate = pki()['ec'].issuer.server(NAME)
        for level in LEVELS:
            self.assertEqual(self.troubles(level, certificate), [])

    def test_another_kind_of_key_breaks_all_but_robust(self):
        certificate = pki()['ec'].issuer.server(NAME, key='rsa:2048')
        self.assertRegex(self.troubles('exact', certificate)[0], 'kind RSA')
        self.assertRegex(self.troubles('family', certificate)[0], 'kind RSA')
        self.assertEqual(self.troubles('robust', certificate), [])

    def test_a_longer_chain_breaks_exact_only(self):
        issuing = pki()['ec'].issuer.authority('Fit One More')
        certificate = issuing.server(NAME)
        self.assertRegex(self.troubles('exact', certificate)[0], r'the chain has \d+ bytes, the device takes \d+')
        self.assertEqual(self.troubles('family', certificate), [])

    def test_the_line_names_the_end_of_the_certificates_and_a_new_issuer(self):
        certificate = pki()['root'].authority('Fit New Issuing').server(NAME, end=5)
        with Nginx(certificate, {'index.html': BODY}) as server, tempfile.TemporaryDirectory() as folder:
            found = result_of('family', server='127.0.0.1:%d' % server.port)
            with open(os.path.join(folder, 'result.json'), 'w', encoding='utf-8') as output:
                json.dump(found, output)
            shutil.copyfile(pki()['root'].pem, os.path.join(folder, 'root.pem'))
            connects, line = watch.check(folder)
        self.assertTrue(connects)
        self.assertIn('new issuer Fit New Issuing', line)
        self.assertRegex(line, r'a certificate ends in \d days')
        self.assertNotIn('\n', line)


class Report(unittest.TestCase):

    def test_the_page_is_self_contained_and_escapes_what_the_server_says(self):
        evil = '<script>alert(1)</script>'
        found = dict(result_of('exact'), level='exact', suite='S', idle=None, is_proven=False, proof=evil, steps=[{'name': 'a', 'rom': 10}], tries=[],
                     refused=[{'what': evil, 'is_refused': True, 'how': evil}],
                     changes=[one._asdict() for one in changes.changes(need('exact'))],
                     figures=dict.fromkeys(('rom', 'static', 'heap_peak', 'heap_after', 'stack', 'minsn_handshake'), 1))
        found['reasons'] = {symbol: dict(one, why=evil) for symbol, one in found['reasons'].items()}
        page = report.html(found, None)
        self.assertNotIn(evil, page)
        self.assertNotRegex(page, r'(?:src|href)="(?!#|data:)')


class Images:
    """In place of proof.Images: says of each build what the test wants."""

    def __init__(self, *_):
        self.proven = []

    def prove(self, settings):
        self.proven.append(settings)
        return Proof(dict.fromkeys(('rom', 'static', 'heap_peak', 'heap_after', 'stack', 'minsn_handshake'), 100 + len(settings)),
                     None, self.why_not(settings), '')

    def why_not(self, settings):
        return None

    def refusals(self, settings, need):
        yield Refusal('a stranger', True, 'not trusted')

    def rom(self, settings):
        return 1

    def build(self, settings):
        pass

    def idles(self, settings, seconds):
        return 'works'


class Whole(unittest.TestCase):
    """When an answer counts as whole."""

    def test_a_page_that_is_shorter_this_time_ends_with_close_notify(self):
        images = proof.Images.__new__(proof.Images)
        images.expected = 4273
        self.assertEqual(proof.ended('FIT read -0x7880\nMETER {}\nMETER {}\nFIT read -0x7200\nMETER {}\n'),
                         [True, False, False])
        for length, is_ended, is_whole in ((4273, False, True), (3758, True, True), (3758, False, False),
                                           (200, True, False)):
            self.assertEqual(images.is_whole(length, is_ended), is_whole)


class Command(unittest.TestCase):
    """The command with images that are not built."""

    def fit(self, images, *options):
        """(exit code, output, the result or None)"""
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(command, 'BUILD', folder), \
                mock.patch.object(command, 'Images', images), Nginx(pki()['ec'], {'index.html': BODY}) as server:
            words = ['fit', 'fit', '127.0.0.1:%d' % server.port, '--host-name', NAME, '--root', pki()['root'].pem,
                     '--name', 'x', *options]
            output = io.StringIO()
            with mock.patch.object(sys, 'argv', words), contextlib.redirect_stdout(output), \
                    contextlib.redirect_stderr(output):
                code = command.main()
            path = os.path.join(folder, 'x', 'result.json')
            if not os.path.exists(path):
                return code, output.getvalue(), None
            with open(path, encoding='utf-8') as source:
                return code, output.getvalue(), json.load(source)

    def test_ctrl_c_leaves_the_best_result_so_far(self):
        class Interrupted(Images):
            def refusals(self, settings, need):
                raise KeyboardInterrupt

        code, output, found = self.fit(Interrupted)
        self.assertEqual(code, 130)
        self.assertIn('the best so far', output)
        self.assertTrue(found['settings'])
        self.assertEqual(found['proof'], 'NOT PROVEN, the run ended before every impostor was tried')

    def test_an_image_that_accepts_an_impostor_is_no_result(self):
        class Accepting(Images):
            def refusals(self, settings, need):
                yield Refusal('a stranger', False, 'connected')

        code, output, found = self.fit(Accepting)
        self.assertEqual(code, 6)
        self.assertIn('ACCEPTED: a stranger', output)
        self.assertEqual(found['proof'], 'NOT PROVEN, the image accepts a stranger')

    def test_a_try_that_fails_is_taken_back_with_its_reason(self):
        class Picky(Images):
            def why_not(self, settings):
                return 'the server wants its name' if settings['PKG_MBEDTLS_SERVER_NAME_INDICATION'] == 'n' else None

        code, _, found = self.fit(Picky, '--level', 'exact')
        self.assertEqual((code, found['is_proven']), (0, True))
        self.assertEqual(found['settings']['PKG_MBEDTLS_SERVER_NAME_INDICATION'], 'y')
        tried = [one for one in found['tries'] if one['what'] == 'without PKG_MBEDTLS_SERVER_NAME_INDICATION']
        self.assertEqual([(one['kept'], one['why']) for one in tried], [(False, 'the server wants its name')])

    def test_the_next_level_is_tried_when_one_does_not_work(self):
        class Demanding(Images):
            def why_not(self, settings):
                return 'too short' if int(settings['MBEDTLS_SSL_MAX_CONTENT_LEN']) < 2000 else None

        code, output, found = self.fit(Demanding, '--level', 'exact')
        self.assertEqual((code, found['level']), (0, 'family'))
        self.assertIn('does not work: too short', output)

    def test_nothing_works_has_its_exit_code(self):
        class Broken(Images):
            def why_not(self, settings):
                return 'no'

        self.assertEqual(self.fit(Broken)[0], 5)

    def test_the_wrong_root_is_told_before_anything_is_built(self):
        class Never(Images):
            def prove(self, settings):
                raise AssertionError('built')

        with mock.patch.dict(pki(), root=pki()['rsa root']):
            code, output, _ = self.fit(Never)
        self.assertEqual(code, 5)
        self.assertIn('refused', output)


class Mistakes(unittest.TestCase):
    """What a newcomer gets wrong: one sentence and the documented exit code, before the server is asked."""

    def told(self, code, words, *arguments, server='127.0.0.1:1', command_name='fit'):
        output = io.StringIO()
        with mock.patch.object(sys, 'argv', ['fit', command_name, server, *arguments]), \
                contextlib.redirect_stderr(output), contextlib.redirect_stdout(output), self.subTest(words=words):
            try:
                found = command.main()
            except SystemExit as end:           # argparse
                found = end.code
            self.assertEqual(found, code, output.getvalue())
            self.assertRegex(output.getvalue().splitlines()[-1], words)
            self.assertNotIn('Traceback', output.getvalue())

    def file(self, name, data):
        path = os.path.join(new_folder('fit-mistakes'), name)
        with open(path, 'wb') as file:
            file.write(data)
        return path

    def test_names_and_ports(self):
        root = ('--root', pki()['root'].pem)
        for server in (':443', 'a..b:443', 'a b', 'x' * 70 + '.test', 'https://a.test/'):
            self.told(2, 'is no name of a server', *root, server=server)
        self.told(2, 'the port has to be', *root, server='a.test:99999')
        self.told(2, 'is no name of a server', *root, '--host-name', 'x' * 300)
        self.told(3, 'cannot be reached: Connection refused', *root)
        self.told(2, 'NAME is of a folder', *root, '--name', 'a/b')
        self.told(2, 'NAME is of a folder', *root, '--name', '..')
        self.told(2, 'PATH has to be', *root, '--path', '/\u00fc')
        self.told(2, 'ALPN has to be', *root, '--alpn', 'x' * 300)
        self.told(2, 'is less than 1', *root, '--times', '0')

    def test_roots(self):
        expired = Authority('Fit Expired Root', new_folder('fit-mistakes'), start=-20, end=-10)
        self.told(5, 'has expired on', '--root', expired.pem)
        self.told(2, 'ROOT is missing')
        self.told(2, 'No such file', '--root', '/none')
        self.told(2, 'Is a directory', '--root', '/tmp')
        self.told(2, 'there is no certificate in', '--root', pki()['ec'].key)
        self.told(2, 'tag 0x00', '--root', self.file('broken', (
            b'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')))

    def test_keys_and_secrets(self):
        root, ec = ('--root', pki()['root'].pem), pki()['ec']
        self.told(2, 'CERT and KEY go together', *root, '--key', ec.key)
        self.told(2, 'CERT and KEY go together', *root, '--cert', ec.pem)
        self.told(2, 'does not belong to the certificate', *root, '--cert', ec.pem, '--key', pki()['rsa'].key)
        self.told(2, 'holds no private key', *root, '--cert', ec.pem, '--key', ec.pem)
        self.told(2, 'PSK has to be identity:hex', '--psk', '0011')
        self.told(2, 'No such file', *root, '--request', '/none')

    def test_servers_that_are_none(self):
        def serve(answer):
            listener = socket.create_server(('127.0.0.1', 0))
            self.addCleanup(listener.close)

            def run():
                with contextlib.suppress(OSError):
                    while True:
                        with listener.accept()[0] as peer:
                            peer.recv(4096)
                            peer.sendall(answer)
            threading.Thread(target=run, daemon=True).start()
            return '127.0.0.1:%d' % listener.getsockname()[1]

        root = ('--root', pki()['root'].pem)
        self.told(3, 'speaks no TLS', *root, server=serve(b'HTTP/1.0 400 Bad Request\r\n\r\n'))
        self.told(3, 'messages that are no TLS', *root, server=serve(bytes.fromhex('160303000602000002') + b'\3\3'))

    def test_a_result_that_is_none(self):
        self.told(2, 'there is no result in', server='/none', command_name='check')
        folder = os.path.dirname(self.file('result.json', b'{}'))
        self.told(2, 'is no result of tools/fit', server=folder, command_name='check')


class Resumption(unittest.TestCase):

    def test_with_tickets_a_second_session_has_to_resume_if_the_server_does(self):
        images = proof.Images(Target('127.0.0.1:1'), facts(), '/tmp/unused')
        tickets = {'PKG_MBEDTLS_SESSION_TICKETS': 'y'}
        self.assertIn('did not resume', images.not_resumed(tickets, 'FIT full\nFIT full\n'))
        self.assertIsNone(images.not_resumed(tickets, 'FIT full\nFIT resumed\n'))
        self.assertIsNone(images.not_resumed({}, ''))


class Limits(unittest.TestCase):

    def test_a_server_that_begins_to_drop_connections_is_told(self):
        class Limiting(Wire):
            def ask_stream(self, hello):
                if self.connections > 8:
                    raise ConnectionRefusedError(111, 'Connection refused')
                return super().ask_stream(hello)

        with Nginx(pki()['ec']) as server, mock.patch('tools.mbedtls_fit.probe.wire.Wire', Limiting):
            with self.assertRaisesRegex(FitError, 'limits or drops connections') as caught:
                probe(target(server))
        self.assertEqual(caught.exception.code, 4)

    def test_the_probe_keeps_to_its_number_of_connections(self):
        with Nginx(pki()['ec']) as server, mock.patch('tools.mbedtls_fit.probe.wire.CONNECTIONS', 5):
            with self.assertRaisesRegex(FitError, 'has made 5 connections'):
                probe(target(server))


class Impostors(unittest.TestCase):

    def test_a_strangers_chain_has_the_same_names_and_leads_to_the_strangers_root_only(self):
        certificates = der(pki()['ec'].chain)
        with tempfile.TemporaryDirectory() as folder:
            leaf, root = clone.clone(certificates, der(pki()['root'].pem)[0], folder)
            cloned = der(leaf.chain)
            self.assertIsNone(chain.complaint(cloned, root.pem, NAME))
            self.assertIsNotNone(chain.complaint(cloned, pki()['root'].pem, NAME))
            self.assertEqual(chain.names(cloned[0]), chain.names(certificates[0]))

    def test_a_refusal_is_none_if_the_image_had_no_answer(self):
        silent = '[E/tls] step 5 reason %d code -0x9001 flags 0x0 depth 0 number 15000'
        self.assertTrue(proof.Images.is_silence(silent % proof.REASONS.index('silent')))
        self.assertFalse(proof.Images.is_silence(silent % proof.REASONS.index('certificate')))

    def test_in_datagrams_every_copy_of_the_signature_is_flipped(self):
        message = bytes([12, 0, 0, 4, 0, 3, 0, 0, 0, 0, 0, 4]) + b'abcd'
        datagram = bytes([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 3, 0, len(message)]) + message
        flip = Flip(True, True)
        for _ in range(2):
            self.assertEqual(flip(datagram), datagram[:-1] + bytes([datagram[-1] ^ 1]))

    def test_a_bit_of_the_signature_is_flipped_in_whatever_pieces_it_arrives(self):
        key_exchange = bytes([12, 0, 0, 4]) + b'abcd'
        record = bytes([22, 3, 3, 0, len(key_exchange)]) + key_exchange
        flip = Flip(False, True)
        changed = b''.join(flip(record[at:at + 1]) for at in range(len(record)))
        self.assertEqual((flip.done, changed), (SIGNATURE, record[:-1] + bytes([record[-1] ^ 1])))


if __name__ == '__main__':
    unittest.main()
