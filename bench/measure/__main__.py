# SPDX-License-Identifier: Apache-2.0
"""Measures a configuration of the package on the Cortex-M7: ROM, RAM, stack, instructions.

    python3 -m bench.measure [--chain ec|rsa|psk] [--length 2|3] [--opt=-Os] [--lto] [--profile NAME]
                             [--config FILE] [--details FILE] [SYMBOL=VALUE ...]

prints one JSON object, with --table what takes the most. Method: two sessions in one boot against openssl s_server,
each gets 64 KB. The row counts ("verified") only if both were complete, and if the image refuses a server whose root
it does not know, and one of another name. The figures are those of the first session, which also takes what the
package keeps for good.

ROM and static RAM are those of the image less an empty one with the same kernel, board and applications. Heap is in
bytes asked for, from the first allocation of the application on, its session and its buffer of 1024 bytes included;
details have it with the headers of the kernel's blocks as well. The network's part of the package is not in the
image (a UART takes its place). All rows at once: bench.footprint.
"""
import argparse
import json
import sys

from . import bench_server, measure


def print_table(details, lines=30):
    print('\ninstructions by phase')
    for phase, count in details['phases'].items():
        print('%12d  %s' % (count, phase))
    print('\ninstructions of the handshakes, one session after the other: %s'
          % ', '.join('%d' % (count or 0) for count in details['handshakes']))
    print('\nheap at the peak (with headers %d, after %d)'
          % (details['heap_peak_with_headers'], details['heap_after_with_headers']))
    for size, count, callers in measure.heap_holders(details)[:lines]:
        print('%12d  %3d x %s' % (size, count, callers))
    print('\nROM by object')
    for name, size in list(details['rom_objects'].items())[:lines]:
        print('%12d  %s' % (size, name))
    print('\nROM by function or table')
    for part in [part for part in details['rom_parts'] if part['kind'] != 'bss'][:lines]:
        print('%12d  %s %s' % (part['size'], part['object'], part['name']))
    print('\nstatic RAM')
    for part in [part for part in details['rom_parts'] if part['kind'] in ('bss', 'data')][:lines]:
        print('%12d  %s %s' % (part['size'], part['object'], part['name']))


def main():
    parser = argparse.ArgumentParser(prog='bench.measure', description=__doc__.splitlines()[0])
    parser.add_argument('settings', nargs='*', metavar='SYMBOL=VALUE')
    parser.add_argument('--name', help='of the row and of the folder below build/bench')
    parser.add_argument('--chain', choices=sorted(bench_server.KEYS) + ['psk'], default='ec',
                        help='the kind of keys in the certificates, or a key instead of any')
    parser.add_argument('--length', type=int, default=2, help='certificates from the server to the root (2)')
    parser.add_argument('--opt', default='-Os')
    parser.add_argument('--lto', action='store_true')
    parser.add_argument('--config', help='settings to start from')
    parser.add_argument('--profile', help='of defconfig/')
    parser.add_argument('--details', metavar='FILE', help='write phases, heap and ROM in detail')
    parser.add_argument('--table', action='store_true', help='print what takes the most')
    arguments = parser.parse_args()
    try:
        row, details = measure.measure(arguments.name or 'try', arguments.settings, arguments.config, arguments.chain,
                                       arguments.length, arguments.opt, arguments.lto, arguments.profile)
    except measure.MeasureError as error:
        sys.exit(str(error))
    print(json.dumps(row))
    if arguments.details:
        with open(arguments.details, 'w', encoding='utf-8') as output:
            json.dump(details, output, indent=1)
    if arguments.table:
        print_table(details)
    return 0 if row['verified'] else 1


if __name__ == '__main__':
    sys.exit(main())
