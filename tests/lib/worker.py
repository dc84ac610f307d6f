# SPDX-License-Identifier: Apache-2.0
"""One process of tests/run.py: lists the tests of files, or runs some of a file.

    python3 -m lib.worker list GROUP ...            prints {module: [test, ...]} as JSON
    python3 -m lib.worker run MODULE FILE REPORT LIFELINE

runs the tests that FILE names, one a line, and reports to the file descriptor REPORT. LIFELINE is a pipe: at its end
the process and all others of its session end.

A report is a line of JSON: {"event": "start" | "end", "test": ..., "outcome": "passed" | "failed" | "skipped",
"text": ...}. An outcome of a set-up that failed or was skipped has the class or the module as its test.
"""
import glob
import json
import os
import re
import resource
import signal
import sys
import threading
import time
import traceback
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def tests_of(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from tests_of(one)
        else:
            yield one


def load(module):
    return list(tests_of(unittest.defaultTestLoader.loadTestsFromName(module)))


def list_tests(groups):
    found = {}
    for group in groups:
        for path in sorted(glob.glob(os.path.join(TESTS, group, 'test_*.py'))):
            module = '%s.%s' % (group, os.path.basename(path)[:-3])
            found[module] = [test.id() for test in load(module)]
    print(json.dumps(found))


def cpu_seconds():
    """What this process and those that it has waited for have computed."""
    usages = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Reporter(unittest.TestResult):
    """Reports each test as it starts and ends; the log gets a line with the time of each, and its CPU time."""

    def __init__(self, output):
        super().__init__()
        self.output = output
        self.since, self.computed = time.monotonic(), cpu_seconds()

    def report(self, event, test, **facts):
        self.output.write(json.dumps({'event': event, 'test': test, **facts}) + '\n')
        self.output.flush()

    def lap(self, text):
        now, computed = time.monotonic(), cpu_seconds()
        if text.startswith('test ') or now - self.since > 0.1:
            print('%7.1f s %7.1f s of CPU  %s' % (now - self.since, computed - self.computed, text),
                  file=sys.stderr, flush=True)
        self.since, self.computed = now, computed

    def startTest(self, test):
        super().startTest(test)
        self.lap('before ' + test.id())
        self.outcome, self.texts = 'passed', []
        self.report('start', test.id())

    def stopTest(self, test):
        super().stopTest(test)
        self.lap('test %s: %s' % (test.id(), self.outcome))
        self.report('end', test.id(), outcome=self.outcome, text='\n'.join(self.texts))

    def note(self, test, outcome, text):
        """Of a running test, or of a set-up: 'setUpClass (interop.test_x.Class)'."""
        setup = re.match(r'(?:setUp|tearDown)(?:Class|Module) \((.*)\)', test.id())
        if setup:
            self.report('end', setup.group(1), outcome=outcome, text=text)
            return
        if outcome == 'failed' or self.outcome == 'passed':
            self.outcome = outcome
        self.texts.append(text)

    def failed(self, test, error):
        text = ''.join(traceback.format_exception(*error))
        print('%s\n%s' % (test, text), file=sys.stderr, flush=True)
        self.note(test, 'failed', '%s\n%s' % (test, text))

    def addError(self, test, error):
        self.failed(test, error)

    def addFailure(self, test, error):
        self.failed(test, error)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.failed(subtest, error)

    def addSkip(self, test, reason):
        self.note(test, 'skipped', reason)

    def addUnexpectedSuccess(self, test):
        self.note(test, 'failed', '%s: passed, but a failure is expected' % test)


def end_with(lifeline):
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def run(module, wanted, descriptor):
    suite = unittest.TestSuite(test for test in load(module) if test.id() in wanted)
    with open(descriptor, 'w') as output:
        suite.run(Reporter(output))


if __name__ == '__main__':
    if sys.argv[1] == 'list':
        list_tests(sys.argv[2:])
    else:
        threading.Thread(target=end_with, args=[int(sys.argv[5])], daemon=True).start()
        with open(sys.argv[3]) as names:
            wanted = set(names.read().split('\n'))
        run(sys.argv[2], wanted, int(sys.argv[4]))
