# SPDX-License-Identifier: Apache-2.0
"""tests/run.py: what the words of ONLY= mean, and how files are counted that fail, hang or die."""
import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

import run

LISTED = {
    'hostile.test_server': ['hostile.test_server.Flood.test_hellos_cost_no_heap', 'hostile.test_server.Noise.test_noise'],
    'interop.test_server': ['interop.test_server.Server.test_openssl', 'interop.test_server.Server.test_expired_root'],
    'interop.test_session': ['interop.test_session.Threads.test_expired', 'interop.test_session.Server.test_openssl'],
}

EXAMPLE = '''
import os
import time
import unittest

class Mixed(unittest.TestCase):
    def test_1_passes(self):
        print('count: 3 of 4')
    def test_2_fails_in_two_subtests(self):
        for number in range(3):
            with self.subTest(number):
                self.assertEqual(number, 1)
    def test_3_is_skipped(self):
        self.skipTest('for a reason')
    @unittest.expectedFailure
    def test_4_fails_as_expected(self):
        self.fail()

class Skipped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest('all of them')
    def test_one(self):
        pass
    def test_other(self):
        pass

class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError('no set-up')
    def test_one(self):
        pass
    def test_other(self):
        pass

class Ends(unittest.TestCase):
    def test_1_passes(self):
        pass
    def test_2_hangs(self):
        time.sleep(1000)
    def test_3_never_begins(self):
        pass
    def test_4_computes_without_end(self):
        while True:
            pass

class Dies(unittest.TestCase):
    def test_1_passes(self):
        pass
    def test_2_dies(self):
        os._exit(0)
'''


class Words(unittest.TestCase):

    def chosen(self, *words):
        return {module: [test.rpartition('.')[2] for test in tests]
                for module, tests in run.choose(LISTED, words).items()}

    def test_a_group_means_all_of_its_files(self):
        self.assertEqual(set(self.chosen('interop')), {'interop.test_server', 'interop.test_session'})

    def test_a_path_means_a_file_and_may_be_a_pattern(self):
        self.assertEqual(set(self.chosen('hostile/test_server.py')), {'hostile.test_server'})
        self.assertEqual(set(self.chosen('interop/test_s*.py')), {'interop.test_server', 'interop.test_session'})
        self.assertEqual(set(self.chosen('tests/interop/test_session.py')), {'interop.test_session'})
        self.assertEqual(set(self.chosen('test_session.py')), {'interop.test_session'})
        self.assertEqual(self.chosen('tests/interop/'), self.chosen('interop'))

    def test_a_c_file_of_unit_means_its_program_in_each_build(self):
        listed = {'unit.test_unit': ['unit.test_unit.%s.%s' % (build, name) for build in ('UnitA', 'UnitB')
                                     for name in ('test_memory', 'test_memory_faults')]}
        self.assertEqual(run.choose(listed, ['unit/test_memory.c']),
                         {'unit.test_unit': ['unit.test_unit.UnitA.test_memory', 'unit.test_unit.UnitB.test_memory']})
        self.assertEqual(run.choose(listed, ['unit/test_unit.py']), listed)

    def test_a_dotted_name_means_a_class_or_a_test(self):
        self.assertEqual(self.chosen('test_session.Threads'), {'interop.test_session': ['test_expired']})
        self.assertEqual(self.chosen('hostile.test_server.Noise.test_noise'), {'hostile.test_server': ['test_noise']})

    def test_a_part_of_the_names_of_tests_means_these_tests(self):
        self.assertEqual(self.chosen('expired'), {'interop.test_server': ['test_expired_root'],
                                                  'interop.test_session': ['test_expired']})

    def test_a_name_goes_before_a_part_of_names(self):
        listed = {'tools.test_lost': ['tools.test_lost.Lost.test_one'],
                  'hostile.test_server': ['hostile.test_server.Flood.test_lost_messages']}
        self.assertEqual(set(run.choose(listed, ['test_lost'])), {'tools.test_lost'})

    def test_several_words_mean_each_test_once(self):
        self.assertEqual(self.chosen('hostile', 'test_noise', 'openssl'), {
            'hostile.test_server': ['test_hellos_cost_no_heap', 'test_noise'],
            'interop.test_server': ['test_openssl'], 'interop.test_session': ['test_openssl']})

    def test_an_unknown_word_stops_with_the_groups_and_files(self):
        with self.assertRaises(SystemExit) as stopped:
            self.chosen('interop', 'nothing')
        for part in ('"nothing"', 'hostile', 'interop/test_session.py'):
            self.assertIn(part, stopped.exception.code)


