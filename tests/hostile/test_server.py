# SPDX-License-Identifier: Apache-2.0
"""The package's server against the internet: floods, silence, noise, strangers at
a client's address, clients that are too many or too slow, and a heap that fails."""
import contextlib
import os
import random
import resource
import socket
import ssl
import struct
import threading
import time
import unittest

from lib.clients import OpenSSLClient
from lib.device_server import DeviceServer
from lib.load import late_seconds
from lib.relay import Relay, client_hello, cookie_of, records
from tools.mbedtls_host.device import Device
from tools.mbedtls_host.shared import shared

from . import common
from .common import HOST, SSL_ALLOC_FAILED, STATE, TIMEOUT, pki
from .rogue import ALERT, APPLICATION, vector
from .rogue_client import RogueClient

INPUT_BUFFER = 4096
SETTINGS = ['PKG_MBEDTLS_SERVER=y', 'PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y',
            'MBEDTLS_SSL_MAX_CONTENT_LEN=%d' % INPUT_BUFFER]
PSK = ('device', 'secret_secret')
RECONNECT = -0x6780
SERVER_HELLO, HELLO_VERIFY_REQUEST, CLIENT_KEY_EXCHANGE = 2, 3, 16
WARNING = b'\x15\x03\x03\x00\x02\x01\x5a'        # user_canceled, in clear

CLIENT_EXTENSIONS = '''\
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
'''


@shared
def device():
    return Device.build('hostile-server', pki().roots, SETTINGS)


# A record to skip, and a rest that is not a record: the engine reports an internal error (-0x6c00).
OTHER_EPOCH = b'\x17\xfe\xfd\x00\x09' + bytes(6) + b'\x00\x04' + bytes(4) + b'rest'


