# SPDX-License-Identifier: Apache-2.0
"""Upper limits for times that a busy machine makes longer.

    self.assertLess(result['ms'], load.late(500))

A lower limit needs no allowance: nothing ends before its time.
"""
import os

ALLOWANCE = 1500            # milliseconds, on a machine with nothing else to do


def factor():
    """Processes that want to run, for each core: now or in the last minute, whichever is more; at least 1."""
    with open('/proc/loadavg') as source:
        last_minute, _, _, now = source.read().split()[:4]
    return max(1, float(last_minute) / os.cpu_count(), int(now.partition('/')[0]) / os.cpu_count())


def late(milliseconds):
    """Deadline for an event that should happen within this many milliseconds, extended on a busy machine."""
    return milliseconds + ALLOWANCE * factor()


def late_seconds(seconds):
    return late(seconds * 1000) / 1000
