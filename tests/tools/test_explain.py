# SPDX-License-Identifier: Apache-2.0
"""tools/explain: the numbers of a device without words, in the sentences of one with words."""
import os
import re
import subprocess
import tempfile
import unittest

from interop.fixtures import NAME, pki
from tools.mbedtls_host.device import REASONS, Device
from tools.mbedtls_host.servers import OpenSSL, free_port
from tools.test_words import ALERTS, ENGINES, codes_of, reason_not_to_have

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXPLAIN = os.path.join(REPOSITORY, 'tools', 'explain')


def explain(*words, text=None):
    return subprocess.run([EXPLAIN, *words], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def line(step=5, reason='other', code=0x7200, flags=0, depth=0, number=0):
    return '[E/tls] tools/explain step %d reason %d code -0x%x flags 0x%x depth %d number %d' % (step, REASONS.index(reason), code, flags,
                                                                                 depth, number)


class Explain(unittest.TestCase):

    def lines_of(self, text, *options):
        """The answers to a log: (step and code, sentence, remedy) for each of its failures."""
        done = explain(*options, text=text)
        self.assertEqual(done.returncode, 0, done.stdout)
        answers = re.findall(r'^(.* failed: -0x\w+)\n(.*)\nwhat to change:\n(.*)\n', done.stdout, re.MULTILINE)
        self.assertEqual(len(answers), text.count('reason'), done.stdout)
        return answers

    def test_every_number_has_a_sentence_and_a_remedy(self):
        log = [line(code=number) for engine in ENGINES for name, number in sorted(codes_of(engine).items())
               if not reason_not_to_have(name)]
        log += [line(reason='alert', code=0x7780, number=number) for number in ALERTS]
        log += [line(6, 'certificate', 0x2700, 1 << bit, number=1 << bit) for bit in range(17)]
        log += [line(step, reason, number=100) for step in range(1, 9) for reason in REASONS[1:]]
        for settings in ('', 'CONFIG_PKG_MBEDTLS_CERTIFICATES=y\nCONFIG_PKG_MBEDTLS_TLS1_3=y\nCONFIG_PKG_MBEDTLS_PSK=y\n'
                             'CONFIG_PKG_MBEDTLS_DTLS=y\nCONFIG_PKG_MBEDTLS_SERVER=y\nCONFIG_PKG_MBEDTLS_PINNING=y\n'):
            with tempfile.NamedTemporaryFile('w', suffix='.config') as config:
                config.write(settings)
                config.flush()
                answers = self.lines_of('\n'.join(log) + '\n', *(['--config', config.name] if settings else []))
            for one, (_, what, remedy) in zip(log, answers):
                with self.subTest(one, settings=settings):
                    self.assertRegex(what, r'^[\x20-\x7e]{10,}$')
                    self.assertRegex(remedy, r'^[\x20-\x7e]{8,}$')
                    self.assertNotRegex(what + remedy, r'W_|TLS_WORDS|%[us]')
                    self.assertLess(len(remedy), 320)       # TLS_REPORT_TEXT
                    self.assertLess(len(what), 320 - 64 - 112)

    def test_the_settings_choose_the_remedy(self):
        self.assertIn('old servers need', self.lines_of(line(reason='alert', number=70))[0][2])
        with tempfile.NamedTemporaryFile('w', suffix='rtconfig.h') as config:
            config.write('#define PKG_MBEDTLS_TLS1_0\n#define PKG_MBEDTLS_TLS1_3\n')
            config.flush()
            answers = self.lines_of(line(reason='alert', number=70) + '\n' + line(code=0x7700, number=24) + '\n',
                                    '--config', config.name)
        self.assertNotIn('old servers need', answers[0][2])
        self.assertIn('KeyUpdate', answers[1][1])

    def test_the_words_of_a_line_need_no_quotes(self):
        self.assertIn('no setting reaches this', explain(*line(reason='too-long', number=17000).split()).stdout)

    def test_other_input_is_refused_in_a_sentence(self):
        for words in (['hello'], ['--config', '/nowhere', 'step']):
            done = explain(*words)
            self.assertEqual((done.returncode, done.stdout.count('\n')), (1, 1), done.stdout)

    def test_a_device_without_words_is_explained_as_one_with_words(self):
        mute = Device.build('explain', pki().roots, ['PKG_MBEDTLS_DIAGNOSE=n'])
        wordy = Device.build('interop-default', pki().roots)
        closed = free_port()
        with OpenSSL(pki().stranger) as stranger, OpenSSL(pki().ec, options=['-cipher', 'AES128-SHA']) as weak:
            for keys in ({'host': '127.0.0.1', 'port': stranger.port, 'name': NAME},
                         {'host': '127.0.0.1', 'port': weak.port, 'name': NAME},
                         {'host': '127.0.0.1', 'port': closed}, {'host': '127.0.0.1', 'port': 'x'}):
                with self.subTest(keys):
                    wanted = wordy.case(**keys)
                    (_, what, remedy), = self.lines_of(mute.case(**keys)['what'] + '\n')
                    strip = re.compile(r'certificate 0 "[^"]*"|: issued by.*|: 127.0.0.1, x')
                    self.assertEqual(strip.sub('', what).replace('certificate 0', ''), strip.sub('', wanted['what']))
                    if wanted['reason'] != 'certificate':
                        self.assertEqual(remedy, wanted['remedy'])


if __name__ == '__main__':
    unittest.main()
