# SPDX-License-Identifier: Apache-2.0
"""Makes certificates with the openssl command.

    root = Authority('Test Root', folder)
    issuing = root.authority('Test Issuing CA', key='rsa:2048')
    server = issuing.server('www.rt-thread.org', names=['IP:127.0.0.1'])
    server.chain      # PEM: the server's own, then those above it but the root
    server.key
"""
import datetime
import os
import subprocess

CONFIG = '''\
[ca]
default_ca = this
[this]
database = {folder}/index.txt
serial = {folder}/serial.txt
new_certs_dir = {folder}
default_md = sha256
policy = any
unique_subject = no
email_in_dn = no
rand_serial = yes
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[extensions]
{extensions}
'''

CA_EXTENSIONS = '''\
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
'''

SERVER_EXTENSIONS = '''\
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
'''


def openssl(*arguments):
    done = subprocess.run(('openssl',) + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError('openssl %s: %s' % (' '.join(arguments), done.stdout))


def make_key(path, kind):
    """kind: ec:P-256, ec:P-384, rsa:2048, ed25519..."""
    name, _, size = kind.partition(':')
    if name == 'ec':
        openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:' + size, '-out', path)
    elif name == 'rsa':
        openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:' + size, '-out', path)
    else:
        openssl('genpkey', '-algorithm', name, '-out', path)


def day(when):
    """A time in the notation of openssl ca; when: days from now, or a datetime in UTC."""
    if not isinstance(when, datetime.datetime):
        when = datetime.datetime.utcnow() + datetime.timedelta(days=when)
    return when.strftime('%Y%m%d%H%M%SZ')


def reserve(folder, subject):
    """A unique prefix for the paths of a certificate's files; the folder of that name is for openssl's own files."""
    os.makedirs(folder, exist_ok=True)
    stem = ''.join(c if c.isalnum() else '-' for c in subject)
    number = len([name for name in os.listdir(folder) if name.endswith('.pem')])
    while True:
        base = os.path.join(folder, '%02d-%s' % (number, stem))
        try:
            os.mkdir(base)
            return base
        except FileExistsError:         # another process makes one with this name
            number += 1


class Certificate:
    """A certificate and its key; issued by `issuer`, or by itself."""

    def __init__(self, subject, folder, key, extensions, issuer=None, start=-2, end=365, digest='sha256',
                 key_of=None):
        base = reserve(folder, subject)
        self.subject, self.folder, self.issuer = subject, folder, issuer
        self.pem, self.key = base + '.pem', base + '.key'
        if key_of is not None:
            self.key = key_of.key
        else:
            make_key(self.key, key)
        config = base + '.cnf'
        with open(config, 'w') as output:
            output.write(CONFIG.format(folder=base, extensions=extensions))
        open(os.path.join(base, 'index.txt'), 'a').close()
        request = base + '.csr'
        openssl('req', '-new', '-key', self.key, '-subj', '/CN=' + subject, '-config', config, '-out', request)
        signer = issuer or self
        arguments = ['-selfsign'] if issuer is None else ['-cert', issuer.pem]
        openssl('ca', '-batch', '-notext', '-config', config, '-in', request, '-out', self.pem,
                '-keyfile', signer.key, '-startdate', day(start), '-enddate', day(end), '-md', digest,
                '-extensions', 'extensions', *arguments)
        self.chain = base + '.chain.pem'
        with open(self.chain, 'w') as output:
            for certificate in self.path():
                with open(certificate.pem) as source:
                    output.write(source.read())

    def path(self):
        """This certificate and its issuers without the root; the path of a root is the root itself."""
        path = [self]
        while path[-1].issuer is not None and path[-1].issuer.issuer is not None:
            path.append(path[-1].issuer)
        return path


class Authority(Certificate):
    """A CA: a root, or an intermediate that another CA issued."""

    def __init__(self, subject, folder, key='ec:P-256', issuer=None, extensions=CA_EXTENSIONS, **options):
        super().__init__(subject, folder, key, extensions, issuer, **options)

    def authority(self, subject, key='ec:P-256', **options):
        return Authority(subject, self.folder, key, issuer=self, **options)

    def server(self, subject, names=None, key='ec:P-256', extensions=SERVER_EXTENSIONS, **options):
        """A server's certificate; names: 'DNS:x', 'IP:y', besides DNS:subject."""
        names = ['DNS:' + subject] + list(names or []) if names is None or names else []
        if names:
            extensions += 'subjectAltName = %s\n' % ','.join(names)
        return Certificate(subject, self.folder, key, extensions, issuer=self, **options)
