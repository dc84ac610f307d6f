# SPDX-License-Identifier: Apache-2.0
"""make test: run the tests and count them.

    /usr/bin/python3 tests/run.py [--jobs N] [WORD ...]

A word is a group (a folder of tests/), a file (hostile/test_server.py, interop/test_s*.py, unit/test_memory.c), a
test (test_session.TestX.test_y, or the name of its module, class or function), or a part of the names of tests
(expired). Without one all run.

Each file is a process of its own, and several run at a time, the long ones first. They share certificates
and builds (tools/mbedtls_host/shared.py), and one temporary folder, which is removed at the end. A line is printed for each
file that has ended, and failures in full; all output stays in build/test/log. Lines that begin with "count: "
are always shown. The last line says how many passed and failed. A signal (Ctrl-C, SIGTERM, SIGHUP) ends the processes
and removes the folder; processes also end when this one is gone.
"""
import argparse
import concurrent.futures
import fcntl
import fnmatch
import glob
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(TESTS)
BUILD = os.path.join(REPOSITORY, 'build', 'test')
LOGS = os.path.join(BUILD, 'log')
SECONDS = os.path.join(BUILD, 'seconds.json')       # of each file, in its last run
# Where tests find modules.
MODULES = [TESTS, REPOSITORY]

GROUPS = ['hostile', 'interop', 'tools', 'chance', 'unit', 'fuzz', 'target']
# Those that take longest, for a first run.
LONGEST = ['hostile.test_heap', 'chance.test_configurations', 'hostile.test_server', 'target.test_mps2',
           'tools.test_build', 'unit.test_unit', 'interop.test_trust', 'interop.test_paths']

SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP

# Limits that no busy machine reaches, in seconds. The files that run are ended when none of them has
# printed anything, has finished a test or has computed for a twentieth of SILENCE, while that time went by;
# and one alone when it has used ENDLESS seconds of CPU time without any output.
SILENCE = 1800
ENDLESS = 1800


def cpu_seconds(process):
    """Wait for the end of a process; returns what it and its children have computed."""
    if process.returncode is None:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime
    return 0


def session_seconds(session):
    """What the processes of a session, and those that they have waited for, have computed."""
    ticks = 0
    for path in glob.glob('/proc/[0-9]*/stat'):
        try:
            with open(path) as stat:
                fields = stat.read().rpartition(')')[2].split()
        except OSError:                     # it has ended
            continue
        if int(fields[3]) == session:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf('SC_CLK_TCK')


class Run:
    """One file of tests in a process of its own."""
    latest = 0                              # when one of the files has made progress
    lifeline = os.pipe()                    # processes end when its other end is closed, with this process

    def __init__(self, module, tests, folder):
        self.module, self.tests, self.folder = module, tests, folder
        self.outcomes = {}                  # test: outcome
        self.running = self.process = None
        self.failures = []
        self.log = os.path.join(LOGS, module + '.log')

    def start(self):
        """Start the process; returns the end of a pipe to which it reports."""
        names = os.path.join(self.folder, self.module + '.tests')
        with open(names, 'w') as output:
            output.write('\n'.join(self.tests))
        report, write = os.pipe()
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(
                [sys.executable, '-m', 'lib.worker', 'run', self.module, names, str(write),
                 str(self.lifeline[0])], cwd=REPOSITORY,
                env=environment(TMPDIR=self.folder, MBEDTLS_TEST_RUN=os.path.join(self.folder, 'shared')),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[write, self.lifeline[0]], start_new_session=True)
        os.close(write)
        return report

    def stop(self):
        """End the process and what it has started in its session."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def take(self, line):
        said = json.loads(line)
        if said['event'] == 'start':
            self.running = said['test']
            return
        self.running = None
        if said['outcome'] == 'failed':
            self.failures.append(said['text'])
        if said['test'] in self.tests:
            self.outcomes[said['test']] = said['outcome']
        elif said['outcome'] == 'skipped':  # a class or a module
            for test in self.tests:
                if test.startswith(said['test'] + '.'):
                    self.outcomes.setdefault(test, 'skipped')

    def read(self, report):
        """Take the reports until the process has closed its end; returns why it has to be ended, or ''."""
        waiting, said, computed, silent_from = b'', None, 0, 0
        Run.latest = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(report, selectors.EVENT_READ)
            while True:
                if selector.select(min(5, SILENCE)):
                    data = os.read(report, 65536)
                    if not data:
                        return ''
                    *lines, waiting = (waiting + data).split(b'\n')
                    for line in lines:
                        self.take(line)
                    Run.latest = time.monotonic()
                    continue
                now, before = session_seconds(self.process.pid), said
                said = len(self.outcomes), self.running, os.path.getsize(self.log)
                if said != before:
                    silent_from = now
                if said != before or now - computed > SILENCE / 20:
                    computed, Run.latest = now, time.monotonic()
                if now - silent_from > ENDLESS:
                    return 'used CPU time for %d seconds without any output' % ENDLESS
                if time.monotonic() - Run.latest > SILENCE:
                    return 'made no progress for %d seconds' % SILENCE

    def run(self):
        start = time.monotonic()
        report = self.start()
        problem = self.read(report)
        if problem:
            self.failures.append('%s: ended, since %s %s' % (self.module, self.running or 'no test', problem))
            self.stop()
        os.close(report)
        self.computed = cpu_seconds(self.process)
        self.seconds = time.monotonic() - start
        self.note_missing()
        return self

    def note_missing(self):
        missing = [test for test in self.tests if test not in self.outcomes]
        if missing:
            said = ''
            if not self.failures:
                with open(self.log, 'rb') as log:
                    said = log.read().decode('utf-8', 'replace')[-3000:]
            self.failures.append('%s: these did not run:\n    %s\n%s' % (self.module, '\n    '.join(missing), said))

    def counts(self):
        outcomes = list(self.outcomes.values())
        passed, skipped = outcomes.count('passed'), outcomes.count('skipped')
        return passed, len(self.tests) - passed - skipped or bool(self.failures), skipped

    def show(self):
        print('%-32s %4d passed %3d failed %3d skipped %5.0f s, %4.0f s of a core' % (
            self.module, *self.counts(), self.seconds, self.computed))
        with open(self.log, 'rb') as log:
            for line in re.findall(r'^count: (.*)', log.read().decode('utf-8', 'replace'), re.MULTILINE):
                print(line)
        for failure in self.failures:
            print(failure)
        sys.stdout.flush()


def environment(**more):
    """Of the processes that list and run tests."""
    return dict(os.environ, PYTHONPATH=os.pathsep.join(MODULES), PYTHONDONTWRITEBYTECODE='1', **more)


def all_tests(folder):
    """{module: tests} of every file."""
    done = subprocess.run([sys.executable, '-m', 'lib.worker', 'list', *GROUPS], cwd=REPOSITORY, check=True,
                          stdout=subprocess.PIPE, env=environment(TMPDIR=folder))
    return json.loads(done.stdout)


def is_named(word, module, test):
    """Whether a word is the name of a test's group, file, class or function."""
    group, _, name = module.partition('.')
    word = re.sub('^(tests/)|/$', '', word) if word.startswith('tests/') or word.endswith('/') else word
    if word in GROUPS:
        return group == word
    if re.search(r'/|\.(py|c)$', word):
        path = os.path.splitext(word)[0]
        path = path if '/' in path else '*/' + path
        programs = ['unit/' + test.rpartition('.')[2]] if group == 'unit' else []       # one test for each C file
        return any(fnmatch.fnmatch(each, path) for each in ['%s/%s' % (group, name)] + programs)
    return '.%s.' % word in '.%s.' % test


