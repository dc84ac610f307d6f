# SPDX-License-Identifier: Apache-2.0
"""The stand-in kernel: its build functions, its shell, its faults.

    make test ONLY=target/test_standin.py

builds tests/target/package, a package for this purpose, for targets/posix.
"""
import os
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGE = os.path.join(HERE, 'package')
SCONSTRUCT = os.path.join(ROOT, 'targets', 'posix', 'SConstruct')

SANITIZER_EXIT = 99
TIMEOUT_EXIT = 124
LEAK_EXIT = 3
BLOCK_OF_100 = 104 + 16


def scons(build, *arguments, cwd=ROOT, script=('-f', SCONSTRUCT)):
    """Runs scons on the small package; returns (exit code, output)."""
    done = subprocess.run(['scons', '-Q', *script, 'package=' + PACKAGE, 'build=' + build,
                           'config=' + os.path.join(PACKAGE, 'defconfig'), *arguments],
                          cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def compiled(output):
    """Names of the objects that a build has made."""
    return {os.path.basename(line.split()[2]) for line in output.splitlines()
            if line.split()[1:2] == ['-o'] and ' -c ' in line}


class Build:
    """The folder of one build, made once and removed at the end."""
    folder = None
    plain = None
    sanitized = None


def setUpModule():
    Build.folder = tempfile.TemporaryDirectory(prefix='standin-')
    Build.plain = os.path.join(Build.folder.name, 'plain')
    Build.sanitized = os.path.join(Build.folder.name, 'sanitized')
    for build, arguments in ((Build.plain, ()), (Build.sanitized, ('sanitize=1', 'tests=1'))):
        code, output = scons(build, 'set=RT_USING_HWCRYPTO=y,RT_HWCRYPTO_USING_RNG=y', *arguments)
        if code != 0:
            raise AssertionError(output)


def tearDownModule():
    Build.folder.cleanup()


def device(*arguments, stdin='', build=None):
    """Runs the program; returns (exit code, output)."""
    done = subprocess.run([os.path.join(build or Build.sanitized, 'rtthread'), *arguments],
                          input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


class ShellTest(unittest.TestCase):
    def lines(self, commands, *options, code=0):
        """Output of commands without the echo of the prompt."""
        got, output = device('-c', commands, *options)
        self.assertEqual(got, code, output)
        return [line for line in output.splitlines() if not line.startswith('msh />')]

    def test_commands_run_in_order_and_are_echoed(self):
        code, output = device('-c', 'echo one; echo two ;nothing')
        self.assertEqual(code, 0)
        self.assertEqual(output, 'msh />echo one\none\nmsh />echo two \ntwo\nmsh />nothing\nnothing\n')

    def test_words_and_quotes(self):
        self.assertEqual(self.lines('show_words  a\t"b; c" "" "d \\" e"'),
                         ['<show_words><a><b; c><><d \\" e>'])

    def test_too_many_words_are_dropped_with_a_message(self):
        lines = self.lines('show_words ' + ' '.join(str(i) for i in range(1, 13)))
        self.assertEqual(lines, ['Too many arguments: the first 10 are used.',
                                 '<show_words>' + ''.join('<%d>' % i for i in range(1, 10))])

    def test_exit_code_shows_a_failed_command(self):
        self.lines('fails 0')
        self.lines('fails; nothing', code=1)
        self.lines('fails 7', code=1)

    def test_unknown_command(self):
        self.assertEqual(self.lines('xyz 1', code=1), ['xyz: command not found.'])

    def test_export_to_the_old_shell_makes_no_command(self):
        self.assertEqual(self.lines('old_words', code=1), ['old_words: command not found.'])

    def test_exit_gives_its_code_at_once(self):
        self.lines('spawn 5000; exit 5', code=5)

    def test_commands_of_the_kernel_exist(self):
        text = '\n'.join(self.lines('help; version; free; date; ps; list_thread'))
        for part in ('fails            - return [code]', 'total memory: 33554408', 'used memory : 0',
                     'maximum allocated memory: 0', 'tshell'):
            self.assertIn(part, text)

    def test_interactive_shell_ends_with_its_input(self):
        code, output = device(stdin='echo hello\nfails\n\nspawn 50\n')
        self.assertEqual(code, 0)
        self.assertIn('msh />echo hello\nhello\n', output)
        self.assertIn('thread spawned ends', output)

    def test_start_up_functions_have_run(self):
        self.assertIn('started 1', self.lines('build')[0])

    def test_log_lines(self):
        self.assertEqual(self.lines('logs'), ['[E/small] error 1', '[W/small] warning', '[I/small] information'])

    def test_invalid_options_are_refused(self):
        for options in (['--clock', 'noon'], ['--resolve', 'x'], ['--tick', 'x'], ['--nothing'], ['more'],
                        ['--heap', '-1'], ['--rng', 'bad']):
            self.assertEqual(device(*options)[0], 2, options)


class EndTest(unittest.TestCase):
    def test_program_waits_for_threads(self):
        code, output = device('-c', 'spawn 200; spawn 10', '--heap-report')
        self.assertEqual(code, 0, output)
        self.assertEqual(output.count('thread spawned ends'), 2)
        self.assertIn('live blocks: 0', output)

    def test_timeout_ends_a_program_that_hangs(self):
        code, output = device('-c', 'spawn 60000', '--timeout', '1')
        self.assertEqual(code, TIMEOUT_EXIT, output)

    def test_fail_mark_in_a_line_makes_the_exit_code_1(self):
        self.assertEqual(device('-c', 'echo all is well; echo it has failed.', '--fail-mark', 'has failed')[0], 1)
        self.assertEqual(device('-c', 'echo all is well', '--fail-mark', 'has failed')[0], 0)
        self.assertEqual(device('-c', 'spawn 1', '--fail-mark', 'x', '--fail-mark', 'd ends')[0], 1)

    def test_leaks_are_reported(self):
        for what, line in (('memory', 'live blocks: 1'), ('descriptor', 'open descriptors: 1'),
                           ('list', 'live address lists: 1')):
            code, output = device('-c', 'leak ' + what, '--heap-report', build=Build.plain)
            self.assertEqual(code, LEAK_EXIT, output)
            self.assertIn(line, output)

    def test_leak_report_names_the_place(self):
        _, output = device('-c', 'leak', '--heap-report', build=Build.plain)
        self.assertRegex(output, r'block \d+, 100 bytes, at 0x[0-9a-f]+ of .*rtthread')

    def test_memory_checker_detects_reads_beyond_a_block(self):
        code, output = device('-c', 'overrun')
        self.assertEqual(code, SANITIZER_EXIT)
        self.assertIn('heap-buffer-overflow', output)

    def test_block_freed_twice_stops_the_program(self):
        code, output = device('-c', 'free_twice', build=Build.plain)
        self.assertLess(code, 0)
        self.assertIn('is no live block', output)


class FaultTest(unittest.TestCase):
    def output(self, commands, *options, code=0):
        got, output = device('-c', commands, *options)
        self.assertEqual(got, code, output)
        return output

    def test_heap_returns_to_its_start(self):
        output = self.output('take 100; spawn 1; wait; free')
        self.assertIn('used memory : 0', output)
        self.assertRegex(output, r'maximum allocated memory: 2\d\d\d\n')

    def test_heap_limit(self):
        output = self.output('take 100', '--heap', str(BLOCK_OF_100))
        self.assertIn('taken', output)
        output = self.output('take 101; free', '--heap', str(BLOCK_OF_100))
        self.assertIn('taken', output)
        output = self.output('take 105', '--heap', str(BLOCK_OF_100))
        self.assertIn('refused', output)
        self.output('spawn', '--heap', '1000', code=1)

    def test_nth_allocation_fails(self):
        output = self.output('heap fail 2; take; take; take; heap')
        self.assertEqual([line for line in output.splitlines() if line in ('taken', 'refused')],
                         ['taken', 'refused', 'taken'])
        self.assertIn('failures: 1', output)
        output = self.output('heap fail 2 on; take; take; take; heap fail 0; take')
        self.assertEqual([line for line in output.splitlines() if line in ('taken', 'refused')],
                         ['taken', 'refused', 'refused', 'taken'])

    def test_clock_is_set_and_runs(self):
        output = self.output('date 2018 08 02 12 23 00; date; sleep 1000; seconds', '--clock', '1970')
        self.assertRegex(output, r'Thu Aug  2 12:23:0\d 2018\n')
        for seconds in output.splitlines()[-1].split():
            self.assertIn(int(seconds), range(1533212581, 1533212590))

    def test_clock_starts_as_asked(self):
        self.assertRegex(self.output('date', '--clock', '1970'), r'Thu Jan  1 00:00:0\d 1970')
        self.assertRegex(self.output('date', '--clock', '1000000000'), r'Sun Sep  9 01:46:4\d 2001')
        self.assertIn('no clock', self.output('date', '--clock', 'none', code=1))
        self.assertIn('-1 -1', self.output('seconds', '--clock', 'none'))

    def test_date_refuses_nonsense(self):
        self.assertIn('month is out of range [1-12]', self.output('date 2018 13 1 0 0 0', code=1))
        self.output('date 2018 1 1', code=1)

    def test_tick_wraps(self):
        output = self.output('tick; sleep 600; tick', '--tick', str(2 ** 32 - 500))
        first, second = [int(line) for line in output.splitlines() if line.isdigit()]
        self.assertGreaterEqual(first, 2 ** 32 - 500)
        self.assertLess(second, 10000)

    def test_names_resolve_by_rule(self):
        rules = ['--resolve', 'a.test=127.0.0.1,[::1]:99', '--resolve', 'b.test:443=10.0.0.1:4433',
                 '--resolve', 'c.test=!nxdomain', '--resolve', 'd.test=!fail', '--resolve', 'e.test=!hang:1']
        for command, lines in (('resolve A.test 443', ['127.0.0.1 443', '::1 99']),
                               ('resolve a.test 80 4', ['127.0.0.1 80']),
                               ('resolve a.test 80 6', ['::1 99']),
                               ('resolve b.test 443', ['10.0.0.1 4433']),
                               ('resolve b.test 443 6', ['EAI_NONAME']),
                               ('resolve c.test 1', ['EAI_NONAME']),
                               ('resolve d.test 1', ['EAI_FAIL']),
                               ('resolve e.test 1', ['EAI_AGAIN']),
                               ('resolve 127.0.0.1 7', ['127.0.0.1 7'])):
            output = self.output(command, *rules)
            self.assertEqual(output.splitlines()[1:], lines, command)

    def test_name_that_never_resolves_meets_the_timeout(self):
        self.output('resolve a.test 1', '--resolve', 'a.test=!hang', '--timeout', '1', code=TIMEOUT_EXIT)

    def test_hardware_generator_behaves_as_asked(self):
        for behaviour, line in (('good', 'device 1 context 1 zero 0 same 0 default zero 0'),
                                ('absent', 'device 0 context 0 zero 1 same 1 default zero 1'),
                                ('stuck', 'device 1 context 1 zero 0 same 1 default zero 0'),
                                ('error', 'device 1 context 0 zero 1 same 1 default zero 1')):
            self.assertIn(line, self.output('rng', '--rng', behaviour))

    def test_board_random_behaves_as_asked(self):
        good = self.output('board_random').splitlines()[1]
        self.assertRegex(good, '^0 [0-9a-f]{32}$')
        self.assertNotEqual(good, self.output('board_random').splitlines()[1])
        self.assertIn('0 ' + '5a' * 16, self.output('board_random', '--board-random', 'stuck'))
        self.assertIn('-1 ' + '00' * 16, self.output('board_random', '--board-random', 'error'))


class UnitTest(unittest.TestCase):
    def test_unit_programs_pass(self):
        folder = os.path.join(Build.sanitized, 'unit')
        names = sorted(os.listdir(folder))
        self.assertEqual(names, ['test_devices', 'test_heap', 'test_ipc', 'test_text', 'test_time'])
        for name in names:
            done = subprocess.run([os.path.join(folder, name)], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_device_commands_are_in_builds_with_tests_only(self):
        self.assertEqual(device('-c', 'device_command')[0], 0)
        self.assertEqual(device('-c', 'device_command', build=Build.plain)[0], 1)


class BuildingTest(unittest.TestCase):
    """The tests change one build, one after the other."""

    build = property(lambda self: os.path.join(Build.folder.name, 'changing'))

    def make(self, *arguments, code=0, **options):
        got, output = scons(self.build, *arguments, **options)
        self.assertEqual(got, code, output)
        return output

    def test_get_depend_answers_as_rt_thread_does(self):
        output = self.make('show=1', '-n')
        for line in ('depend bool False', 'depend number 3', "depend text '\"a text\"'", "depend mask '0x1f'",
                     'depend unknown False', 'depend all True', 'depend not all False', "value bool ''",
                     'value number 3', "value unknown ''", 'platform gcc gcc', 'clean False'):
            self.assertIn(line, output)

    def test_rtconfig_h_is_written_as_rt_thread_writes_it(self):
        self.make('-n', 'set=SMALL_TEXT="x, y",SMALL_NUMBER=5')
        with open(os.path.join(self.build, 'rtconfig.h'), encoding='utf-8') as header:
            lines = header.read().splitlines()
        for line in ('#define PKG_USING_SMALL', '#define SMALL_NUMBER 5', '#define SMALL_TEXT "x, y"',
                     '#define SMALL_MASK 0x1f', '#define RT_VER_NUM 0x50100'):
            self.assertIn(line, lines)
        self.assertFalse([line for line in lines if '#define SMALL_FEATURE' in line])
        self.assertIn('/* SMALL_FEATURE is not set */', lines)

    def test_settings_that_cannot_be_made_stop_the_build(self):
        for setting, part in (('NO_SUCH=y', 'there is no symbol NO_SUCH'),
                              ('SMALL_NEEDS_FEATURE=y', 'it depends on SMALL_FEATURE'),
                              ('SMALL_SELECTS=y,SMALL_SELECTED=n', 'it is selected by SMALL_SELECTS'),
                              ('SMALL_NUMBER=10', 'its range is 1 to 9'),
                              ('SMALL_NUMBER=ten', 'is of type int'),
                              ('SMALL_NUMBER', 'want SYMBOL=VALUE')):
            output = self.make('set=' + setting, code=2)
            self.assertIn(part, output)

    def test_scripts_that_rt_thread_would_refuse_are_refused(self):
        for fault, part in (('flags', 'LOCAL_CCFLAGS must be a string'), ('blank', 'must begin with a blank'),
                            ('parameter', 'knows no parameter LOCAL_LINKFLAGS'),
                            ('place', 'would be built outside')):
            output = self.make('-n', 'fault=' + fault, code=2)
            self.assertIn(part, output)

    def test_change_of_configuration_rebuilds_and_nothing_else_does(self):
        self.make('set=SMALL_NUMBER=4')
        self.assertIn('number 4 text a text', device('-c', 'build', build=self.build)[1])
        self.assertEqual(compiled(self.make('set=SMALL_NUMBER=4')), set())
        self.assertEqual(compiled(self.make('set=SMALL_NUMBER=4', cwd='/tmp')), set())
        self.assertEqual(compiled(self.make('set=SMALL_NUMBER=4', cwd='/',
                                            script=('-C', os.path.dirname(SCONSTRUCT)))), set())
        built = compiled(self.make('set=SMALL_NUMBER=6'))
        self.assertLessEqual({'commands.o', 'engine.o', 'local.o'}, built)
        self.assertIn('number 6 text a text', device('-c', 'build', build=self.build)[1])

    def test_build_leaves_the_source_tree_alone(self):
        before = self.tree()
        self.make()
        self.assertEqual(self.tree(), before)

    @staticmethod
    def tree():
        return sorted(os.path.join(folder, name) for top in (PACKAGE, os.path.join(ROOT, 'targets'))
                      for folder, _, names in os.walk(top) for name in names)

    def test_clang_builds_it_too(self):
        code, output = scons(os.path.join(Build.folder.name, 'clang'), 'cc=clang', 'opt=-O2')
        self.assertEqual(code, 0, output)


if __name__ == '__main__':
    unittest.main()
