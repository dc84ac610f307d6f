# SPDX-License-Identifier: Apache-2.0
"""Builds images of settings and runs them on the Cortex-M7 of QEMU: against the server, which they have to accept, and
against what they have to refuse."""
import collections
import datetime
import os
import subprocess
import time

from bench.measure import measure, rom
from tools import mbedtls_words
from tools.mbedtls_host import datagrams, servers
from tools.mbedtls_host.device import REASONS
from tools.mps2_an500.board import Board, now

from .clone import clone
from .flip import Flip
from .probe.survey import ADDRESSES_MAX

CLIENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'image', 'client_fit')
PAUSES = (0, 2, 5)                      # seconds before each attempt of a refusal that meets silence
SILENCE = ('timeout', 'silent', 'refused', 'flight', 'name-not-found')
ATTEMPTS = 2                            # of a proof: a server may drop a connection
Root = collections.namedtuple('Root', 'pem')
# row, details: as bench.measure has them; why: None if the session was as it should be
Proof = collections.namedtuple('Proof', 'row details why output')
# is_refused: whether the image ended the handshake; how: its report, in words
Refusal = collections.namedtuple('Refusal', 'what is_refused how')


def array(name, data):
    return 'static const unsigned char %s[] = {%s};\n' % (name, ', '.join(map(str, data)))


def to_der(kind, path):
    """A certificate or a private key, as the image parses it without PEM."""
    words = ['x509', '-in', path, '-outform', 'DER'] if kind == 'certificate' else ['pkey', '-in', path, '-outform', 'DER']
    return subprocess.run(['openssl', *words], stdout=subprocess.PIPE, check=True).stdout


def header(target, has_head, psk=None):
    """fit_peer.h"""
    text = array('fit_request', target.request)
    text += '#define FIT_HAS_HEAD %d\n' % has_head
    text += '#define FIT_TRANSPORT TLS_TRANSPORT_%s\n' % ('DATAGRAM' if target.datagrams else 'STREAM')
    key = psk or target.psk
    if key:
        text += array('fit_identity', key[0].encode()) + array('fit_secret', key[1])
        text += 'static const struct tls_psk fit_psk = ' \
                '{fit_identity, sizeof(fit_identity), fit_secret, sizeof(fit_secret)};\n'
    text += '#define FIT_PSK %s\n' % ('(&fit_psk)' if key else 'RT_NULL')
    if target.alpn:
        text += 'static const char *fit_alpn[] = {%s, RT_NULL};\n' % ', '.join('"%s"' % one for one in target.alpn)
    text += '#define FIT_ALPN %s\n' % ('fit_alpn' if target.alpn else 'RT_NULL')
    if target.certificate:
        text += '#define FIT_OWN_CERTIFICATE\n' + array('fit_certificate', to_der('certificate', target.certificate))
        text += array('fit_key', to_der('key', target.key))
        text += '#if MBEDTLS_VERSION_NUMBER >= 0x03000000\n' \
                '#define FIT_PARSE_KEY(key, data, size) ' \
                'mbedtls_pk_parse_key(key, data, size, RT_NULL, 0, tls_random_bytes, RT_NULL)\n#else\n' \
                '#define FIT_PARSE_KEY(key, data, size) mbedtls_pk_parse_key(key, data, size, RT_NULL, 0)\n#endif\n'
    return text


def ended(output):
    """For each session of a run, whether the server has ended the answer with close_notify."""
    found, is_ended = [], False
    for line in output.splitlines():
        if line.startswith('FIT read'):
            is_ended = line.split()[-1] == '-0x7880'        # MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY
        elif line.startswith('METER '):
            found.append(is_ended)
            is_ended = False
    return found


