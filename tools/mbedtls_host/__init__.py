# SPDX-License-Identifier: Apache-2.0
"""The package tried on one machine, by the demo, the tests and the bench: certificates, servers, a Linux build.

    pki             certificates, made with the openssl command
    servers         TLS servers of Debian's packages
    datagrams       DTLS servers
    device          the package as a Linux program
    shared          what the processes of one test run share
"""
