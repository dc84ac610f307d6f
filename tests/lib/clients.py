# SPDX-License-Identifier: Apache-2.0
"""Real clients from Debian's packages, each ended by its own process.

    with OpenSSLClient(port, dtls=True, root=root.pem) as client:
        client.send('hello')
        client.expect('hello')
"""
import os
import signal
import subprocess
import threading
import time

LIFETIME = '600'            # seconds after which a forgotten client ends by itself


class Client:
    """A client process, and the text that it prints."""

    def __init__(self, command):
        self.command = command
        self.text = ''
        self.changed = threading.Condition()

    def __enter__(self):
        self.process = subprocess.Popen(['timeout', '--kill-after=2', LIFETIME] + self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        return self

    def read(self):
        while True:
            data = self.process.stdout.read1(65536)
            with self.changed:
                self.text += data.decode('utf-8', 'replace')
                self.changed.notify_all()
            if not data:
                return

    def send(self, text):
        self.process.stdin.write(text.encode() + b'\n')
        self.process.stdin.flush()

    def expect(self, text, limit=60):
        """Wait until the client has printed a text."""
        deadline = time.monotonic() + limit
        with self.changed:
            while text not in self.text:
                if time.monotonic() > deadline or not self.reader.is_alive():
                    raise AssertionError('no %r from %s:\n%s' % (text, self.command, self.text[-4000:]))
                self.changed.wait(0.1)

    def echo(self, text='echo 1234567890'):
        """Check that the server sends a text back."""
        with self.changed:
            self.text = ''
        self.send(text)
        self.expect(text)

    def close(self):
        """End the session as the program does at the end of its input; returns its exit code."""
        if not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        return self.process.wait(60)

    def failed(self, limit=60):
        """Wait until the client has ended with an error; returns its output."""
        code = self.process.wait(limit)
        self.reader.join(5)
        if code in (0, 124):
            raise AssertionError('no failure: exit code %d\n%s' % (code, self.text[-4000:]))
        return self.text

    def __exit__(self, *_):
        if self.process.poll() is None:
            # The client's own process group.
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join(5)
        if not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        self.process.stdout.close()


class OpenSSLClient(Client):
    """openssl s_client; psk is (identity, key)."""

    def __init__(self, port, dtls=False, root=None, certificate=None, psk=None, options=(), host='127.0.0.1'):
        command = ['openssl', 's_client', '-connect', '%s:%d' % (host, port), '-quiet', '-no_ign_eof']
        if dtls:
            command += ['-dtls1_2', '-timeout']
        if root:
            command += ['-CAfile', root, '-verify_return_error']
        if certificate:
            command += ['-cert', certificate.pem, '-key', certificate.key]
        if psk:
            command += ['-psk_identity', psk[0], '-psk', psk[1].encode().hex(), '-cipher', 'PSK']
        super().__init__(command + list(options))


class GnuTLSClient(Client):
    """gnutls-cli; psk is (identity, key)."""

    def __init__(self, port, dtls=False, root=None, certificate=None, psk=None, priority=None, options=(),
                 host='127.0.0.1'):
        command = ['gnutls-cli', host, '--port', str(port), '--disable-sni']
        if dtls:
            command += ['--udp', '--mtu', '1400']
        command += ['--x509cafile', root] if root else ['--insecure']
        if certificate:
            command += ['--x509certfile', certificate.pem, '--x509keyfile', certificate.key]
        if psk:
            command += ['--pskusername', psk[0], '--pskkey', psk[1].encode().hex()]
            priority = priority or 'NORMAL:-KX-ALL:+PSK:-VERS-TLS1.3'
        if priority:
            command += ['--priority', priority]
        super().__init__(command + list(options))
