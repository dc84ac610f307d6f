# SPDX-License-Identifier: Apache-2.0
"""What the package costs on the Cortex-M7, in all its profiles and beside its peers: see footprint.py.

    footprint.py    the command
       |
    runner          builds and measures rows        report      the HTML page, of the files in page/
       |                                            documents   tables in Markdown
       |                                            table       the table on the terminal
       |                                               |
    rows            which rows there are            recorded    the figures of docs/footprint.json
       |
    measure.py, peers.py                            one image
"""
