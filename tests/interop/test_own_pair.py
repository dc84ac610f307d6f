# SPDX-License-Identifier: Apache-2.0
"""The package's client and the package's server with one another."""
import concurrent.futures
import os
import socket
import time
import unittest

from lib.device_server import DeviceServer
from lib.relay import Relay

from . import fixtures

KEY = 'secret_of_both'
PSK = 'device:' + KEY
HOST = '127.0.0.1'
RECONNECT = -0x6780
CID_RECORD = 25


class Pair(fixtures.Case):
    build = 'server'
    has_cid = 1

    def serve(self, **keys):
        return DeviceServer(self.device, **keys)

    def talk(self, port, **keys):
        """A session over UDP with the pre-shared key; returns its outcome."""
        return self.device.case(host=HOST, port=port, transport='datagram', psk=KEY.encode().hex(), identity='device',
                                **keys)

    def begin(self, port, **keys):
        """The same in the background; .result() waits for its outcome."""
        pool = concurrent.futures.ThreadPoolExecutor(1)
        future = pool.submit(self.talk, port, **keys)
        pool.shutdown(wait=False)
        return future

    def check(self, result, pings):
        self.assertEqual((result['code'], result['echoed'], result['lost'], result['strange']), (0, pings, 0, 0),
                         result['output'])

    def test_pre_shared_key_over_udp(self):
        with self.serve(transport='udp', psk=PSK) as server:
            result = self.talk(server.port, pings=5)
            self.check(result, 5)
            self.assertEqual(result['has_id'], self.has_cid)
            server.wait('ended', code=fixtures.PEER_CLOSE_NOTIFY)

    def test_certificate_over_udp_and_tcp(self):
        one = self.pki.chains['P-256, RSA-2048, P-256 root']
        with self.serve(transport='udp', cert=one.chain, key=one.key) as server:
            self.check(self.device.case(host=HOST, port=server.port, transport='datagram', pings=3), 3)
        with self.serve(transport='tcp', cert=one.chain, key=one.key) as server:
            result = self.device.case(host=HOST, port=server.port, send=50000, chunk=5000, echo=1, read=50000)
            self.assertEqual((result['code'], result['received'], result['intact']), (0, 50000, 1), result['output'])

    def test_several_clients_at_once(self):
        with self.serve(transport='udp', psk=PSK, clients=6, handshakes=6) as server:
            for future in [self.begin(server.port, pings=10, pause=30) for _ in range(6)]:
                self.check(future.result(), 10)
            server.wait('connected', count=6)
            self.assertEqual(len(server.seen('connected')), 6)


class ConnectionId(Pair):
    """RFC 9146."""

    def while_it_talks(self, relay, future, count):
        while len([one for one in relay.sent if one[0] == CID_RECORD]) < count and not future.done():
            time.sleep(0.01)

    def test_client_changes_its_address(self):
        with self.serve(transport='udp', psk=PSK) as server, Relay(server.port) as relay:
            future = self.begin(relay.port, pings=12, pause=100)
            for count in (3, 6, 9):
                self.while_it_talks(relay, future, count)
                relay.rebind()
                server.wait('moved', address=relay.address())
            self.check(future.result(), 12)
            self.assertEqual([one['address'] for one in server.seen('moved')],
                             ['%s:%d' % back.getsockname() for back in relay.backs[1:]])
            server.wait('connected')
            self.assertEqual(len(server.seen('connected')), 1)
            self.assertEqual(relay.received[-1][0], 3)      # answers go to the newest address

    def test_application_may_refuse_a_new_address(self):
        with self.serve(transport='udp', psk=PSK, refuse_moves=1) as server, Relay(server.port) as relay:
            future = self.begin(relay.port, pings=6, pause=100)
            self.while_it_talks(relay, future, 3)
            relay.rebind()
            server.wait('moved')
            self.check(future.result(), 6)
            self.assertEqual({back for back, _ in relay.received}, {0})

    def test_old_and_forged_records_do_not_change_the_address(self):
        with self.serve(transport='udp', psk=PSK) as server, Relay(server.port) as relay, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            future = self.begin(relay.port, pings=12, pause=100)
            self.while_it_talks(relay, future, 4)
            records = [one for one in relay.sent if one[0] == CID_RECORD]
            newest = bytearray(records[-1])
            newest[9:11] = b'\xff\xff'                      # a later sequence number: its tag does not verify
            for one in records + [bytes(newest), records[0][:15] + os.urandom(40), records[0][:13]]:
                stranger.sendto(one, (HOST, server.port))
            self.check(future.result(), 12)
            self.assertEqual(server.seen('moved'), [])

    def test_late_record_from_the_old_address_does_not_restore_it(self):
        """A delayed datagram is read, but is older than those from the new address."""
        held = []

        def up(number, datagram):
            if datagram[0] == CID_RECORD and not held and len(relay.sent) > 5:
                held.append(datagram)
                return []
            return [datagram]

        with self.serve(transport='udp', psk=PSK) as server, Relay(server.port, up) as relay:
            future = self.begin(relay.port, pings=10, pause=100, wait=300)
            while not held:
                time.sleep(0.01)
            relay.rebind()
            server.wait('moved', address=relay.address())
            before = len(server.seen('data'))
            relay.inject(held[0], 0)
            server.wait('data', count=before + 1)
            result = future.result()
            self.assertGreaterEqual(result['echoed'], 9, result['output'])
            self.assertEqual(len(server.seen('moved')), 1)

    def test_restarted_client_ends_its_old_session_once_it_is_authenticated(self):
        """The first client vanishes: its close_notify, the third datagram with its id, is lost."""
        def up(number, datagram):
            count = len([one for one in relay.sent if one[0] == CID_RECORD])
            return [] if datagram[0] == CID_RECORD and count == 3 else [datagram]

        with self.serve(transport='udp', psk=PSK) as server, Relay(server.port, up) as relay:
            self.check(self.talk(relay.port, pings=2), 2)
            self.assertEqual(server.ask('stats')['clients'], 1)
            self.assertEqual(server.seen('ended'), [])
            self.check(self.talk(relay.port, pings=2), 2)
            server.wait('ended', client=1, code=RECONNECT)
            server.wait('connected', count=2)
            self.assertEqual([one['address'] for one in server.seen('connected')], [relay.address()] * 2)


class WithoutConnectionId(Pair):
    build = 'server-no-cid'
    has_cid = 0


if __name__ == '__main__':
    unittest.main()
