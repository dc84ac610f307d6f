# SPDX-License-Identifier: Apache-2.0
"""
A heap that runs out, at every single allocation of a session.

Each allocation fails in a session of its own. The engine's X25519 allocates numbers in
the midst of its computation, some 5,000 a session: of these every STEP-th fails, or all
with MBEDTLS_TEST_FULL=1.
"""
import json
import os
import re
import unittest

from tools.mbedtls_host.device import REASONS

from . import common
from .common import HOST, NAME, SSL_ALLOC_FAILED, SSL_CLOSE_NOTIFY, Server, parallel, pki

ANSWER = b'HTTP/1.0 200 OK\r\n\r\nhello'
FIRST, LAST, STEP = 150, 60, 41
PROCESSES = 4
MINUTES = 15

# Name: the server's certificate, keys of tls_case.
VARIANTS = {
    'EC chain': ('server', {}),
    'RSA chain': ('rsa_server', {}),
    'EC chain, X25519': ('server', {'curve': None}),
    'EC chain, for good': ('server', {'permanent': 1}),
    'RSA chain, for good': ('rsa_server', {'permanent': 1}),
    'EC chain, step by step': ('server', {'step': 1}),
    'RSA chain, by name': ('rsa_server', {'host': NAME}),
    'RSA chain, by name, step by step, for good': ('rsa_server', {'host': NAME, 'step': 1, 'permanent': 1}),
    'a static session': ('rsa_server', {'end': 1}),
    'nothing verified': ('stranger_server', {'verify': 'nothing'}),
    'a refused certificate': ('stranger_server', {}),
    'a long record': ('server', {'get': '/long', 'reads': 4096}),
    'a long record, for good': ('server', {'get': '/long', 'reads': 4096, 'permanent': 1}),
}
LONG = ANSWER + bytes(16384 - len(ANSWER))


def answer(tls):
    common.send_and_end(tls, LONG if b'/long' in tls.recv(4096) else ANSWER)