class Case(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.device = device()

    def serve(self, **keys):
        keys.setdefault('psk', ':'.join(PSK))
        return DeviceServer(self.device, **{'transport': 'udp', **keys})

    def client(self, port, **keys):
        return OpenSSLClient(port, dtls=True, psk=PSK, **keys)


class Stranger:
    """A socket at an address of the loopback, which sends any datagram."""

    def __init__(self, server, host=HOST):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.settimeout(60)
        self.server = (HOST, server.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, datagram):
        self.socket.sendto(datagram, self.server)
        return self.socket.recv(65536)

    def is_ignored(self, datagram, limit=0.3):
        self.socket.sendto(datagram, self.server)
        self.socket.settimeout(limit)
        try:
            self.socket.recv(65536)
            return False
        except socket.timeout:
            return True
        finally:
            self.socket.settimeout(60)

    def cookie(self, nonce):
        return cookie_of(self.ask(client_hello(nonce)))

    def prove(self, nonce=None):
        """A handshake up to the server's first flight; returns the server's answer to the second hello."""
        nonce = nonce or os.urandom(32)
        return self.ask(client_hello(nonce, self.cookie(nonce), message=1, record=1))


def half_hello():
    """A ClientHello of TLS without its last byte."""
    context = ssl.create_default_context(cafile=pki().root.pem)
    context.check_hostname = False
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(into, out).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()[:-1]


class Flood(Case):

    def test_spoofed_hellos_cost_no_heap_and_a_real_client_connects(self):
        """10,000 first hellos, each from another address: answered with less than they sent, and forgotten."""
        with self.serve() as server:
            with self.client(server.port) as client:        # one-time allocations are made here
                client.echo()
                client.close()
            server.wait('ended')
            server.ask('reset')
            before = server.ask('stats')
            answers = 0
            for batch in range(200):
                strangers = []
                for i in range(50):
                    number = batch * 50 + i
                    one = Stranger(server, '127.%d.%d.%d' % (1 + number % 7, number // 250 % 250 + 1, number % 250 + 1))
                    one.hello = client_hello()
                    one.socket.sendto(one.hello, one.server)
                    strangers.append(one)
                for one in strangers:
                    with one:
                        answer = one.socket.recv(65536)
                        self.assertEqual(len(cookie_of(answer)), 16)
                        self.assertLess(len(answer), len(one.hello))
                        answers += 1
            after = server.ask('stats')
            self.assertEqual(answers, 10000)
            self.assertEqual([after[key] for key in ('peak', 'used', 'blocks', 'allocations', 'clients', 'handshakes')],
                             [before[key] for key in ('peak', 'used', 'blocks', 'allocations', 'clients', 'handshakes')])
            with self.client(server.port) as client:
                client.echo()

    def test_invented_cookies_cost_no_heap(self):
        with self.serve() as server, Stranger(server) as stranger:
            server.ask('reset')
            before = server.ask('stats')
            for length in (1, 15, 16, 17, 32, 255):
                for _ in range(30):
                    answer = stranger.ask(client_hello(cookie=os.urandom(length), message=1, record=1))
                    self.assertEqual(len(cookie_of(answer)), 16)
            self.assertEqual(server.ask('stats'), before)

    def test_half_open_handshakes_are_limited(self):
        """Addresses that are proven, and then silent: no more handshakes than there may be, and all end in time."""
        with self.serve(handshakes=3, handshake_timeout=1500) as server:
            strangers = [Stranger(server) for _ in range(12)]
            for one in strangers:
                nonce = os.urandom(32)
                one.socket.sendto(client_hello(nonce, one.cookie(nonce), message=1, record=1), one.server)
            stats = server.until(lambda stats: stats['handshakes'] == 3)
            peak = stats['peak']
            with self.client(server.port) as client:        # it tries again by itself until there is room
                client.echo()
            stats = server.until(lambda stats: stats['handshakes'] == 0)
            self.assertEqual((stats['clients'], stats['code']), (1, TIMEOUT))
            self.assertLess(stats['peak'], peak * 1.7)
            for one in strangers:
                one.socket.close()

    def test_connections_over_tcp_wait_for_room(self):
        """Half-open handshakes beyond the limit get their turn once those before them run out of time."""
        one = pki().server
        hello = half_hello()
        with self.serve(transport='tcp', cert=one.chain, key=one.key, handshakes=2, handshake_timeout=1000) as server:
            begun = [socket.create_connection((HOST, server.port)) for _ in range(6)]
            for each in begun:
                each.sendall(hello)
            server.until(lambda stats: stats['handshakes'] == 6)
            with OpenSSLClient(server.port, root=pki().root.pem, options=['-tls1_2']) as client:
                client.echo()
            for each in begun:
                each.close()

    def test_endless_alerts_do_not_hold_up_other_clients(self):
        """Warnings, which the engine passes over, as many as the connection carries: its limit is its own."""
        is_wanted, refused = True, []

        def flood():
            while is_wanted:
                try:
                    raw.send(1000 * WARNING)
                except socket.timeout:
                    pass
                except OSError as error:
                    refused.append(error)
                    return

        with self.serve(transport='tcp', handshake_timeout=15000) as server, \
                socket.create_connection((HOST, server.port)) as raw:
            raw.settimeout(0.1)
            server.until(lambda stats: stats['handshakes'] == 1)
            flooder = threading.Thread(target=flood)
            flooder.start()
            try:
                time.sleep(0.5)
                start = time.monotonic()
                with OpenSSLClient(server.port, psk=PSK, options=['-tls1_2']) as client:
                    client.echo()
                self.assertLess(time.monotonic() - start, late_seconds(3.5))
                self.assertEqual((refused, server.ask('stats')['handshakes']), ([], 1))
            finally:
                is_wanted = False
                flooder.join()


class Siege(Case):
    """Strangers take every place and then say nothing. A good client has to wait less than 2 s for them."""
    HANDSHAKE = 15000           # ms; without yielding, each place would be taken for this time

    def seconds(self, server, transport):
        """How long a good client takes to connect and to get an answer."""
        start = time.monotonic()
        with OpenSSLClient(server.port, dtls=transport == 'udp', psk=PSK,
                           options=[] if transport == 'udp' else ['-tls1_2']) as client:
            client.echo()
        return time.monotonic() - start

    def hosts(self, count):
        """So many strangers on one host, and each on a host of its own."""
        yield 'one host', ['127.0.1.1'] * count
        yield 'many hosts', ['127.0.1.%d' % (1 + number) for number in range(count)]
        yield 'the same host', [HOST] * count

    def test_silent_handshakes_over_udp_yield(self):
        for count in (2, 50):
            for name, hosts in self.hosts(count):
                with self.subTest(count=count, hosts=name), contextlib.ExitStack() as stack, \
                        self.serve(handshakes=2, handshake_timeout=self.HANDSHAKE) as server:
                    alone = self.seconds(server, 'udp')
                    strangers = [stack.enter_context(Stranger(server, host)) for host in hosts]
                    for one in strangers:
                        nonce = os.urandom(32)
                        one.socket.sendto(client_hello(nonce, one.cookie(nonce), message=1, record=1), one.server)
                    server.until(lambda stats: stats['handshakes'] == 2)
                    self.assertLess(self.seconds(server, 'udp'), alone + late_seconds(0.5))

    def check_stream(self, first):
        for count in (2, 50):
            for name, hosts in self.hosts(count):
                with self.subTest(count=count, hosts=name), contextlib.ExitStack() as stack, \
                        self.serve(transport='tcp', handshakes=2, handshake_timeout=self.HANDSHAKE) as server:
                    alone = self.seconds(server, 'tcp')
                    for host in hosts:
                        raw = socket.create_connection((HOST, server.port), source_address=(host, 0))
                        stack.enter_context(raw).sendall(first)
                    server.until(lambda stats: stats['handshakes'] >= 2)
                    self.assertLess(self.seconds(server, 'tcp'), alone + late_seconds(0.5))

    def test_silent_connections_over_tcp_yield(self):
        self.check_stream(b'')

    def test_silent_handshakes_over_tcp_yield(self):
        self.check_stream(half_hello())

    def test_handshake_with_progress_does_not_yield(self):
        """A slow client that goes on within the patience keeps its place while others ask for it."""
        with self.serve(handshakes=1) as server, \
                Relay(server.port, lambda number, datagram: time.sleep(0.2) or [datagram]) as relay, \
                Stranger(server, '127.0.1.1') as stranger, self.client(relay.port) as client:
            # A busy machine may look only when the handshake is over.
            server.until(lambda stats: stats['handshakes'] + stats['clients'] == 1)
            for _ in range(3):
                nonce = os.urandom(32)
                stranger.socket.sendto(client_hello(nonce, stranger.cookie(nonce), message=1, record=1),
                                       stranger.server)
            client.echo()
            server.wait('connected')


class Descriptors(Case):

    def cpu_seconds(self, pid):
        with open('/proc/%d/stat' % pid, encoding='ascii') as stat:
            fields = stat.read().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def test_accept_that_fails_is_tried_again_without_spinning(self):
        """No descriptor is free while a connection waits: select() reports it again at once, accept() fails."""
        with self.serve(transport='tcp') as server:
            pid = server.process.pid
            limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            used = 1 + max(int(name) for name in os.listdir('/proc/%d/fd' % pid))
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, limits[1]))
            with socket.create_connection((HOST, server.port)):
                before = self.cpu_seconds(pid)
                time.sleep(3)
                self.assertLess(self.cpu_seconds(pid) - before, 0.15)
                resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
                server.until(lambda stats: stats['handshakes'] == 1)
            with OpenSSLClient(server.port, psk=PSK, options=['-tls1_2']) as client:
                client.echo()


class Cookies(Case):

    def test_cookie_is_bound_to_address_and_hello(self):
        with self.serve() as server, Stranger(server) as one, Stranger(server) as other:
            nonce = os.urandom(32)
            cookie = one.cookie(nonce)
            # From another port, with another random, with another session id: each asked for a cookie again.
            self.assertEqual(other.ask(client_hello(nonce, cookie, message=1))[13], HELLO_VERIFY_REQUEST)
            self.assertEqual(one.ask(client_hello(None, cookie, message=1))[13], HELLO_VERIFY_REQUEST)
            self.assertEqual(one.ask(client_hello(nonce, cookie, b'12345678', message=1))[13], HELLO_VERIFY_REQUEST)
            self.assertEqual(server.ask('stats')['handshakes'], 0)
            self.assertEqual(one.ask(client_hello(nonce, cookie, message=1))[13], SERVER_HELLO)

    def test_cookie_is_valid_for_one_change_of_the_secret_but_not_two(self):
        for milliseconds, kind in ((10000, SERVER_HELLO), (31000, SERVER_HELLO), (61000, HELLO_VERIFY_REQUEST)):
            with self.subTest(milliseconds), self.serve() as server, Stranger(server) as one:
                nonce = os.urandom(32)
                cookie = one.cookie(nonce)
                server.ask('tick %d' % milliseconds)
                self.assertEqual(one.ask(client_hello(nonce, cookie, message=1))[13], kind)

    def test_answer_repeats_the_numbers_of_the_hello(self):
        with self.serve() as server, Stranger(server) as one:
            hello = client_hello(message=7, record=0x123456789abc)
            answer = one.ask(hello)
            self.assertEqual(answer[3:11], hello[3:11])
            self.assertEqual(answer[17:19], hello[17:19])
            self.assertEqual(answer[25:27], b'\xfe\xff')
            self.assertEqual(struct.unpack('>H', answer[11:13])[0], len(answer) - 13)


class SameAddress(Case):
    """A client that starts again from the same address and port: RFC 6347 4.2.8."""

    def test_session_continues_until_the_new_clients_address_is_verified(self):
        with self.serve() as server, Relay(server.port) as relay, self.client(relay.port) as client:
            client.echo()
            for hello in (client_hello(), client_hello(cookie=os.urandom(16), message=1),
                          client_hello(session=os.urandom(32))):
                before = len(relay.received)
                relay.inject(hello)
                while len(relay.received) == before:
                    time.sleep(0.01)
                self.assertEqual(len(cookie_of(relay.received[before][1])), 16)
                client.echo()
            self.assertEqual(server.seen('ended'), [])

    def test_late_copy_of_its_own_hello_does_not_end_a_session(self):
        with self.serve() as server, Relay(server.port) as relay, self.client(relay.port) as client:
            client.echo()
            hellos = [datagram for datagram in relay.sent if datagram[0] == 22 and datagram[13] == 1]
            self.assertEqual(len(hellos), 2)
            before = len(relay.received)
            relay.inject(hellos[1])
            time.sleep(0.2)
            self.assertEqual(len(relay.received), before)
            client.echo()
            self.assertEqual(server.seen('ended'), [])

    def test_restarted_client_takes_the_place_of_the_old_one(self):
        with self.serve(clients=1) as server, Relay(server.port) as relay:
            with self.client(relay.port) as client:
                client.echo()
                client.process.kill()
            with self.client(relay.port) as client:
                client.echo()
                self.assertEqual(server.wait('ended')['code'], RECONNECT)
                self.assertEqual(server.ask('stats')['clients'], 1)
                server.wait('connected', count=2)
                self.assertEqual([one['address'] for one in server.seen('connected')], [relay.address()] * 2)

    def test_client_that_restarts_within_its_handshake_gets_through(self):
        with self.serve(clients=1) as server, Relay(server.port) as relay:
            nonce = os.urandom(32)
            relay.inject(client_hello(nonce))
            while not relay.received:
                time.sleep(0.01)
            relay.inject(client_hello(nonce, cookie_of(relay.received[0][1]), message=1, record=1))
            server.until(lambda stats: stats['handshakes'] == 1)
            relay.received.clear()
            with self.client(relay.port) as client:
                client.echo()
            server.wait('connected')
            self.assertEqual(len(server.seen('connected')), 1)


class Silence(Case):

    def test_silence_at_each_step_ends_in_a_timeout(self):
        """The client's first, second... record is its last: the hellos, key exchange, change of keys; back to nothing."""
        one = pki().server
        with self.serve(cert=one.chain, key=one.key, handshake_timeout=700) as server:
            before = server.ask('stats')
            for last in range(1, 5):
                count = 0

                def up(number, datagram):
                    nonlocal count
                    parts = records(datagram)[:max(last - count, 0)]
                    count += len(parts)
                    return parts

                with self.subTest(last):
                    start = time.monotonic()
                    with Relay(server.port, up) as relay, OpenSSLClient(relay.port, dtls=True, root=pki().root.pem):
                        if last > 1:
                            server.until(lambda stats: stats['handshakes'] == 1)
                        else:
                            time.sleep(0.3)
                        stats = server.until(lambda stats: stats['handshakes'] == 0)
                    self.assertLess(time.monotonic() - start, late_seconds(0.7 + 1.5))
                    self.assertEqual(count, last)
                    self.assertEqual((stats['used'], stats['blocks']), (before['used'], before['blocks']))
            self.assertEqual(server.seen('connected'), [])
            self.assertEqual(stats['code'], TIMEOUT)

    def test_silent_clients_are_ended(self):
        for transport in ('udp', 'tcp'):
            with self.subTest(transport), self.serve(transport=transport, idle_timeout=4000) as server:
                with OpenSSLClient(server.port, dtls=transport == 'udp', psk=PSK,
                                   options=[] if transport == 'udp' else ['-tls1_2']) as client:
                    client.echo()
                    time.sleep(0.5)
                    client.echo()       # counts from the last data
                    start = time.monotonic()
                    self.assertEqual(server.wait('ended')['code'], TIMEOUT)
                    self.assertGreater(time.monotonic() - start, 3.6)

    def test_flight_without_an_answer_is_sent_again(self):
        """By the server itself, after 1 s (RFC 6347 4.2.4.1)."""
        with self.serve() as server, Stranger(server) as stranger:
            first = stranger.prove()
            start = time.monotonic()
            for seconds in (1, 3):
                again = stranger.socket.recv(65536)
                self.assertEqual((len(again), again[13:59]), (len(first), first[13:59]))
                self.assertNotEqual(again[5:11], first[5:11])
                self.assertGreater(time.monotonic() - start, seconds - 0.2)

    def test_lost_messages_are_sent_again(self):
        """Each datagram of the client's handshake is lost once."""
        one = pki().server
        with self.serve(cert=one.chain, key=one.key) as server:
            for lost in range(1, 4):
                with self.subTest(lost):
                    with Relay(server.port, lambda number, datagram: [] if number == lost else [datagram]) as relay, \
                            OpenSSLClient(relay.port, dtls=True, root=pki().root.pem) as client:
                        client.echo()

    def test_slow_client_over_tcp_is_bounded_and_does_not_hold_up_others(self):
        """A byte of a hello at a time (slow loris): its time runs out while others are served."""
        one = pki().server
        hello = half_hello()
        with self.serve(transport='tcp', cert=one.chain, key=one.key, handshake_timeout=1500) as server:
            before = server.ask('stats')
            start = time.monotonic()
            with socket.create_connection((HOST, server.port)) as slow:
                slow.settimeout(0.05)
                served, sent, is_open = 0, 0, True
                while is_open and time.monotonic() - start < late_seconds(10):
                    try:
                        slow.send(hello[sent:sent + 1])
                        sent = min(sent + 1, len(hello) - 1)
                        is_open = slow.recv(100) != b''
                    except socket.timeout:
                        pass
                    except OSError:
                        is_open = False
                    if served < 3:
                        with OpenSSLClient(server.port, root=pki().root.pem, options=['-tls1_2']) as client:
                            client.echo()
                        served += 1
            self.assertFalse(is_open)
            self.assertLess(time.monotonic() - start, late_seconds(1.5))
            stats = server.until(lambda stats: stats['clients'] + stats['handshakes'] == 0)
            self.assertEqual((stats['used'], stats['fds']), (before['used'], before['fds']))

    def test_client_that_does_not_read_is_bounded(self):
        one = pki().server
        context = ssl.create_default_context(cafile=pki().root.pem)
        context.check_hostname = False
        with self.serve(transport='tcp', cert=one.chain, key=one.key, write_timeout=500) as server:
            with socket.create_connection((HOST, server.port)) as raw, \
                    context.wrap_socket(raw, server_hostname=HOST) as tls:
                tls.sendall(b'hello')
                self.assertEqual(tls.recv(100), b'hello')
                start = time.monotonic()
                ret = server.ask('fill 1 30000000')['ret']
                self.assertLess(time.monotonic() - start, late_seconds(3.5))
                self.assertTrue(ret == TIMEOUT or 0 < ret < 30000000, ret)


class Noise(Case):

    def test_malformed_datagrams_do_no_harm(self):
        """Noise, cut and changed hellos, records of all types, from another address and from a client's own."""
        numbers = random.Random(20180802)
        with self.serve() as server, Relay(server.port) as relay, Stranger(server) as stranger, \
                self.client(relay.port) as client:
            client.echo()
            server.ask('reset')
            before = server.ask('stats')
            samples = list(relay.sent) + [client_hello(), client_hello(cookie=bytes(16))]
            for turn in range(1500):
                sample = bytearray(numbers.choice(samples))
                for _ in range(numbers.randrange(1, 6)):
                    sample[numbers.randrange(len(sample))] = numbers.randrange(256)
                kind = turn % 5
                datagram = bytes(sample) if kind < 2 else bytes(sample[:numbers.randrange(len(sample))]) if kind == 2 \
                    else numbers.randbytes(numbers.randrange(0, 1600)) if kind == 3 \
                    else bytes([numbers.randrange(20, 27), 254, 253, 0, numbers.randrange(3)]) + numbers.randbytes(60)
                stranger.socket.sendto(datagram, stranger.server)
                relay.inject(datagram)
                if turn % 50 == 49:
                    server.ask('stats')
            client.echo()
            after = server.ask('stats')
            self.assertEqual([after[key] for key in ('used', 'blocks', 'clients', 'handshakes')],
                             [before[key] for key in ('used', 'blocks', 'clients', 'handshakes')])
            self.assertEqual(server.seen('ended'), [])

    def test_bytes_after_a_record_of_another_epoch_do_not_end_a_session(self):
        with self.serve() as server, Relay(server.port) as relay, self.client(relay.port) as client:
            client.echo()
            relay.inject(OTHER_EPOCH)
            relay.inject(b'\x16' + OTHER_EPOCH[1:])
            client.echo()
            self.assertEqual(server.seen('ended'), [])

    def test_noise_within_a_handshake_does_no_harm(self):
        """Noise from the client's own address between its messages; only a datagram that makes the engine restart may end
        the handshake."""
        numbers = random.Random(7)

        def up(number, datagram):
            noise = [numbers.randbytes(numbers.randrange(1, 200)) for _ in range(3)]
            noise += [bytes([numbers.choice((20, 22, 23)), 254, 253, 0, 3]) + numbers.randbytes(40)]
            noise += [datagram[:len(datagram) // 2], OTHER_EPOCH]
            return noise + [datagram] + noise

        with self.serve() as server, Relay(server.port, up) as relay, self.client(relay.port) as client:
            client.echo()
            client.echo()

    def test_noise_over_tcp_does_no_harm(self):
        one = pki().server
        numbers = random.Random(11)
        with self.serve(transport='tcp', cert=one.chain, key=one.key, handshake_timeout=1000) as server:
            before = server.ask('stats')
            for length in (1, 5, 6, 100, 5000):
                with socket.create_connection((HOST, server.port)) as raw:
                    raw.sendall(numbers.randbytes(length))
                    server.until(lambda stats: stats['handshakes'] <= 1)
            for text in (b'GET / HTTP/1.0\r\n\r\n', b'\x16\x03\x01\xff\xff' + bytes(200), b'\x15\x03\x01\x00\x02\x02\x28',
                         b'\x16\x03\x01\x00\x04\x01\xff\xff\xff'):
                with socket.create_connection((HOST, server.port)) as raw:
                    raw.sendall(text)
                    raw.settimeout(60)
                    try:
                        while raw.recv(1000):
                            pass
                    except ConnectionError:
                        pass
            stats = server.until(lambda stats: stats['handshakes'] == 0)
            self.assertEqual((stats['used'], stats['fds']), (before['used'], before['fds']))


class Finished(Case):
    """In one record with other messages: the engine cuts its buffer before it looks at them."""

    def test_a_clients_finished_is_accepted_only_as_the_last_message_of_its_record(self):
        with self.serve(transport='tcp') as server:
            before = server.ask('stats')
            with RogueClient(server.port, PSK[0], PSK[1].encode()) as client:
                client.handshake()
                client.tls.send(APPLICATION, b'hello')
                self.assertEqual(client.tls.receive(), (APPLICATION, b'hello'))
            for length in (100, 1000, 3000):
                with self.subTest(length=length), RogueClient(server.port, PSK[0], PSK[1].encode()) as client:
                    try:
                        client.handshake(extra=bytes(1) + vector(3, bytes(length)))
                        self.assertEqual(client.tls.receive()[0], ALERT)
                    except (EOFError, ConnectionError):
                        pass
            stats = server.until(lambda stats: stats['clients'] + stats['handshakes'] == 0)
            self.assertEqual((stats['used'], stats['fds']), (before['used'], before['fds']))
            with RogueClient(server.port, PSK[0], PSK[1].encode()) as client:
                client.handshake()


class Strangers(Case):

    def test_application_is_not_asked_about_an_untrusted_certificate(self):
        """Its chain ends below a CA that is not options.client_ca; the leaf itself is without a fault."""
        one = pki().server
        stranger = pki().stranger.authority('Hostile Stranger Issuing')
        admin = stranger.server('admin', extensions=CLIENT_EXTENSIONS)
        good = pki().issuing.server('operator', extensions=CLIENT_EXTENSIONS)
        for transport in ('tcp', 'udp'):
            with self.subTest(transport), \
                    self.serve(transport=transport, cert=one.chain, key=one.key, ca=pki().root.pem, auth=2) as server:
                def client(certificate):
                    return OpenSSLClient(server.port, dtls=transport == 'udp', certificate=certificate,
                                         options=['-cert_chain', certificate.issuer.pem] +
                                                 ([] if transport == 'udp' else ['-tls1_2']))

                with client(admin) as refused:
                    refused.failed()
                server.until(lambda stats: stats['code'] != 0 and stats['handshakes'] == 0)
                self.assertEqual(server.seen('certificate'), [])
                with client(good) as accepted:
                    accepted.echo()
                self.assertEqual([each['subject'] for each in server.seen('certificate')], ['CN=operator'])

    def test_asking_for_certificates_without_an_own_one_is_refused_at_the_open(self):
        """Suites with a pre-shared key request no certificate: every client would be admitted."""
        for transport in ('tcp', 'udp'):
            for auth in (1, 2):
                with self.subTest(transport=transport, auth=auth):
                    code, output = self.device.run('tls_server_case transport=%s psk=a:b ca=%s auth=%d run=500' %
                                                   (transport, pki().root.pem, auth))
                    self.assertEqual(code, 0, output)
                    self.assertNotIn('LISTENING', output)
                    self.assertIn('"ret": %d, "heap": 0, "blocks": 0, "fds": 0' % STATE, output)


class Many(Case):

    def test_clients_up_to_the_limit_connect_and_one_more_is_refused(self):
        for transport in ('udp', 'tcp'):
            options = [] if transport == 'udp' else ['-tls1_2']
            with self.subTest(transport), self.serve(transport=transport, clients=6) as server:
                clients = [OpenSSLClient(server.port, dtls=transport == 'udp', psk=PSK, options=options)
                           for _ in range(6)]
                try:
                    for number, client in enumerate(clients):
                        client.__enter__()
                        client.echo('client number %d' % number)
                    peak = server.ask('stats')['peak']
                    for _ in range(3):
                        with OpenSSLClient(server.port, dtls=transport == 'udp', psk=PSK, options=options) as client:
                            self.assertIn('internal error', client.failed(10))
                    for number, client in enumerate(clients):
                        client.echo('still number %d' % number)
                    stats = server.ask('stats')
                    self.assertEqual((stats['clients'], stats['handshakes'], stats['peak']), (6, 0, peak))
                    clients[2].close()
                    server.wait('ended')
                    with OpenSSLClient(server.port, dtls=transport == 'udp', psk=PSK, options=options) as client:
                        client.echo()
                finally:
                    for client in clients:
                        client.__exit__()


class Heap(Case):

    def test_messages_that_come_too_early_take_no_more_than_an_input_buffer(self):
        """Each begun with a fragment of a byte, which says that the message is long."""
        with self.serve() as server, Stranger(server) as stranger:
            stranger.prove()
            server.ask('reset')
            before = server.ask('stats')
            length = INPUT_BUFFER - 96
            for message in range(2, 9):
                body = bytes([CLIENT_KEY_EXCHANGE]) + struct.pack('>I', length)[1:] + struct.pack('>H', message)
                body += struct.pack('>I', 0)[1:] + struct.pack('>I', 1)[1:] + b'x'
                stranger.socket.sendto(b'\x16\xfe\xfd' + struct.pack('>QH', 8 + message, len(body)) + body,
                                       stranger.server)
                server.ask('stats')
            after = server.ask('stats')
            self.assertEqual(after['handshakes'], 1)
            self.assertGreater(after['peak'] - before['used'], length)
            self.assertLess(after['peak'] - before['used'], 1.25 * INPUT_BUFFER)
            with self.client(server.port) as client:
                client.echo()

    def test_open_leaks_nothing_whatever_allocation_fails(self):
        one, rsa = pki().server, pki().rsa_server
        for keys in ('transport=udp psk=a:b', 'transport=tcp psk=a:b',
                     'transport=udp psk=a:b cert=%s key=%s' % (one.chain, one.key),
                     'transport=tcp cert=%s key=%s ca=%s auth=2' % (rsa.chain, rsa.key, pki().root.pem)):
            with self.subTest(keys):
                code, output = self.device.run('tls_server_case opens=1 ' + keys)
                self.assertEqual(code, 0, output[-2000:])
                self.assertRegex(output, r'RESULT {"ret": 0, "heap": 0, "blocks": 0, "fds": 0, "tries": \d+, "wrong": 0}')

    def fail_each(self, talk, complete, **keys):
        """
        Of each n-th allocation: the session fails or not, nothing is left of it, and
        the next one goes well. Each has a server of its own.
        """
        def attempt(nth):
            server = self.serve(**keys)
            try:
                with server:
                    before = server.ask('stats')
                    server.ask('fail %d' % nth)
                    try:
                        talk(server, 0.9)
                        refused = 0
                    except (AssertionError, OSError):
                        refused = 1
                    server.ask('fail 0')
                    after = server.until(lambda stats: stats['clients'] + stats['handshakes'] == 0)
                    talk(server)
                    if [before[key] for key in ('used', 'blocks', 'fds')] != [after[key] for key in ('used', 'blocks', 'fds')]:
                        return nth, 'left behind: %s, %s' % (before, after)
                    return nth, refused
            except (AssertionError, OSError) as error:
                return nth, '%s\n%s' % (error, server.output()[-3000:])

        with self.serve(**keys) as server:
            before = server.ask('stats')['allocations']
            talk(server)
            server.wait('ended')
            count = server.ask('stats')['allocations'] - before
        numbers = range(1, count + 1) if complete else sorted(
            set(range(1, 80)) | set(range(1, count, 61)) | set(range(count - 25, count + 1)))
        outcomes = dict(common.parallel(attempt, numbers, 4))
        wrong = {nth: outcome for nth, outcome in outcomes.items() if outcome not in (0, 1)}
        self.assertFalse(wrong)
        self.assertGreater(sum(outcomes.values()), len(outcomes) * 0.6)

    def test_session_over_udp_leaks_nothing_whatever_allocation_fails(self):
        def talk(server, limit=30):
            with self.client(server.port) as client:
                client.send('hello')
                client.expect('hello', limit)
                client.close()

        self.fail_each(talk, True, handshake_timeout=1500)

    def test_session_over_tcp_leaks_nothing_whatever_allocation_fails(self):
        context = ssl.create_default_context(cafile=pki().root.pem)
        context.check_hostname = False
        context.maximum_version = ssl.TLSVersion.TLSv1_2

        def talk(server, limit=30):
            with socket.create_connection((HOST, server.port), 5 + limit) as raw, \
                    context.wrap_socket(raw, server_hostname=HOST) as tls:
                tls.sendall(b'hello')
                if tls.recv(100) != b'hello':
                    raise OSError('no echo')

        one = pki().server
        self.fail_each(talk, common.FULL, transport='tcp', cert=one.chain, key=one.key, handshake_timeout=3000)

    def test_out_of_memory_is_reported(self):
        with self.serve() as server:
            for nth in range(1, 5):
                server.ask('fail %d' % nth)
                with self.client(server.port) as client:
                    self.assertIn('internal error', client.failed())
                self.assertEqual(server.ask('stats')['handshakes'], 0)
            with self.client(server.port) as client:
                client.echo()
                server.ask('fail 0')
        one = pki().server
        with self.serve(transport='tcp', cert=one.chain, key=one.key) as server:
            server.ask('fail 60')
            with OpenSSLClient(server.port, root=pki().root.pem, options=['-tls1_2']) as client:
                client.failed()
            stats = server.until(lambda stats: stats['code'] != 0)
            self.assertEqual(stats['code'], SSL_ALLOC_FAILED)
            self.assertIn('out of memory', stats['what'])


if __name__ == '__main__':
    unittest.main()
