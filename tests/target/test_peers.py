# SPDX-License-Identifier: Apache-2.0
"""The peers that the package is compared with: their figures are comparable only if they verify the same things.

    make test ONLY=target/test_peers.py

takes one of them, which is built in seconds. MBEDTLS_TEST_PEERS in the environment names others, by words in their
names; 'bearssl wolfssl mbedtls' are all. With MBEDTLS_TEST_OFFLINE peers that were not fetched before are skipped.
"""
import datetime
import functools
import io
import json
import os
import tarfile
import tempfile
import unittest
from unittest import mock

from bench.measure import bench_server, measure, rom
from bench.measure.record import Record, Symbols
from bench.peers import peers
from tools.mps2_an500.board import Board

WORDS = os.environ.get('MBEDTLS_TEST_PEERS', '').split()
NAMES = [name for name in peers.PEERS if any(word in name for word in WORDS)] if WORDS else ['bearssl-ec']
BEFORE, AFTER = datetime.datetime(2019, 12, 31), datetime.datetime(2049, 1, 2)     # of bench_server's certificates
BODY = len(bench_server.BODY)


def session(folder, certificate, clock=bench_server.CLOCK):
    """The meter's result of a session, and the bytes that it left on the heap."""
    image = os.path.join(folder, 'rtthread.elf')
    with bench_server.BenchServer(certificate) as server:
        run = Board(image, (server.host, server.port)).run(
            ['meter %s 443 /body %d' % (bench_server.HOST, BODY)], clock=lambda: clock)
    (said,) = map(json.loads, run.line('METER '))
    return said, Record(run.files['meter-1'], Symbols(image)).heap().left


def for_each_peer(test):
    """The test gets the image's folder, the kind of chain, and the certificate of a good server."""
    @functools.wraps(test)
    def run(self):
        for name in NAMES:
            if 'MBEDTLS_TEST_OFFLINE' in os.environ and not peers.is_fetched(name):
                self.skipTest('the sources are not there, and MBEDTLS_TEST_OFFLINE is set')
            for kind in peers.PEERS[name].chains:
                with self.subTest(peer=name, chain=kind):
                    root, certificate = bench_server.chain(kind, 2)
                    test(self, peers.build(name, root), kind, certificate)
    return run


class Peers(unittest.TestCase):

    def check_refused(self, folder, certificate, **options):
        said, left = session(folder, certificate, **options)
        self.assertNotEqual(said['ret'], 0)
        self.assertEqual((said['total'], left), (0, 0))

    @for_each_peer
    def test_two_sessions_receive_everything_and_free_all_memory(self, folder, _, certificate):
        self.assertIsNone(measure.why_not(measure.run(folder, certificate)[0]))

    @for_each_peer
    def test_another_root_is_refused(self, folder, kind, _):
        self.check_refused(folder, bench_server.impostors(kind)['with a certificate of another root'])

    @for_each_peer
    def test_another_name_is_refused(self, folder, kind, _):
        self.check_refused(folder, bench_server.impostors(kind)['with a certificate for another name'])

    @for_each_peer
    def test_a_certificate_out_of_its_dates_is_refused(self, folder, _, certificate):
        for clock in (BEFORE, AFTER):
            self.check_refused(folder, certificate, clock=clock)

    @for_each_peer
    def test_only_the_library_and_its_session_are_counted(self, folder, *_):
        usage = rom.of(folder)
        self.assertAlmostEqual(sum(rom.by_object(usage).values()), usage.rom, delta=usage.rom / 50)
        counted = {part.object for part in usage.parts if part.size > 0}
        self.assertIn('session.o', counted)
        self.assertFalse(counted & {'client_peer.o', 'wire.o', 'link.o', 'meter.o'}, counted)


class Sources(unittest.TestCase):
    """Source packages, without a network."""

    def setUp(self):
        room = tempfile.TemporaryDirectory(prefix='test-peers-')
        self.addCleanup(room.cleanup)
        self.room = room.name
        for patch in (mock.patch.object(peers, 'BUILD', os.path.join(self.room, 'build')),
                      mock.patch.object(peers.debian_sources, 'debian_mirror', lambda: 'a mirror'),
                      mock.patch.object(peers.debian_sources, 'fetch', lambda *_: self.path)):
            patch.start()
            self.addCleanup(patch.stop)

    def tarball(self, version):
        self.path = os.path.join(self.room, 'bearssl_%s+dfsg.1.orig.tar.xz' % version)
        with tarfile.open(self.path, 'w:xz') as archive:
            for name in ('src/ssl.c', 'inc/bearssl.h', 'samples/client.c'):
                member = tarfile.TarInfo('bearssl/' + name)
                member.size = len(name)
                archive.addfile(member, io.BytesIO(name.encode()))

    def test_known_release_with_another_checksum_is_refused(self):
        self.tarball(peers.LIBRARIES['bearssl'].known)
        with self.assertRaisesRegex(peers.PeerError, 'another checksum'):
            peers.fetch('bearssl-ec')
        self.assertFalse(peers.is_fetched('bearssl-ec'))

    def test_older_release_is_refused(self):
        self.tarball('0.5.10')
        with self.assertRaisesRegex(peers.PeerError, 'BearSSL 0.5.10 is older than the known 0.6'):
            peers.fetch('bearssl-ec')

    def test_newer_release_is_taken_and_named(self):
        self.tarball('0.7')
        folder = peers.fetch('bearssl-ec')
        self.assertEqual(sorted(os.listdir(folder)), ['.version', 'inc', 'src'])
        self.assertEqual(peers.engine('bearssl-rsa'), 'BearSSL 0.7')

    def test_failed_fetch_is_reported_and_leaves_nothing(self):
        def fails(*_):
            raise peers.debian_sources.SourceError('apt-get update failed: No route')
        with mock.patch.object(peers.debian_sources, 'fetch', fails):
            with self.assertRaisesRegex(peers.PeerError, '^BearSSL: apt-get update failed: No route'):
                peers.fetch('bearssl-ec')
        self.assertEqual(os.listdir(os.path.join(peers.BUILD, 'sources')), ['bearssl.lock'])


if __name__ == '__main__':
    unittest.main()
