# SPDX-License-Identifier: Apache-2.0
"""Real TLS servers from Debian's packages, on free ports of the loopback.

Each is ended by its own process, at the latest when the test program ends:

    with OpenSSL(server_certificate) as server:
        server.port
"""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

LIFETIME = '600'            # seconds after which a forgotten server ends by itself


def free_port(family=socket.AF_INET, host='127.0.0.1'):
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def is_listening(host, port):
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0


def put_files(folder, files):
    """Write files, given as name: bytes, where a server serves them from."""
    os.makedirs(folder, exist_ok=True)
    for name, content in (files or {}).items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as output:
            output.write(content)


class Server:
    """A server process; host is the address that it listens on."""

    def __init__(self, host='127.0.0.1'):
        self.host = host
        self.port = free_port(socket.AF_INET6 if ':' in host else socket.AF_INET, host)
        self.folder = tempfile.mkdtemp(prefix='tls-server-')
        self.process = None

    def command(self):
        raise NotImplementedError

    def is_ready(self):
        return is_listening(self.host, self.port)

    def __enter__(self):
        self.log = open(os.path.join(self.folder, 'log'), 'wb')
        self.process = subprocess.Popen(['timeout', '--kill-after=2', LIFETIME] + self.command(), cwd=self.folder,
                                        stdin=subprocess.PIPE, stdout=self.log, stderr=subprocess.STDOUT,
                                        start_new_session=True)
        deadline = time.monotonic() + 120
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                output = self.output()
                self.__exit__()
                raise RuntimeError('%s did not start: %s' % (type(self).__name__, output))
            time.sleep(0.02)
        return self

    def output(self):
        with open(os.path.join(self.folder, 'log'), 'rb') as log:
            return log.read().decode('utf-8', 'replace')

    def __exit__(self, *_):
        if self.process.poll() is None:
            # The server has its own process group, with no other process in it.
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process.stdin.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class OpenSSL(Server):
    """openssl s_server; serves files of `files` over HTTP/1.0, one connection at a time."""

    def __init__(self, certificate, files=None, options=(), mode='-WWW', **place):
        super().__init__(**place)
        self.certificate, self.options, self.mode = certificate, list(options), mode
        put_files(self.folder, files)

    def command(self):
        host = '[%s]' % self.host if ':' in self.host else self.host
        command = ['openssl', 's_server', '-accept', '%s:%d' % (host, self.port), '-cert', self.certificate.pem,
                   '-key', self.certificate.key]
        return command + self.issuers() + ([self.mode] if self.mode else []) + self.options

    def issuers(self):
        """-cert_chain takes those above the server's own: with it in the file, it would be sent twice."""
        with open(self.certificate.chain) as chain:
            above = chain.read().partition('-----END CERTIFICATE-----\n')[2]
        if not above:
            return []
        path = os.path.join(self.folder, 'issuers.pem')
        with open(path, 'w') as output:
            output.write(above)
        return ['-cert_chain', path]


class GnuTLS(Server):
    """gnutls-serv, which echoes or answers HTTP."""

    def __init__(self, certificate, options=('--echo',), priority='NORMAL', **place):
        super().__init__(**place)
        self.certificate, self.options, self.priority = certificate, list(options), priority

    def command(self):
        return ['gnutls-serv', '--port', str(self.port), '--x509certfile', self.certificate.chain,
                '--x509keyfile', self.certificate.key, '--priority', self.priority, '--disable-client-cert',
                '--quiet'] + self.options


NGINX = '''\
daemon off;
master_process off;
worker_processes 1;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 128; }}
http {{
    log_format session '$ssl_protocol $ssl_cipher $ssl_curve $ssl_server_name';
    access_log {folder}/sessions session;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {address} ssl;
        root {folder}/www;
        default_type text/plain;
        ssl_certificate {chain};
        ssl_certificate_key {key};
        {settings}
    }}
}}
'''


class Nginx(Server):
    """nginx, serving `files`; settings of its server block may name ssl_protocols, else it speaks TLS 1.2 and 1.3."""

    def __init__(self, certificate, files=None, settings='', **place):
        super().__init__(**place)
        put_files(os.path.join(self.folder, 'www'), files)
        address = '[%s]:%d' % (self.host, self.port) if ':' in self.host else '%s:%d' % (self.host, self.port)
        if 'ssl_protocols' not in settings:
            settings += ' ssl_protocols TLSv1.2 TLSv1.3;'
        with open(os.path.join(self.folder, 'nginx.conf'), 'w') as output:
            output.write(NGINX.format(folder=self.folder, address=address, chain=certificate.chain,
                                      key=certificate.key, settings=settings))

    def command(self):
        return ['/usr/sbin/nginx', '-p', self.folder, '-e', 'stderr', '-c', os.path.join(self.folder, 'nginx.conf')]

    def sessions(self):
        """What was agreed in each session that asked for something: [protocol, suite, curve, name or "-"]."""
        path = os.path.join(self.folder, 'sessions')
        deadline = time.monotonic() + 60
        while os.path.getsize(path) == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
        with open(path) as log:
            return [line.split() for line in log]
