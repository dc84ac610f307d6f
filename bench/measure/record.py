# SPDX-License-Identifier: Apache-2.0
"""The meter's record of a session (meter.h): its heap, and its instructions by phase.

    record = Record(data, symbols)              # bytes of a file meter-n, Symbols(image)
    heap = record.heap()
    phases = record.phases(connection)          # with the bytes that the relay saw
"""
import bisect
import collections
import struct
import subprocess

from . import tls

INSTRUCTIONS = 40                       # METER_INSTRUCTIONS
EVENT = struct.Struct('<4I6I')          # struct meter_event

MARK, ALLOC, FREE, ALLOC_FAILED, SEND, RECEIVE = range(6)
BEGIN, CONNECTED, REQUESTED, RECEIVED, END = range(5)

# The kernel adds a header to a block and rounds it up to 8 bytes.
HEADER = 16

# Functions that only pass an allocation on.
ALLOCATORS = ('rt_malloc', 'rt_calloc', 'rt_realloc', 'rt_strdup', 'standin_blocks_take', 'tls_malloc', 'tls_calloc',
              'tls_strdup', 'mbedtls_calloc')

Event = collections.namedtuple('Event', 'kind value address instructions sites')
Block = collections.namedtuple('Block', 'size sites')
Heap = collections.namedtuple('Heap', 'peak peak_cost after after_cost left failed peak_blocks timeline')


class Symbols:
    """Finds the function of an image in which an address lies."""

    def __init__(self, image):
        lines = subprocess.run(['arm-none-eabi-nm', image], stdout=subprocess.PIPE, text=True,
                               check=True).stdout.splitlines()
        found = sorted((int(words[0], 16), words[2]) for words in map(str.split, lines)
                       if len(words) == 3 and words[1] in 'tTwW' and not words[2].startswith('$'))
        self.addresses = [address for address, _ in found]
        self.names = [name for _, name in found]

    def name(self, address):
        """The name of the calling function, from its return address."""
        index = bisect.bisect_right(self.addresses, (address & ~1) - 2) - 1
        return self.names[index] if index >= 0 else hex(address)

    def callers(self, sites):
        """Names of the callers, the innermost first, without the allocators."""
        names = [self.name(site) for site in sites if site]
        wanted = [name for name in names if name.split('.')[0] not in ALLOCATORS]
        return wanted or names or ['?']


def cost(size):
    return (size + 7) // 8 * 8 + HEADER


class Record:
    def __init__(self, data, symbols):
        self.symbols = symbols
        self.events = [Event(kind, value, address, clock * INSTRUCTIONS, sites)
                       for kind, value, address, clock, *sites in EVENT.iter_unpack(data)]

    def mark(self, which):
        """Instructions at a mark; None if the session did not reach it."""
        for event in self.events:
            if event.kind == MARK and event.value == which:
                return event.instructions
        return None

    def heap(self):
        """Bytes asked for since the record began; earlier blocks do not count."""
        live, used, used_cost, failed = {}, 0, 0, 0
        peak = peak_cost = after = after_cost = 0
        peak_blocks, timeline = {}, [(0, 0)]
        for event in self.events:
            if event.kind == ALLOC:
                live[event.address] = Block(event.value, event.sites)
                used += event.value
                used_cost += cost(event.value)
                if used > peak:
                    peak, peak_blocks = used, dict(live)
                peak_cost = max(peak_cost, used_cost)
            elif event.kind == FREE and event.address in live:
                del live[event.address]
                used -= event.value
                used_cost -= cost(event.value)
            elif event.kind == ALLOC_FAILED:
                failed += 1
            elif event.kind == MARK and event.value == CONNECTED:
                after, after_cost = used, used_cost
            if event.kind in (ALLOC, FREE):
                timeline.append((event.instructions, used))
        blocks = [{'size': block.size, 'callers': self.symbols.callers(block.sites)}
                  for block in peak_blocks.values()]
        blocks.sort(key=lambda block: -block['size'])
        return Heap(peak, peak_cost, after, after_cost, used, failed, blocks, timeline)

    def handshake(self):
        """Instructions from the first to the last byte of the handshake."""
        connected = self.mark(CONNECTED)
        if connected is None:
            return None
        times = [event.instructions for event in self.events if event.kind in (SEND, RECEIVE)]
        return [time for time in times if time <= connected][-1] - times[0]

    def per_byte(self, total):
        """Instructions for each byte of a response of total bytes."""
        received = self.mark(RECEIVED)
        return (received - self.mark(REQUESTED)) / total if received is not None and total else None

    def _traffic(self, kind):
        """Per event [(offset of its first byte, instructions, what time the next event of either kind was)]."""
        events = [event for event in self.events if event.kind in (SEND, RECEIVE)]
        offset, traffic = 0, []
        for event, following in zip(events, events[1:] + [None]):
            if event.kind == kind:
                end = following.instructions if following else self.mark(END)
                traffic.append((offset, offset + event.value, event.instructions, end))
                offset += event.value
        return traffic

    def _sent_at(self, offset):
        return next(time for first, end, time, _ in self._traffic(SEND) if first <= offset < end)

    def _done_with(self, offset):
        """Instructions when the client had processed all that it received up to an offset."""
        return next(after for _, end, _, after in self._traffic(RECEIVE) if end >= offset)

    def phases(self, connection):
        """{phase: instructions}, in order; see tls.boundaries()."""
        if self.mark(CONNECTED) is None:
            return {}
        ends = [('setup', self._traffic(SEND)[0][2])]
        for name, is_sent, offset in tls.boundaries(bytes(connection.sent), bytes(connection.received)):
            ends.append((name, self._sent_at(offset) if is_sent else self._done_with(offset)))
        ends += [('finished', self.mark(CONNECTED)), ('request', self.mark(REQUESTED)),
                 ('data', self.mark(RECEIVED)), ('close', self.mark(END))]
        start, phases = self.mark(BEGIN), {}
        for name, end in ends:
            phases[name] = end - start
            start = end
        return phases
