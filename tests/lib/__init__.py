# SPDX-License-Identifier: Apache-2.0
"""What tests share. Certificates, servers and device programs, which the bench and the demos use as well, lie in
tools/mbedtls_host; scripts that know only the folder tests/ find them here, too: lib.pki, lib.servers, lib.device.
"""
import os

__path__.append(os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
                             'tools', 'mbedtls_host'))
