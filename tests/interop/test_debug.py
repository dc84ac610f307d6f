# SPDX-License-Identifier: Apache-2.0
"""The engine's debug messages in the log, and the shell command tls_debug."""
import re

from interop.fixtures import Case
from interop.recorders import Recorder

# A message begins with the log's level, the engine's file, line and level, and a + if it continues a line.
MESSAGE = re.compile(r'^\[(\w)/tls\] (\w+\.c):(\d+) \|(\d)([|+]) (.*)$')
LOG_LEVELS = {'1': 'W', '2': 'I', '3': 'D', '4': 'D'}
CONSOLE = 128           # RT_CONSOLEBUF_SIZE


def messages(output):
    """[(log level, file, line, level, mark, text)]"""
    return [match.groups() for match in map(MESSAGE.match, output.splitlines()) if match]


class Debug(Case):

    build = 'extras'
    first_level = 0

    def run_case(self, before='', **keys):
        """A session after some commands, in the same program; returns its messages and all output."""
        with Recorder(self.pki.server) as server:
            words = ['%s=%s' % item for item in {'host': server.host, 'port': server.port, 'send': 300, 'read': 300,
                                                 **keys}.items()]
            code, output = self.device.run(before + 'tls_case ' + ' '.join(words))
        self.assertEqual(code, 0, output)
        self.assertIn('"received": 300', output)
        return messages(output), output

    def test_it_begins_at_the_level_of_menuconfig(self):
        self.assertIn('tls_debug: level %d\n' % self.first_level, self.device.run('tls_debug')[1])

    def test_the_command_sets_the_level_and_prints_it(self):
        code, output = self.device.run('tls_debug 3; tls_debug; tls_debug 0; tls_debug')
        self.assertEqual((code, re.findall('level (.)', output)), (0, list('3300')))

    def test_a_wrong_argument_gets_a_line_of_usage_and_changes_nothing(self):
        for wrong in ('5', '-1', 'x', '33', '3 3', '3x'):
            output = self.device.run('tls_debug 2; tls_debug %s; tls_debug' % wrong)[1]
            with self.subTest(wrong):
                self.assertIn('usage: tls_debug', output)
                self.assertEqual(re.findall('level (.)\n', output), ['2', '2'])

    def test_each_level_logs_more_than_the_one_below(self):
        said = {level: self.run_case('tls_debug %d; ' % level)[0] for level in range(5)}
        self.assertEqual(said[0], [])
        for level in range(1, 5):
            self.assertTrue(all(int(each[3]) <= level for each in said[level]), said[level][:5])
            if level > 1:               # a session that succeeds has no errors to log
                self.assertGreater(len(said[level]), len(said[level - 1]) + 10)
                self.assertTrue(any(int(each[3]) == level for each in said[level]))

    def test_a_session_that_goes_well_is_not_out_of_memory(self):
        """Though the engine is refused a long buffer at its start."""
        self.assertNotIn('memory', self.run_case('tls_debug 1; ')[1].lower())

    def test_errors_are_logged_at_level_1(self):
        with Recorder(self.pki.stranger) as server:
            result = self.session(server)
            said = self.device.run('tls_debug 1; tls_case host=%s port=%d' % (server.host, server.port))[1]
        self.assertEqual(result['reason'], 'certificate')
        if self.first_level == 0:
            self.assertEqual(messages(result['output']), [])
        self.assertTrue([each for each in messages(said) if each[0] == 'W' and 'verify' in each[5]], said)

    def test_log_levels_fit_and_debug_comes_out_though_the_log_stops_at_information(self):
        said = self.run_case('tls_debug 4; ')[0]
        self.assertTrue(any(each[0] == 'D' for each in said))
        self.assertEqual([each for each in said if each[0] != LOG_LEVELS[each[3]]], [])

    def test_a_session_that_is_connected_follows_the_level(self):
        loud, output = self.run_case('tls_debug 0; ', debug=4)
        self.assertTrue(loud)
        before = output[:output.index('tls_debug: level 4')]
        self.assertEqual(messages(before), [])
        self.assertIn('Certificate verified success', before)
        quiet, output = self.run_case('tls_debug 4; ', debug=0)
        self.assertTrue(quiet)
        self.assertEqual(messages(output[output.index('tls_debug: level 0'):]), [])

    def test_no_line_is_truncated(self):
        """The engine's longest texts at this level are dumps: each has to be complete."""
        said, output = self.run_case('tls_debug 4; ')
        self.assertLess(max(len(line) for line in output.splitlines() if not line.startswith('RESULT')), CONSOLE)
        whole = ''.join('%s%s' % (' ' if mark == '+' else '\n', text) for *_, mark, text in said)
        texts = [re.sub(r'^0x[0-9a-f]+: ', '', text) for text in whole.splitlines()]
        dumps = 0
        for number, text in enumerate(texts):
            size = re.match(r"dumping '.*' \((\d+) bytes\)$", text)
            if size and 0 < int(size.group(1)) <= 4096:
                rows = []
                for row in texts[number + 1:number + 1 + (int(size.group(1)) + 15) // 16]:
                    rows += re.match(r'[0-9a-f]{4}: ((?: [0-9a-f]{2}){1,16})', row).group(1).split()
                self.assertEqual(len(rows), int(size.group(1)), text)
                dumps += 1
        self.assertGreater(dumps, 10)

    def test_a_text_longer_than_a_line_goes_on_in_the_next(self):
        name = '.'.join('%02d-%s' % (number, 'x' * 56) for number in range(4))
        certificate = self.pki.root.server('long', names=['IP:127.0.0.1', 'DNS:' + name])
        with Recorder(certificate) as server:
            output = self.device.run('tls_debug 3; tls_case host=%s port=%d' % (server.host, server.port))[1]
        self.assertLess(max(len(line) for line in output.splitlines() if not line.startswith('RESULT')), CONSOLE)
        whole = ''.join('%s%s' % ('' if mark == '+' else '\n', text) for *_, mark, text in messages(output))
        self.assertIn(name, whole)

    def test_what_the_peer_sends_cannot_reach_the_terminal(self):
        certificate = self.pki.root.server('a name', names=['IP:127.0.0.1', 'DNS:\033[31mred\033[0m.test'])
        with Recorder(certificate) as server:
            output = self.device.run('tls_debug 4; tls_case host=%s port=%d' % (server.host, server.port))[1]
        self.assertIn('.test', output)
        self.assertNotIn('\033', output)


class Debug228(Debug):

    build = 'extras-legacy'
    first_level = 1
