# SPDX-License-Identifier: Apache-2.0
"""The structures of the client have the same public members in every configuration."""
import os
import re
import unittest

from tests.tools import test_build

REPOSITORY = test_build.REPOSITORY

# Every public member and function of the client, but the three members that only save RAM.
APPLICATION = '''
#include <tls_client.h>
#include <tls_client_resume.h>

static const char *names[] = { "h2", 0 };
static const struct tls_psk key;

static int get_psk(struct MbedTLSSession *session, struct tls_psk *psk)
{
    *psk = *session->options.psk;
    return 0;
}

static void put_psk(struct MbedTLSSession *session, struct tls_psk *psk)
{
    (void)session;
    psk->key = 0;
}

int application(MbedTLSSession *session);
int application(MbedTLSSession *session)
{
    struct tls_client_options *options = &session->options;
    unsigned char saved[256];
    int fd;

    session->host = session->port = 0;
    session->buffer = 0;
    session->buffer_len = 0;
    session->server_fd.fd = -1;
    mbedtls_ssl_conf_authmode(&session->conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    (void)mbedtls_ssl_get_ciphersuite(&session->ssl);
    options->connect_timeout = options->io_timeout = options->retransmit_first = options->retransmit_last = 1;
    options->server_name = options->pins = "";
    options->verify = session->host == 0 ? TLS_VERIFY_PINS : TLS_VERIFY_NOTHING;
    options->alpn = names;
    options->nonblocking = 1;
    options->transport = TLS_TRANSPORT_DATAGRAM;
    options->mtu = 512;
    options->bad_record_limit = 1;
    options->psk = &key;
    options->get_psk = get_psk;
    options->put_psk = put_psk;
    options->resume_key = 0;
    (void)tls_client_report(session)->code;
    (void)tls_client_poll(session, &fd);
    (void)tls_client_pending(session);
    (void)tls_client_alpn(session);
    (void)tls_client_datagram_size(session);
    (void)tls_client_has_connection_id(session);
    (void)tls_client_rebind(session);
    (void)tls_client_resume(session, saved, (size_t)tls_client_save(session, saved, sizeof(saved)));
    return tls_client_is_resumed(session) + tls_client_connect_step(session) + tls_client_end(session);
}
'''


class Members(unittest.TestCase):

    def check(self, profile):
        folder = test_build.temporary_folder()
        test_build.new_rtconfig(folder, profile=profile)
        rtconfig = test_build.read(os.path.join(folder, 'rtconfig.h'))
        is_old = re.search('define PKG_MBEDTLS_ENGINE_2_28', rtconfig)
        engine = test_build.ENGINE_2_28 if is_old else test_build.ENGINE
        if not os.path.isdir(engine):
            self.skipTest('the engine is missing: ' + engine)
        done = test_build.compile_one('gcc', test_build.write(os.path.join(folder, 'application.c'), APPLICATION),
                                      folder, engine=engine)
        self.assertEqual((done.returncode, done.stderr), (0, ''))


class Needs(unittest.TestCase):
    """An option that needs a feature of the build is checked against it."""

    def check(self, header, struct, source):
        text = test_build.read(os.path.join(REPOSITORY, 'ports', 'inc', header))
        body = re.search(r'^struct %s\n\{\n(.*?)^\};' % struct, text, re.MULTILINE | re.DOTALL).group(1)
        switches = set(re.findall(r'^config (\w+)\n    bool', test_build.read(os.path.join(REPOSITORY, 'Kconfig')),
                                  re.MULTILINE)) | {'PKG_MBEDTLS_PSK', 'PKG_MBEDTLS_CERTIFICATES'}
        checked = test_build.read(os.path.join(REPOSITORY, 'ports', 'src', source))
        found = 0
        for block in body.split('/**')[1:]:
            comment, _, declaration = block.partition('*/')
            if switches & set(re.findall(r'PKG_\w+', comment)):
                name = re.search(r'\(\*(\w+)\)\(|(\w+);', declaration)
                name = name.group(1) or name.group(2)
                found += 1
                self.assertRegex(checked, r'options->%s\b' % name, '%s is not in needs() of %s' % (name, source))
        self.assertGreater(found, 1)

    def test_each_option_of_a_session_that_names_a_switch(self):
        self.check('tls_client.h', 'tls_client_options', 'client/tls_client_options.c')

    def test_each_option_of_a_server_that_names_a_switch(self):
        self.check('tls_server.h', 'tls_server_options', 'server/tls_server.c')


for name in sorted(os.listdir(os.path.join(REPOSITORY, 'defconfig'))):
    setattr(Members, 'test_an_application_compiles_with_' + re.sub(r'\W', '_', name),
            lambda self, profile=name: self.check(profile))


if __name__ == '__main__':
    unittest.main()
