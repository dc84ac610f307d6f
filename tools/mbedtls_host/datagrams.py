# SPDX-License-Identifier: Apache-2.0
"""Real DTLS servers from Debian's packages, on free ports of the loopback; they echo.

    with OpenSSL(certificate) as server: ...
    with GnuTLS(psk=('device 1', '00112233445566778899aabbccddeeff')) as server: ...
"""
import os
import shlex
import socket

from . import servers


def is_bound(port):
    """Whether a process waits for datagrams there, as Linux lists it."""
    wanted = ':%04X' % port
    for name in ('/proc/net/udp', '/proc/net/udp6'):
        if os.path.exists(name):
            with open(name) as table:
                if any(line.split()[1].endswith(wanted) for line in table.readlines()[1:]):
                    return True
    return False


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Server(servers.Server):
    def __init__(self, host='127.0.0.1'):
        super().__init__(host)
        self.port = free_port()

    def is_ready(self):
        return is_bound(self.port)


class OpenSSL(servers.OpenSSL):
    """openssl s_server, one session at a time; what it prints goes back to it through a pipe."""

    def __init__(self, certificate=None, options=(), psk=None, version='-dtls1_2'):
        super().__init__(certificate, options=[version, *options], mode=None)
        self.port = free_port()
        self.psk = psk

    def is_ready(self):
        return is_bound(self.port)

    def command(self):
        command = ['openssl', 's_server', '-quiet', '-accept', '127.0.0.1:%d' % self.port]
        if self.psk:
            command += ['-nocert', '-psk_identity', self.psk[0], '-psk', self.psk[1]]
        else:
            command += ['-cert', self.certificate.pem, '-key', self.certificate.key] + self.issuers()
        pipe = os.path.join(self.folder, 'pipe')
        os.mkfifo(pipe)
        return ['sh', '-c', 'exec %s 0<>%s 1>%s' % (shlex.join(command + self.options), pipe, pipe)]


class GnuTLS(Server):
    """gnutls-serv; it echoes lines of text up to 128 bytes."""

    def __init__(self, certificate=None, options=(), psk=None, priority='NORMAL', mtu=None):
        super().__init__()
        self.certificate, self.options, self.psk, self.priority = certificate, list(options), psk, priority
        if mtu:
            self.options += ['--mtu', str(mtu)]

    def command(self):
        command = ['gnutls-serv', '--udp', '--echo', '--port', str(self.port), '--priority', self.priority,
                   '--disable-client-cert', '--quiet'] + self.options
        if self.psk:
            path = os.path.join(self.folder, 'keys')
            with open(path, 'w') as keys:
                keys.write('%s:%s\n' % self.psk)
            command += ['--pskpasswd', path]
        if self.certificate:
            command += ['--x509certfile', self.certificate.chain, '--x509keyfile', self.certificate.key]
        return command
