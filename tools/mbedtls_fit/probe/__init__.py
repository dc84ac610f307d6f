# SPDX-License-Identifier: Apache-2.0
"""The facts of a server, in at most 100 connections and 90 seconds.

    facts = probe(target)               # a dict for JSON

    survey          which facts, in which order
       |
    wire            one ClientHello a connection; the limits
    talk            whole sessions, by "openssl s_client -msg"
    limit           a session with a record_size_limit, by gnutls-cli
    hello, answer   a ClientHello and what comes back, in clear
    suites          what is offered
    chain           facts of certificates
"""
from .survey import probe       # noqa: F401
