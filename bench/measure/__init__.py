# SPDX-License-Identifier: Apache-2.0
"""One image: built, run against a server that is the same in each run, and its figures.

    __main__        the command: python3 -m bench.measure
       |
    measure         builds, runs, and puts the figures together
       |
    rom             ROM and static RAM, out of the linker's maps
    record          heap and instructions, out of the meter's record
    tls             phases of a handshake, out of what went over the wire
    bench_server    the server and its certificates
"""