def choose(tests, words):
    """The tests that one of the words means, {module: tests}."""
    chosen = {}
    for word in words:
        every = [(module, test) for module in tests for test in tests[module]]
        found = [pair for pair in every if is_named(word, *pair)] or \
            [pair for pair in every if word in pair[1].rpartition('.')[2]]
        if not found:
            sys.exit('make test: no group, file or test is called "%s".\nGroups: %s\nFiles: %s' % (
                word, ' '.join(GROUPS), ' '.join(module.replace('.', '/') + '.py' for module in tests)))
        for module, test in found:
            chosen.setdefault(module, set()).add(test)
    return {module: [test for test in tests[module] if test in chosen[module]] for module in chosen}


def known_seconds():
    known = {module: 1000 - at for at, module in enumerate(LONGEST)}
    if os.path.exists(SECONDS):
        with open(SECONDS) as stored:
            known.update(json.load(stored))
    return known


def run_all(runs, jobs):
    """Yields each file's run when it has ended."""
    seconds = known_seconds()
    runs = sorted(runs, key=lambda run: -seconds.get(run.module, len(run.tests)))
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        for done in concurrent.futures.as_completed([pool.submit(run.run) for run in runs]):
            run = done.result()
            if len(run.tests) == len(run.outcomes):
                seconds[run.module] = round(run.seconds, 1)
            yield run
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for run in runs:
            run.stop()
    with open(SECONDS, 'w') as output:
        json.dump(seconds, output, indent=1)


def run_words(words, jobs, folder):
    """Run what the words mean; returns (passed, failed, skipped)."""
    os.mkdir(os.path.join(folder, 'shared'))
    tests = all_tests(folder)
    if words:
        tests = choose(tests, words)
    total = (0, 0, 0)
    for run in run_all([Run(module, names, folder) for module, names in tests.items()], jobs):
        run.show()
        total = tuple(map(sum, zip(total, run.counts())))
    return total


def stop(number, _):
    """End by an exception, so that processes are ended and the folder is removed."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit('make test: stopped by ' + signal.Signals(number).name)


def wait_for_turn(lock):
    """Another run in this clone builds in the same places."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print('make test: waiting for the end of another test run in this clone', flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--jobs', type=int, default=2 * (os.cpu_count() or 1), help='files at a time')
    parser.add_argument('words', nargs='*', metavar='WORD')
    arguments = parser.parse_args()
    os.makedirs(LOGS, exist_ok=True)
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:      # by nohup, for example
            signal.signal(number, stop)
    with open(os.path.join(BUILD, 'run.lock'), 'w') as lock, \
            tempfile.TemporaryDirectory(prefix='mbedtls-tests-', ignore_cleanup_errors=True) as folder:
        wait_for_turn(lock)
        passed, failed, skipped = run_words(arguments.words, arguments.jobs, folder)
    print('%d passed, %d failed' % (passed, failed) + (', %d skipped' % skipped if skipped else ''))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
