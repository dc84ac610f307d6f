/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Failures of sessions over datagrams in words.
 */
#include <rtthread.h>

#include "tls_diagnose_datagram.h"

int tls_datagram_what(const struct tls_report *report, char *text, size_t size)
{
    unsigned number = (unsigned)report->number;

    switch (report->reason)
    {
    case TLS_REASON_SILENT:
        rt_snprintf(text, size, "no datagram came back within %u ms", number);
        break;

    case TLS_REASON_KEY_SILENT:
        rt_snprintf(text, size, "the server left what was encrypted with the pre-shared key unanswered for %u ms",
                    number);
        break;

    case TLS_REASON_DATAGRAM_READ:
        rt_snprintf(text, size, "the datagram has %u bytes, the buffer of the read is smaller", number);
        break;

    case TLS_REASON_DATAGRAM_WRITE:
        rt_snprintf(text, size, number != 0 ? "a datagram to this peer takes %u bytes at most" :
                    "the path takes no datagram of this size", number);
        break;

    default:
        return 0;
    }

    return 1;
}

const char *tls_datagram_remedy(unsigned reason)
{
    switch (reason)
    {
    case TLS_REASON_SILENT:
        return "check host, port and network; a firewall may drop UDP, and not every server speaks DTLS";

    case TLS_REASON_KEY_SILENT:
        return "compare the key in options.psk with the server's: over datagrams a wrong key gets no answer";

    case TLS_REASON_DATAGRAM_READ:
        return "nothing is lost: read again with a larger buffer";

    case TLS_REASON_DATAGRAM_WRITE:
        return "write less at once: tls_client_datagram_size(), or the path's own limit; see options.mtu";

    default:
        return "";
    }
}
