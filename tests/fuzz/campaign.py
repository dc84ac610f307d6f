# SPDX-License-Identifier: Apache-2.0
"""make fuzz: run every harness for some minutes, each from its corpus on.

    PYTHONPATH=tests:. python3 -m fuzz.campaign [--minutes 1] [--only hello,path] [--build legacy]

Prints the executions and the coverage of each. Inputs that a harness fails with are
kept in build/fuzz; inputs that reached new code, in build/fuzz/corpus: the next run
begins with them.
"""
import argparse
import os
import sys

from fuzz import harnesses


def main():
    parser = argparse.ArgumentParser(description='Run the fuzzing harnesses.')
    parser.add_argument('--minutes', type=float, default=1, help='of each')
    parser.add_argument('--only', default='', help='names of harnesses with commas between them; all')
    parser.add_argument('--build', default='current', choices=harnesses.BUILDS,
                        help='Mbed TLS 3.6; that with fixed buffers; 2.28')
    wanted = parser.parse_args()
    chosen = [name for name in wanted.only.split(',') if name] or harnesses.names()
    if not set(chosen) <= set(harnesses.names()):
        parser.error('the harnesses are: ' + ' '.join(harnesses.names()))

    program = harnesses.build(wanted.build)
    failures = executions = 0
    for name in chosen:
        grown = os.path.join(harnesses.FINDINGS, 'corpus', name)
        result = harnesses.run(program, name, harnesses.FINDINGS, grown, max_total_time=max(1, int(wanted.minutes * 60)))
        failures += result.failed
        executions += result.executions
        print('%-12s %12d executions %6d branches  %s' % (
            name, result.executions, result.coverage, 'FAILED' if result.failed else 'no finding'), flush=True)
        if result.failed:
            print(result.output[-6000:])
    print('%d executions, %d of %d harnesses failed' % (executions, failures, len(chosen)))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