class Images:
    """Builds and runs images for one target; folder: for all that is built."""

    def __init__(self, target, facts, folder, times=2):
        self.target, self.facts, self.folder, self.times = target, facts, os.path.abspath(folder), times
        self.address = (facts['addresses'][0], target.port)
        self.expected = facts['answer']['body']

    def build(self, settings, root=None, psk=None):
        """All builds are in one folder, so that the compiler's cache finds what is the same in them."""
        folder = os.path.join(self.folder, 'image')
        os.makedirs(os.path.join(folder, 'build'), exist_ok=True)
        text = header(self.target, self.facts['answer']['bytes'] != self.facts['answer']['body'], psk)
        path = os.path.join(folder, 'build', 'fit_peer.h')
        if not os.path.exists(path) or open(path).read() != text:
            with open(path, 'w') as output:
                output.write(text)
        if settings.get('PKG_MBEDTLS_ENGINE_2_28') == 'y':
            subprocess.run([os.path.join(measure.ROOT, 'tools', 'engine'), '2.28'], check=True)
        root = root or self.target.root
        return measure.build(folder, Root(root) if root and not self.target.psk else None,
                             ['%s=%s' % item for item in settings.items()], client=CLIENT)

    def rom(self, settings):
        return rom.of(self.build(settings)).rom

    def run(self, folder, sessions=1, address=None, name=None, clock=now, change=None, before=(), timeout=180):
        board = Board(os.path.join(folder, 'rtthread.elf'), address or self.address, timeout, change)
        return board.run([*before, 'meter %s %d / %d %d' % (name or self.target.name, self.target.port,
                                                           self.expected, sessions)], clock=clock)

    def words(self, folder, output):
        """The report in the output, as tools/explain shows it."""
        reports = [report for report in map(mbedtls_words.parse, output.splitlines()) if report]
        if not reports:
            return None
        words = mbedtls_words.Words(mbedtls_words.read_settings(os.path.join(folder, '.config')))
        return words.what(reports[-1])

    def prove(self, settings):
        """Sessions one after the other, each with an answer that arrives whole."""
        try:
            folder = self.build(settings)
        except measure.MeasureError as error:
            return Proof(None, None, 'it does not build: ' + str(error).strip().splitlines()[-1], str(error))
        for _ in range(ATTEMPTS):
            done = self.run(folder, self.times)
            measured = measure.sessions_of(done, os.path.join(folder, 'rtthread.elf'))
            why = (self.why_not(folder, measured, done, self.times) or self.not_resumed(settings, done.output) or
                   self.elsewhere(folder))
            if why is None:
                break
        if not measured:
            return Proof(None, None, why, done.output)
        row, details = measure.costs(folder, measured, done)
        row['verified'] = why is None
        return Proof(row, details, why, done.output)

    def not_resumed(self, settings, output):
        """Why a later session should have resumed the one before and has not; None if all is well."""
        wanted = settings.get('PKG_MBEDTLS_SESSION_TICKETS') == 'y' and self.facts['resumes'] and self.times > 1
        return 'the second session did not resume the first' if wanted and 'FIT resumed' not in output else None

    def elsewhere(self, folder):
        """Why a session with another address of the name does not work; None if all do."""
        for address in self.facts['addresses'][1:ADDRESSES_MAX]:
            if address not in self.facts.get('unreachable', {}):
                done = self.run(folder, address=(address, self.target.port))
                measured = measure.sessions_of(done, os.path.join(folder, 'rtthread.elf'))
                why = self.why_not(folder, measured, done, 1)
                if why:
                    return '%s: %s' % (address, why)
        return None

    def why_not(self, folder, measured, done, times):
        for (said, record, _), is_ended in zip(measured, ended(done.output)):
            name = 'session %d' % said['session']
            if said['ret'] != 0:
                return '%s: %s' % (name, self.words(folder, done.output) or 'code -0x%x' % abs(said['ret']))
            if not self.is_whole(said['body'], is_ended):
                return '%s: %d of %d bytes arrived%s' % (name, said['body'], self.expected, self.tail(folder, done))
            if said['recorded'] and record.heap().left:
                return '%s: %d bytes of heap were not given back' % (name, record.heap().left)
        if len(measured) != times:
            return '%d of %d sessions: %s' % (len(measured), times, done.output[-200:].strip())
        return None

    def is_whole(self, length, is_ended):
        """A page may be shorter in one session than in another; then it ends where the server says so."""
        return length >= self.expected or is_ended and 2 * length >= self.expected

    def tail(self, folder, done):
        words = self.words(folder, done.output)
        return ': ' + words if words else ''

    def idles(self, settings, seconds):
        """What comes of a session that waits before it asks, in words."""
        folder = self.build(settings)
        done = self.run(folder, before=['idle %d' % seconds], timeout=seconds + 120)
        measured = measure.sessions_of(done, os.path.join(folder, 'rtthread.elf'))
        if measured and measured[0][0]['ret'] == 0 and self.is_whole(measured[0][0]['body'], ended(done.output)[0]):
            return 'works after %d idle seconds' % seconds
        return 'does not outlive %d idle seconds%s' % (seconds, self.tail(folder, done))

    # What the image has to refuse.

    def refusal(self, what, folder, may_be_silent=False, **run):
        for pause in PAUSES:
            time.sleep(pause)
            done = self.run(folder, **run)
            measured = measure.sessions_of(done, os.path.join(folder, 'rtthread.elf'))
            if not measured:
                return Refusal(what, False, 'the image did not end: ' + done.output[-200:])
            said = measured[0][0]
            how = self.words(folder, done.output) or 'code -0x%x' % abs(said['ret'])
            is_refused = said['ret'] != 0 and said['total'] == 0
            if not is_refused or may_be_silent or not self.is_silence(done.output):
                return Refusal(what, is_refused, how)
        # An image without an answer has refused nothing.
        return Refusal(what, False, 'not shown: ' + how)

    @staticmethod
    def is_silence(output):
        reports = [report for report in map(mbedtls_words.parse, output.splitlines()) if report]
        return bool(reports) and REASONS[reports[-1].reason] in SILENCE

    def flipped(self, folder, has_signature):
        flips = []

        def change():
            flips.append(Flip(self.target.datagrams, has_signature))
            return flips[-1]
        found = self.refusal('', folder, may_be_silent=self.target.datagrams and not has_signature, change=change)
        what = flips[0].done if flips and flips[0].done else 'a flipped bit (never reached the image)'
        return Refusal(what, found.is_refused and bool(flips and flips[0].done), found.how)

    def refusals(self, settings, need):
        folder = self.build(settings)
        yield self.flipped(folder, need.version != 'TLS 1.3' and 'DHE' in need.suite.exchange and not self.target.psk)
        if self.target.psk:
            identity, key = self.target.psk
            other = self.build(settings, psk=(identity, bytes(byte ^ 1 for byte in key)))
            yield self.refusal('another key', other, may_be_silent=self.target.datagrams)
            return
        wrong = 'wrong.' + (self.target.name if self.target.has_name else 'example.test')
        yield self.refusal('a certificate for another name', folder, name=wrong)
        end = min(datetime.datetime.fromisoformat(one['not_after'][:-1]) for one in need.chain['certificates'])
        yield self.refusal('a certificate that has expired', folder, clock=lambda: end + datetime.timedelta(days=1))
        leaf, root = self.strangers(need.chain)
        with self.stranger(leaf, need) as server:
            yield self.refusal('a stranger\'s certificates with the same names', folder,
                               address=(server.host, server.port))
        yield self.refusal('the server, by an image with another root of the same name',
                           self.build(settings, root=root.pem))

    def strangers(self, chain):
        from tools.mbedtls_roots import pem
        with open(self.target.root, 'rb') as source:
            roots = [one for one in pem.split(source.read()) if isinstance(one, bytes)]
        certificates = [pem.split(one['pem'].encode())[0] for one in chain['certificates']]
        return clone(certificates, roots[0], os.path.join(self.folder, 'stranger'))

    def stranger(self, leaf, need):
        """A server with the stranger's certificates."""
        kind = datagrams.OpenSSL if self.target.datagrams else servers.OpenSSL
        options = ['-cipher', 'ALL:@SECLEVEL=0']
        options += {'TLS 1.0': ['-tls1'], 'TLS 1.1': ['-tls1_1']}.get(need.version, [])
        return kind(leaf, options=options)
