# SPDX-License-Identifier: Apache-2.0
"""The rows. A client is a line here or in peers.py; it is built with each optimisation and measured with each chain."""
import collections
import fnmatch

from bench.peers import peers

Client = collections.namedtuple('Client', 'name title profile peer engine chains lengths')
Row = collections.namedtuple('Row', 'name client opt lto chain length')

FIGURES = ('rom', 'static', 'heap_peak', 'heap_after', 'stack', 'minsn_handshake', 'insn_per_byte')

OPTS = ('-Os', '-O2')
LENGTHS = (2, 3)                        # certificates from the server to the root
EC, RSA, PSK = ('ec',), ('rsa',), ('psk',)      # P-256, RSA-2048, and a key instead of certificates


def ours(profile, title, chains, engine='3.6', lengths=LENGTHS):
    return Client(profile, title, profile, None, engine, chains, lengths)


def peer(name, one):
    return Client(name, one.title, None, name, None, one.chains, LENGTHS)


CLIENTS = [
    ours('default', 'the defaults', EC + RSA),
    ours('manual-default', "the manual's default settings, 2.28", RSA, engine='2.28'),
    ours('manual-optimised', "the manual's optimised settings, 2.28", RSA, engine='2.28'),
    ours('manual-optimised-3.6', "the manual's suite on 3.6", RSA),
    ours('minimal-ecdsa', 'one suite: ECDHE-ECDSA', EC),
    ours('minimal-rsa', 'one suite: ECDHE-RSA', RSA),
    ours('minimal-ecdsa-rsa', 'ECDHE, both kinds of certificate', EC + RSA),
    ours('lowest-ram', 'the least memory', EC, lengths=(2,)),       # no room for an issuer's certificate
    ours('modern', 'TLS 1.2 and 1.3', EC + RSA),
    ours('minimal-dtls-ecdsa', 'DTLS, ECDHE-ECDSA', EC),
    ours('minimal-dtls-psk', 'DTLS, pre-shared key', PSK, lengths=(0,)),
]
CLIENTS += [peer(name, one) for name, one in peers.PEERS.items()]

# Figures that the manual publishes (MDK5, -O2); it does not say what they count.
Published = collections.namedtuple('Published', 'name title rom heap_peak')
MANUAL = [Published('manual, default', 'the manual: defaults', 159972, 26849),
          Published('manual, optimised', 'the manual: optimised', 71975, 23344)]

# Rows whose growth fails make test.
GUARDED = ('default-Os-ec2', 'minimal-ecdsa-Os-ec2')


def variant(opt, lto):
    return opt.lstrip('-') + ('-lto' if lto else '')


def rows():
    """Every Row; those of one image follow each other."""
    return [Row('%s-%s-%s%s' % (client.name, variant(opt, lto), chain, length or ''), client, opt, lto, chain, length)
            for client in CLIENTS for opt in OPTS for lto in (False, True)
            for chain in client.chains for length in client.lengths]


def chosen(words):
    """The rows with one of the words in their names; '*' and '?' are wildcards. All without words."""
    found = [row for row in rows()
             if not words or any(fnmatch.fnmatchcase(row.name, '*%s*' % word) for word in words)]
    if not found:
        raise ValueError('no row has %s in its name; the clients are: %s'
                         % (' or '.join(words), ' '.join(client.name for client in CLIENTS)))
    return found


def images(wanted):
    """[[Row, ...]]: the rows of each build folder, which is one for all chains."""
    found = collections.OrderedDict()
    for row in wanted:
        found.setdefault((row.client.name, row.opt, row.lto), []).append(row)
    return list(found.values())
