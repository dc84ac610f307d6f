# SPDX-License-Identifier: Apache-2.0
"""make test: run the tests and count them.

    tests/run.py [GROUP or GROUP/PATTERN ...]

Groups are the folders of tests/; without one all run. Each is a program of its
own, as many at a time as there are cores; inside one the files share certificates
and builds. What a failed one has printed is shown, and lines that begin with "count: "
always; all output stays in build/test/log. The last line says how many passed and
failed.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(TESTS)
LOGS = os.path.join(REPOSITORY, 'build', 'test', 'log')

GROUPS = ['hostile', 'interop', 'tools', 'chance', 'unit', 'target']        # the longest first
LIMIT = 2100                        # seconds for one group


def counts(output, code):
    """(passed, failed, skipped) out of what unittest printed."""
    ran = re.findall(r'^Ran (\d+) tests? in', output, re.MULTILINE)
    details = dict(re.findall(r'(failures|errors|skipped|unexpected successes)=(\d+)', output[-300:]))
    details = {key: int(value) for key, value in details.items()}
    skipped = details.pop('skipped', 0)
    failed = sum(details.values())
    if not ran:
        return 0, 1, 0
    if code != 0 and failed == 0:
        failed = 1
    return max(int(ran[-1]) - failed - skipped, 0), failed, skipped


def run(wanted):
    group, _, pattern = wanted.partition('/')
    log = os.path.join(LOGS, group + '.log')
    command = [sys.executable, '-m', 'unittest', 'discover', '-v', '-s', os.path.join(TESTS, group), '-t', TESTS,
               '-p', pattern or 'test_*.py']
    environment = dict(os.environ, PYTHONPATH=TESTS + os.pathsep + REPOSITORY, PYTHONDONTWRITEBYTECODE='1')
    start = time.monotonic()
    with open(log, 'wb') as output:
        try:
            code = subprocess.run(command, cwd=REPOSITORY, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                  timeout=LIMIT).returncode
        except subprocess.TimeoutExpired:
            output.write(b'\nno end within %d seconds\n' % LIMIT)
            code = 124
    with open(log, 'rb') as output:
        text = output.read().decode('utf-8', 'replace')
    return wanted, counts(text, code), text, time.monotonic() - start


def main():
    os.makedirs(LOGS, exist_ok=True)
    wanted = sys.argv[1:] or GROUPS
    if any(word.partition('/')[0] not in GROUPS for word in wanted):
        sys.exit('tests/run.py: groups are: ' + ' '.join(GROUPS))
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run, group) for group in wanted]):
            name, (good, bad, left), text, seconds = done.result()
            passed, failed, skipped = passed + good, failed + bad, skipped + left
            print('%-12s %4d passed %3d failed %3d skipped  %4.0f s' % (name, good, bad, left, seconds), flush=True)
            for line in re.findall(r'^count: (.*)', text, re.MULTILINE):
                print(line, flush=True)
            if bad:
                print(text[-8000:], flush=True)
    print('%d passed, %d failed' % (passed, failed) + (', %d skipped' % skipped if skipped else ''))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
