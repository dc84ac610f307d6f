# SPDX-License-Identifier: Apache-2.0
"""From a server's address to the smallest configuration that is proven to work with it.

    tools/fit probe HOST[:PORT]              the facts of a server
    tools/fit fit HOST[:PORT] --root FILE    probe, choose, prove and prune: build/fit/NAME
    tools/fit check build/fit/NAME           would the device built from this result still connect?

Exit codes: 0 done; 1 check: the device would not connect; 2 wrong usage: a name, a file or a value; 3 the server cannot
be reached, or speaks no TLS that the package knows; 4 the server limits or drops connections; 5 no configuration works,
for example because the certificates do not lead to the root; 6 the image accepts what it has to refuse; 130 ended with
Ctrl-C: the best result so far is in the folder, if there is one.
"""
import argparse
import json
import os
import re
import sys

from bench.measure.measure import MeasureError

from . import result, table, watch
from .choose import ROOT
from .need import LEVELS
from .probe import chain, probe
from .proof import Images
from .search import Search
from .target import FitError, Target, certificates, check_own, check_root, read

BUILD = os.path.join(ROOT, 'build', 'fit')
INTERRUPTED, ACCEPTS = 130, 6


def say(text):
    print(text, flush=True)


def target_of(arguments):
    request = read(arguments.request) if arguments.request else None
    if arguments.root:
        check_root(arguments.root)
    check_own(arguments.cert, arguments.key)
    return Target(arguments.server, arguments.host_name, arguments.root,
                  [one for one in arguments.alpn.split(',') if one], arguments.cert, arguments.key, arguments.psk,
                  arguments.dtls, request, arguments.path)


def run_probe(arguments):
    facts = probe(target_of(arguments))
    say(json.dumps(facts, indent=1) if arguments.json else table.text(facts))
    return 0


def root_facts(target):
    return chain.facts(certificates(target.root)[0].der)


def run_fit(arguments):
    target = target_of(arguments)
    if not target.root and not target.psk:
        raise FitError('ROOT is missing: the root certificate of the server ("tools/roots add %s" finds it)' % target)
    if arguments.name and not re.fullmatch(r'\w[\w.-]*', arguments.name):
        raise FitError('NAME is of a folder in build/fit: letters, digits, hyphens and dots')
    name = arguments.name or re.sub(r'[^\w.-]+', '-', target.name)
    folder = os.path.join(BUILD, name)
    facts = probe(target)
    say(table.text(facts))
    images = Images(target, facts, os.path.join(folder, 'work'), arguments.times)
    search = Search(images, facts, target, arguments.level, None if target.psk else root_facts(target), say,
                    arguments.tls13, arguments.tickets)
    try:
        search.first()
        result.write(search, folder)
        search.prune()
        search.refuse()
        result.write(search, folder)
        if arguments.idle:
            search.idles(arguments.idle)
        if arguments.steps:
            search.waterfall()
        images.build(search.choice.settings)        # the image that stays in the folder
    except KeyboardInterrupt:
        if search.proof is None:
            raise
        result.write(search, folder)
        say('ended; the best so far is in %s' % folder)
        return INTERRUPTED
    result.write(search, folder)
    return tell(search, folder)


def tell(search, folder):
    row = search.proof.row
    say('ROM {rom:,}, static RAM {static:,}, heap {heap_peak:,}, stack {stack:,}, {minsn_handshake} million instructions'
        .format(**row))
    say('%s/report.html\ntools/config profile %s/profile .config' % (folder, folder))
    if search.accepted():
        say('ACCEPTED: ' + ', '.join(search.accepted()))
        return ACCEPTS
    return 0


def run_check(arguments):
    secrets = {name: value for name, value in (('certificate', arguments.cert), ('key', arguments.key),
                                               ('psk', arguments.psk)) if value}
    if arguments.request:
        secrets['request'] = read(arguments.request)
    connects, line = watch.check(arguments.result, **secrets)
    say(line)
    return 0 if connects else 1


def number(least):
    """A number of at least so much, for argparse."""
    def convert(text):
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError('%d is less than %d' % (value, least))
        return value
    convert.__name__ = 'number'
    return convert


def add_server(command):
    command.add_argument('server', metavar='HOST[:PORT]')
    command.add_argument('--host-name', help='the name in the certificate, if it is not HOST')
    command.add_argument('--root', help='the root certificate, PEM')
    command.add_argument('--alpn', default='', help='protocols, separated by commas')
    command.add_argument('--cert', help='the device\'s own certificate, PEM')
    command.add_argument('--key', help='its key, PEM')
    command.add_argument('--psk', help='identity:hex, instead of certificates')
    command.add_argument('--dtls', action='store_true')
    command.add_argument('--request', help='a file with what to send once connected; without it HTTP GET of PATH')
    command.add_argument('--path', default='/')


def parser():
    top = argparse.ArgumentParser(prog='tools/fit', description=__doc__,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(required=True)
    command = commands.add_parser('probe', help='print the facts of a server')
    add_server(command)
    command.add_argument('--json', action='store_true')
    command.set_defaults(run=run_probe)
    command = commands.add_parser('fit', help='find the smallest configuration')
    add_server(command)
    command.add_argument('--level', choices=LEVELS, default='family')
    command.add_argument('--name', help='of the folder below build/fit')
    command.add_argument('--times', type=number(1), default=2, help='sessions of each proof (2)')
    command.add_argument('--tls13', action='store_true', help='TLS 1.3, though the server has 1.2')
    command.add_argument('--tickets', action='store_true', help='resume sessions')
    command.add_argument('--idle', type=number(0), default=60, metavar='SECONDS', help='of an idle session (60); 0: none')
    command.add_argument('--steps', type=int, default=1, metavar='0|1', help='measure the steps to the result (1)')
    command.set_defaults(run=run_fit)
    command = commands.add_parser('check', help='would the device still connect? one line, for cron')
    command.add_argument('result', metavar='build/fit/NAME')
    for word, text in (('cert', 'the device\'s own certificate, PEM'), ('key', 'its key, PEM'), ('psk', 'identity:hex'),
                       ('request', 'a file with what to send once connected')):
        command.add_argument('--' + word, help=text)
    command.set_defaults(run=run_check)
    return top


def main():
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except FitError as error:
        print('fit: %s' % error, file=sys.stderr)
        return error.code
    except MeasureError as error:
        print('fit: %s' % error, file=sys.stderr)
        return 5
    except KeyboardInterrupt:
        print('fit: ended before there was a result', file=sys.stderr)
        return INTERRUPTED


if __name__ == '__main__':
    sys.exit(main())
