"""Which root a server's chain leads to.

What a server sends proves nothing: whoever sits on the way can send a chain of
his own. So a root counts only if it is one that we have anyway; then the chain is
verified with that root alone, by the TLS library of this Python. A root that the
server sent itself, and that is not among ours, is shown but not trusted: people
have to compare its fingerprint with what the server's operator says.

A maintainer's work: it runs under Python 3 and is no part of a build.
"""
from __future__ import absolute_import

import collections
import socket
import ssl
import subprocess
import threading
import time

from . import pem
from .certificate import Certificate
from .collection import RootsError
from .der import Unreadable

ATTEMPTS_MAX = 4  # candidates to try, each over its own connection

# chain     Certificates as sent, the server's own first
# offered   the root at the end of the chain if the server sent it, else None
# root      the known collection.Entry that verifies the chain, or None
# complaint why the last candidate does not verify it, or None
# name_fault   why the server's certificate is not valid for the name, or None
Finding = collections.namedtuple('Finding', 'chain offered root complaint name_fault')


class Address(object):
    """host, port, and the name in the server's certificate (and in SNI)."""

    def __init__(self, text, name=None):
        host, _, port = text.rpartition(':') if ':' in text.rpartition(']')[2] else (text, '', '443')
        if not host or not port.isdigit() or not 0 < int(port) < 65536 or host.count(':') and host[0] != '[':
            raise ValueError('not HOST, HOST:PORT or [ADDRESS]:PORT: %s' % text)
        self.host = host.strip('[]')
        self.port = int(port)
        self.name = name or self.host

    def __str__(self):
        return '%s port %d' % (self.host, self.port)


def find(address, entries, limit):
    """Asks a server for its chain and looks for its root among the usable entries.

    limit is that of the whole in seconds. Raises RootsError if the server does
    not answer, or not with TLS.
    """
    end = time.time() + limit
    chain = [_read(data, address) for data in _within(end, address, _chain)]
    candidates = _candidates(chain, entries)
    complaint = None
    for entry in candidates[:ATTEMPTS_MAX]:
        complaint = _verify(end, address, entry.certificate, False)
        if complaint is None:
            fault = _verify(end, address, entry.certificate, True)
            return Finding(chain, _offered(chain), entry, None, fault)
    return Finding(chain, _offered(chain), None, complaint, None)


def verify(address, root, limit):
    """Why the server's chain does not lead to a root, or None."""
    return _verify(time.time() + limit, address, root, False)


def _candidates(chain, entries):
    """Known roots with the name of an issuer in the chain, the one that is valid longest first."""
    issuers = set(certificate.issuer for certificate in chain)
    found = [entry for entry in entries if entry.is_usable and entry.certificate.subject in issuers]
    return sorted(found, key=lambda entry: entry.certificate.not_after, reverse=True)


def _offered(chain):
    """The root that the server sent, or its own certificate if it sent only that."""
    roots = [certificate for certificate in chain if certificate.is_self_issued]
    return roots[-1] if roots else None


def _read(data, address):
    try:
        return Certificate(data)
    except Unreadable as error:
        raise RootsError('roots: %s sends an invalid certificate: %s' % (address, error))


def _verify(end, address, root, by_name):
    """None, or why the chain does not lead to root or is not valid for the name."""
    context = _context()
    context.check_hostname = by_name
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=pem.encode(root.der))
    if not root.is_self_issued:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        _within(end, address, lambda address, limit: _handshake(context, address, limit))
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    return None


def _context():
    """Allows everything that the library supports, because devices use old servers, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    try:
        context.set_ciphers('ALL:@SECLEVEL=0')
    except ssl.SSLError:  # a library without levels
        context.set_ciphers('ALL')
    return context


def _chain(address, limit):
    """The certificates that the server sends, DER, its own first."""
    chain = _handshake(_context(), address, limit)
    return _chain_by_command(address, limit) if chain is None else chain


def _handshake(context, address, limit):
    """Connects, and returns what the server sent. A server that requires a client
    certificate ends the connection after it has sent its own, which is enough."""
    with socket.create_connection((address.host, address.port), limit) as plain:
        session = context.wrap_socket(plain, server_hostname=address.name, do_handshake_on_connect=False)
        with session:
            try:
                session.do_handshake()
            except ssl.SSLCertVerificationError:
                raise
            except (ssl.SSLError, OSError):
                if not _sent(session):
                    raise
            return _sent(session)


def _sent(session):
    """Certificates, DER; None before Python 3.10, which cannot return them."""
    if hasattr(session, 'get_unverified_chain'):  # since Python 3.13
        return [bytes(data) for data in session.get_unverified_chain() or []]
    if hasattr(session._sslobj, 'get_unverified_chain'):
        chain = session._sslobj.get_unverified_chain() or []
        return [pem.split(certificate.public_bytes().encode('ascii'))[0] for certificate in chain]
    return None


def _chain_by_command(address, limit):
    socket.create_connection((address.host, address.port), limit).close()
    host = '[%s]' % address.host if ':' in address.host else address.host
    command = ['openssl', 's_client', '-showcerts', '-connect', '%s:%d' % (host, address.port),
               '-servername', address.name]
    done = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        output, error = done.communicate(b'', timeout=limit)
    except subprocess.TimeoutExpired:
        done.kill()
        done.communicate()
        raise socket.timeout()
    chain = [part for part in pem.split(output) if isinstance(part, bytes)]
    if not chain:
        raise ssl.SSLError(error.decode('utf-8', 'replace').strip() or 'no certificate')
    return chain


def _within(end, address, action):
    """What action(address, limit) returns, or a RootsError that says why the
    server did not answer. In a thread of its own, since the look-up of a name
    knows no limit, and one that trickles can stretch every other."""
    limit = end - time.time()
    if limit <= 0:
        raise _silent(address)
    result = []

    def run():
        try:
            result.append((action(address, limit), None))
        except Exception as error:  # handed to the caller's thread
            result.append((None, error))

    thread = threading.Thread(target=run)
    thread.daemon = True
    thread.start()
    thread.join(limit)
    if not result:
        raise _silent(address)
    value, error = result[0]
    if error is None:
        return value
    if isinstance(error, ssl.SSLCertVerificationError):
        raise error
    if isinstance(error, socket.timeout):
        raise _silent(address)
    if isinstance(error, ssl.SSLError):
        raise RootsError('roots: no TLS from %s: %s' % (address, error.reason or error))
    if isinstance(error, EnvironmentError):
        raise RootsError('roots: %s cannot be reached: %s' % (address, error.strerror or error))
    raise error


def _silent(address):
    return RootsError('roots: %s does not answer in time' % address)
