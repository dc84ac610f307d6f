# SPDX-License-Identifier: Apache-2.0
"""Builds an image of a configuration, runs it against a server, and returns its figures.

    row, details = measure('defaults', chain='ec')
"""
import collections
import fcntl
import functools
import json
import os
import subprocess

from tools.mbedtls_host.device import link_package
from tools.mps2_an500.board import Board

from . import bench_server, rom, tls
from .bench_server import BODY, CLOCK, HOST, BenchServer, body_sum
from .record import Record, Symbols

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, 'build', 'bench')


class MeasureError(Exception):
    """No figures can be had; says why."""


def build(name, root, settings=(), config=None, opt='-Os', lto=False, profile=None, client=None):
    """Builds the image with one root compiled in, or with none; returns its folder. client: the path of a client, without
    ".c", in place of the bench's."""
    if profile and not os.path.isfile(os.path.join(ROOT, 'defconfig', profile)):
        raise MeasureError('there is no defconfig/' + profile)
    folder = os.path.join(BUILD, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        package = os.path.join(folder, 'package')
        link_package(package, [root.pem] if root else [])
        chosen = dict(setting.split('=', 1) for setting in settings)
        if root:
            chosen.setdefault('PKG_USING_MBEDTLS_USER_CERTS', 'y')
        command = ['scons', '-s', '-f', os.path.join(ROOT, 'targets', 'mps2-an500', 'SConstruct'), 'package=' + package,
                   'build=' + os.path.join(folder, 'build'), 'opt=' + opt, 'lto=%d' % lto,
                   'set=' + ','.join('%s=%s' % item for item in chosen.items())]
        command += ['profile=' + profile] if profile else []
        command += ['client=' + client] if client else []
        done = subprocess.run(command + (['config=' + os.path.abspath(config)] if config else []),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
    if done.returncode != 0:
        raise MeasureError('build of %s failed:\n%s' % (name, done.stdout[-6000:]))
    return os.path.join(folder, 'build')


def server_of(folder, credential):
    """The server for an image: over datagrams in a build with DTLS, with a key if the credential is one."""
    with open(os.path.join(folder, '.config'), encoding='utf-8') as source:
        has_datagrams = 'CONFIG_PKG_MBEDTLS_DTLS=y' in source.read()
    if has_datagrams:
        return bench_server.BenchDatagrams(credential)
    return bench_server.BenchKeyServer(credential) if bench_server.is_key(credential) else BenchServer(credential)


def run(folder, credential, sessions=2):
    """Runs sessions in one boot; returns [(the meter's line, Record, relay.Connection)] and the Run."""
    image = os.path.join(folder, 'rtthread.elf')
    with server_of(folder, credential) as server:
        done = Board(image, (server.host, server.port)).run(
            ['meter %s 443 /body %d %d' % (HOST, len(BODY), sessions)], clock=lambda: CLOCK)
    measured = sessions_of(done, image)
    if not measured:
        raise MeasureError('no session was measured:\n' + done.output[-4000:])
    return measured, done


def sessions_of(done, image):
    """[(the meter's line, Record, relay.Connection)] of a Run."""
    symbols = Symbols(image)
    return [(one, Record(done.files.get('meter-%d' % one['session'], b''), symbols), connection)
            for one, connection in zip([json.loads(line) for line in done.line('METER ')], done.connections)]


def why_not(measured, sessions=2):
    """Why a measurement does not count, in words; None if it does."""
    for said, record, _ in measured:
        name = 'session %d' % said['session']
        if said['ret'] != 0:
            return '%s failed: %s0x%x' % (name, '-' if said['ret'] < 0 else '', abs(said['ret']))
        if said['body'] != len(BODY):
            return '%s: %d of %d bytes arrived' % (name, said['body'], len(BODY))
        if said['sum'] != body_sum():
            return name + ': other bytes arrived'
        if not said['recorded']:
            return name + ': the record is not whole'
    if len(measured) != sessions:
        return '%d of %d sessions' % (len(measured), sessions)
    left = measured[0][1].heap().left
    return '%d bytes of heap were not given back' % left if left else None


def accepts(folder, kind):
    """Which impostor the image accepts, in words; None if it refuses all."""
    for what, certificate in bench_server.impostors(kind).items():
        said = run(folder, certificate, sessions=1)[0][0][0]
        if said['ret'] == 0 or said['total'] > 0:
            return 'accepts a server ' + what
    return None


@functools.lru_cache(None)
def compiler():
    return 'gcc ' + subprocess.run(['arm-none-eabi-gcc', '-dumpfullversion'], stdout=subprocess.PIPE, text=True,
                                   check=True).stdout.strip()


def engine_of(folder):
    with open(os.path.join(folder, '.config'), encoding='utf-8') as config:
        name = 'mbedtls-2.28' if 'CONFIG_PKG_MBEDTLS_ENGINE_2_28=y' in config.read() else 'mbedtls'
    header = os.path.join(folder, '..', 'package', name, 'include', 'mbedtls')
    for file in ('build_info.h', 'version.h'):
        path = os.path.join(header, file)
        if os.path.isfile(path):
            with open(path, encoding='utf-8') as source:
                for line in source:
                    if '#define MBEDTLS_VERSION_STRING ' in line:
                        return 'Mbed TLS ' + line.split('"')[1]
    return name


def figures(folder, certificate):
    """Costs of the image in a folder with a server of this certificate: (figures of the row, details)."""
    measured, done = run(folder, certificate)
    row, details = costs(folder, measured, done)
    blame(row, why_not(measured))
    return row, details


def costs(folder, measured, done):
    """Costs of an image, from what run() returns: (figures of the row, details)."""
    usage = rom.of(folder)
    said, record, connection = measured[0]
    heap = record.heap()
    handshake, per_byte = record.handshake(), record.per_byte(said['total'])
    row = {
        'rom': usage.rom, 'static': usage.static,
        'heap_peak': heap.peak, 'heap_after': heap.after, 'stack': said['stack'],
        'minsn_handshake': round(handshake / 1e6, 3) if handshake else None,
        'insn_per_byte': round(per_byte, 2) if per_byte else None,
        'verified': True,
    }
    details = {
        'output': done.output, 'handshakes': [each.handshake() for _, each, _ in measured],
        'suite': tls.suite(bytes(connection.received)),
        'heap_peak_with_headers': heap.peak_cost, 'heap_after_with_headers': heap.after_cost,
        'heap_left': heap.left, 'heap_failed': heap.failed,
        'phases': record.phases(connection),
        'heap_at_peak': heap.peak_blocks, 'heap_timeline': heap.timeline,
        'rom_objects': rom.by_object(usage), 'rom_parts': [part._asdict() for part in usage.parts],
    }
    return row, details


def blame(row, reason):
    """Marks the row as not verified, if there is a reason."""
    if reason and row['verified']:
        row.update(verified=False, error=reason)


def measure(name, settings=(), config=None, chain='ec', length=2, opt='-Os', lto=False, profile=None):
    """Returns (row, details), dicts for JSON."""
    root, certificate = bench_server.chain(chain, length)
    folder = build(name, root, settings, config, opt, lto, profile)
    measured, details = figures(folder, certificate)
    blame(measured, accepts(folder, chain))
    row = {'name': name, 'engine': engine_of(folder),
           'options': {'opt': opt, 'lto': bool(lto), 'chain': chain, 'length': length, 'suite': details['suite'],
                       'compiler': compiler(), 'profile': profile,
                       'config': os.path.relpath(config, ROOT) if config else None,
                       'set': list(settings)}}
    return dict(row, **measured), dict(details, row=dict(row, **measured))


def heap_holders(details):
    """[(bytes, blocks, callers)] of the heap at its peak."""
    sizes, counts = collections.Counter(), collections.Counter()
    for block in details['heap_at_peak']:
        callers = ' < '.join(block['callers'][:3])
        sizes[callers] += block['size']
        counts[callers] += 1
    return [(size, counts[callers], callers) for callers, size in sizes.most_common()]