class Files(unittest.TestCase):

    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.folder = room.name
        with open(os.path.join(self.folder, 'example.py'), 'w') as output:
            output.write(EXAMPLE)
        for name, value in (('MODULES', run.MODULES + [self.folder]), ('LOGS', self.folder)):
            patch = mock.patch.object(run, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def run_tests(self, *names):
        return run.Run('example', ['example.' + name for name in names], self.folder).run()

    def test_each_test_counts_once_whatever_its_subtests_do(self):
        done = self.run_tests('Mixed.test_1_passes', 'Mixed.test_2_fails_in_two_subtests', 'Mixed.test_3_is_skipped',
                              'Mixed.test_4_fails_as_expected')
        self.assertEqual(done.counts(), (2, 1, 1))
        self.assertEqual(''.join(done.failures).count('AssertionError'), 2)

    def test_failures_and_lines_that_begin_with_count_are_shown(self):
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            self.run_tests('Mixed.test_1_passes', 'Mixed.test_2_fails_in_two_subtests').show()
        self.assertRegex(shown.getvalue(), r'^example +1 passed +1 failed +0 skipped')
        self.assertIn('\n3 of 4\n', shown.getvalue())
        self.assertIn('AssertionError: 0 != 1', shown.getvalue())

    def test_only_the_wanted_tests_run(self):
        done = self.run_tests('Mixed.test_1_passes')
        self.assertEqual(done.outcomes, {'example.Mixed.test_1_passes': 'passed'})

    def test_a_class_whose_set_up_skips_counts_as_skipped(self):
        self.assertEqual(self.run_tests('Skipped.test_one', 'Skipped.test_other').counts(), (0, 0, 2))

    def test_a_class_whose_set_up_fails_counts_as_failed(self):
        done = self.run_tests('Broken.test_one', 'Broken.test_other', 'Mixed.test_1_passes')
        self.assertEqual(done.counts(), (1, 2, 0))
        self.assertIn('no set-up', ''.join(done.failures))

    def test_a_file_without_progress_is_ended_and_keeps_what_it_ran(self):
        start = time.monotonic()
        with mock.patch.object(run, 'SILENCE', 10):
            done = self.run_tests('Ends.test_1_passes', 'Ends.test_2_hangs', 'Ends.test_3_never_begins')
        self.assertLess(time.monotonic() - start, 900)
        self.assertEqual(done.counts(), (1, 2, 0))
        said = '\n'.join(done.failures)
        self.assertIn('example.Ends.test_2_hangs made no progress', said)
        self.assertIn('    example.Ends.test_3_never_begins\n', said)

    def test_a_file_that_computes_without_end_is_ended(self):
        with mock.patch.object(run, 'ENDLESS', 2):
            done = self.run_tests('Ends.test_1_passes', 'Ends.test_4_computes_without_end')
        self.assertEqual(done.counts(), (1, 1, 0))
        self.assertIn('test_4_computes_without_end used CPU time for 2 seconds', '\n'.join(done.failures))

    def test_a_process_that_dies_fails_the_tests_that_it_did_not_end(self):
        done = self.run_tests('Dies.test_1_passes', 'Dies.test_2_dies')
        self.assertEqual(done.counts(), (1, 1, 0))
        self.assertIn('did not run:\n    example.Dies.test_2_dies\n', '\n'.join(done.failures))

    def test_a_file_that_cannot_be_imported_fails(self):
        done = run.Run('example_missing', ['unittest.loader._FailedTest.example_missing'], self.folder).run()
        self.assertEqual(done.counts(), (0, 1, 0))
        self.assertIn("No module named 'example_missing'", '\n'.join(done.failures))


# A run of one file with one test, which notes its process and waits.
WAITING = '''
import os
import time
import unittest

class Waits(unittest.TestCase):
    def test_one(self):
        with open('noted', 'w') as output:
            output.write(str(os.getpid()))
        os.rename('noted', 'pid')
        time.sleep(600)
'''
MAIN = '''
import sys
import run
run.MODULES, run.BUILD, run.LOGS, run.SECONDS, run.REPOSITORY = run.MODULES + ['.'], '.', '.', 'seconds.json', '.'
run.all_tests = lambda folder: {'waiting': ['waiting.Waits.test_one']}
sys.argv = ['run.py']
run.main()
'''


class Signals(unittest.TestCase):

    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.folder = room.name
        os.mkdir(os.path.join(self.folder, 'temporary'))
        with open(os.path.join(self.folder, 'waiting.py'), 'w') as output:
            output.write(WAITING)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):   # nohup and shells ignore some of them
            self.addCleanup(signal.signal, number, signal.signal(number, signal.SIG_DFL))

    def start(self):
        environment = run.environment(TMPDIR=os.path.join(self.folder, 'temporary'))
        process = subprocess.Popen([sys.executable, '-c', MAIN], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=environment)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def worker(self):
        """The process of the test, once it runs."""
        path = os.path.join(self.folder, 'pid')
        while not os.path.exists(path):
            time.sleep(0.02)
        with open(path) as source:
            pid = int(source.read())
        os.remove(path)
        return pid

    def wait_for_end(self, pid):
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            while True:
                with open('/proc/%d/stat' % pid) as stat:
                    if stat.read().rpartition(')')[2].split()[0] == 'Z':
                        return
                time.sleep(0.02)

    def test_a_signal_ends_the_tests_removes_the_folder_and_prints_one_line(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                process = self.start()
                pid = self.worker()
                process.send_signal(number)
                _, said = process.communicate()
                self.assertEqual((process.returncode, said), (1, 'make test: stopped by %s\n' % number.name))
                self.wait_for_end(pid)
                self.assertEqual(os.listdir(os.path.join(self.folder, 'temporary')), [])

    def test_tests_end_when_the_run_is_killed(self):
        process = self.start()
        pid = self.worker()
        process.kill()
        self.wait_for_end(pid)

    def test_a_second_run_says_that_it_waits(self):
        self.start()
        self.worker()
        self.assertIn('waiting for the end of another test run', self.start().stdout.readline())


if __name__ == '__main__':
    unittest.main()
