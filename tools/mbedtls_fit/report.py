# SPDX-License-Identifier: Apache-2.0
"""The result as one self-contained page."""
import html as markup


def html(found, details):
    return '<pre>%s</pre>' % markup.escape(str(found['figures']))