class Heap(unittest.TestCase, common.Checks):

    @classmethod
    def setUpClass(cls):
        cls.device = common.device()
        # Sessions are short, and a small quarantine makes them a quarter faster.
        os.environ.setdefault('ASAN_OPTIONS', 'quarantine_size_mb=2')

    def fail_at(self, ranges, **keys):
        """{number of the allocation that failed: outcome}; a range is (first, last, step)."""
        def run(part):
            first, last, step = part
            outcomes = {}
            while first <= last:
                results, end = self.sessions(fail=first, upto=last, by=step, **keys)
                outcomes.update(zip(range(first, last + 1, step), results))
                first += len(results) * step
                if end is not None:
                    outcomes[first] = end
                    first += step
            return outcomes

        outcomes = {}
        for part in parallel(run, [part for part in ranges if part[0] <= part[1]], PROCESSES):
            outcomes.update(part)
        return outcomes

    def sessions(self, **keys):
        """Outcomes, and what ended the program if it did not end by itself."""
        command = 'tls_case ' + ' '.join('%s=%s' % item for item in keys.items())
        options = ['--heap-report', '--resolve', '%s=%s' % (NAME, HOST)]
        code, output = self.device.run(command, options, MINUTES * 60)
        results = [json.loads(line[7:]) for line in output.splitlines() if line.startswith('RESULT ')]
        for result in results:
            result['reason'] = REASONS[result['reason']]
        if code == 0:
            return results, None
        summary = re.findall('SUMMARY: .*|.*runtime error.*| in mbedtls_.*| in tls_.*', output)
        return results, {'crash': 'exit code %d: %s' % (code, '; '.join(summary[:6]) or output[-400:])}

    def ranges(self, count, offset):
        if common.FULL or count <= 2 * (FIRST + LAST):
            size = count // (4 * PROCESSES) + 1
            return [(first, first + size - 1, 1) for first in range(1, count + 1, size)]
        end = count - LAST
        half = FIRST + offset + (end - FIRST) // 2 // STEP * STEP
        return [(1, FIRST // 2, 1), (FIRST // 2 + 1, FIRST, 1), (FIRST + offset, min(half, end) - 1, STEP),
                (half, end - 1, STEP), (max(end, FIRST + 1), count, 1)]

    def run_variant(self, index, name):
        certificate, keys = VARIANTS[name]
        keys = dict({'host': HOST, 'get': '/', 'read': 'all', 'curve': 'prime256v1'}, **keys)
        with Server(getattr(pki(), certificate), answer, curve=keys.pop('curve')) as server:
            keys['port'] = server.port
            whole = self.fail_at([(1000000, 1000000, 1)], **keys)[1000000]
            # Blinding takes a little more or less from one session to the next.
            outcomes = self.fail_at(self.ranges(whole['allocations'] + 10, index * 3 % STEP), **keys)
        refused = 'refused' in name
        self.assertEqual(whole['ret'], common.VERIFY_FAILED if refused else SSL_CLOSE_NOTIFY, whole['what'])
        own = () if keys.get('end') else (2, 3)         # tls_case's copies of host and port
        failed = [outcome for outcome in outcomes.values() if outcome.get('reason') == 'no-memory']
        self.assertGreater(len(failed), whole['allocations'] * 0.1 if refused else len(outcomes) * 0.7)
        wrong = {}
        for nth, outcome in outcomes.items():
            try:
                self.assertNotIn('crash', outcome)
                if nth not in own or outcome['ret'] != common.NO_HOST:
                    self.check_outcome(outcome, refused, len(LONG if 'long' in name else ANSWER))
            except AssertionError as error:
                wrong[nth] = outcome.get('crash') or '%s: %s' % (describe(outcome), str(error).splitlines()[0])
        self.assertFalse(wrong, '%d of %d sessions, %d allocations' %
                         (len(wrong), len(outcomes), whole['allocations']))

    def check_outcome(self, result, refused, length):
        """Check that the session ran out of memory or succeeded, and left nothing behind."""
        self.assertEqual((result['heap'], result['blocks'], result['fds']), (0, 0, 0))
        if result['ret'] == SSL_CLOSE_NOTIFY:
            self.assertEqual(result['received'], length)
            return
        if refused and result['ret'] == common.VERIFY_FAILED and result['what'].startswith('certificate 0'):
            self.assertEqual(result['flags'], common.NOT_TRUSTED)
            return
        self.assertEqual(result['ret'], SSL_ALLOC_FAILED)
        if result['stage'] != 'create':
            self.assertEqual((result['reason'], result['code']), ('no-memory', SSL_ALLOC_FAILED))
            self.assertIn('out of memory', result['what'])
            self.assertIn('free heap', result['remedy'])
        if result['stage'] == 'connect':
            self.assertEqual(result['fd'], -1)


def describe(outcome):
    return '%s, %s, %s, %s' % (outcome['stage'], hex(outcome['ret']), outcome['reason'], outcome['what'])


def add_variant(index, name):
    def test(self):
        self.run_variant(index, name)
    setattr(Heap, 'test_every_failed_allocation_is_out_of_memory__' + re.sub(r'\W+', '_', name), test)


for number, variant in enumerate(VARIANTS):
    add_variant(number, variant)


class SmallHeap(unittest.TestCase, common.Checks):

    def test_heap_that_is_too_small_is_reported(self):
        """From too small to just large enough: out of memory, then success, and no other outcome."""
        sizes = [400, 1000, 2000, 4000, 8000, 12000, 16000, 20000, 24000, 28000, 32000, 36000, 40000, 48000, 64000,
                 128000]

        def run(case):
            certificate, size = case
            with Server(getattr(pki(), certificate), answer) as server:
                return common.device().case(options=['--heap', str(size)], host=HOST, port=server.port, get='/',
                                            read='all')
        cases = [(certificate, size) for certificate in ('server', 'rsa_server') for size in sizes]
        outcomes = dict(zip(cases, parallel(run, cases)))
        for case, result in outcomes.items():
            with self.subTest(case):
                if result['ret'] == SSL_CLOSE_NOTIFY:
                    self.assertEqual(result['received'], len(ANSWER))
                    self.assertGreater(case[1], 8000)
                elif result['stage'] != 'create':
                    self.check_report(result, SSL_ALLOC_FAILED, 'no-memory', result['step'],
                                      what='out of memory: no %d bytes in the heap' % result['number'],
                                      remedy='MBEDTLS_SSL_MAX_CONTENT_LEN', log='out of memory')
        for certificate in ('server', 'rsa_server'):
            self.assertEqual(outcomes[certificate, 128000]['ret'], SSL_CLOSE_NOTIFY)
            # Less than a long record: a short answer needs none.
            self.assertEqual(outcomes[certificate, 24000]['ret'], SSL_CLOSE_NOTIFY)
            self.assertEqual(outcomes[certificate, 8000]['ret'], SSL_ALLOC_FAILED)

    def test_session_connects_once_there_is_memory_again(self):
        """again=1 ends the fault after the first attempt, wherever that broke off."""
        with Server(pki().rsa_server, answer) as server:
            for nth in (60, 90, 120, 200, 400, 800):
                with self.subTest(nth):
                    result = common.device().case(host=HOST, port=server.port, get='/', read='all', fail=nth, again=1)
                    self.assertEqual((result['ret'], result['received']), (SSL_CLOSE_NOTIFY, len(ANSWER)),
                                     result['what'])
                    self.assertIn('out of memory', result['output'])


if __name__ == '__main__':
    unittest.main()
