# SPDX-License-Identifier: Apache-2.0
"""The folder build/fit/NAME: profile, root, JSON and page."""
import json
import os
import shutil

from . import report
from .changes import changes

HEAD = '''\
# For %s, level %s, %s: %s.
# tools/config profile %s .config
'''


def proof(search):
    """In words, what the result is worth."""
    if search.has_refused:
        return 'proven with the server and against impostors'
    if search.accepted():
        return 'NOT PROVEN, the image accepts ' + ', '.join(search.accepted())
    return 'NOT PROVEN, the run ended before every impostor was tried'


def profile(settings, head):
    return head + ''.join('CONFIG_%s=%s\n' % item for item in settings.items())


def data(search):
    """Everything, for JSON; without the secrets of the target."""
    target, need = search.target, search.need
    return {
        'server': str(target), 'name': target.name, 'level': search.level, 'version': need.version,
        'suite': need.suite.name, 'datagrams': target.datagrams, 'alpn': target.alpn, 'path': target.path,
        'with': {'psk': bool(target.psk), 'certificate': bool(target.certificate), 'tls13': search.tls13,
                 'tickets': search.tickets},
        'facts': search.facts, 'settings': search.choice.settings,
        'reasons': {symbol: {'value': value, 'why': why} for symbol, (value, why) in search.choice.reasons.items()},
        'proof': proof(search), 'is_proven': search.has_refused, 'figures': search.proof.row, 'steps': search.steps,
        'tries': search.tries, 'refused': search.refused, 'idle': search.idle,
        'changes': [one._asdict() for one in changes(need)]}


def write(search, folder):
    """Writes what there is so far; returns the folder."""
    os.makedirs(folder, exist_ok=True)
    found = data(search)
    place = os.path.join(folder, 'profile')
    head = HEAD % (found['server'], found['level'], found['suite'], found['proof'], place)
    files = {'profile': profile(found['settings'], head),
             'result.json': json.dumps(found, indent=1) + '\n',
             'report.html': report.html(found, search.proof.details)}
    for name, text in files.items():
        with open(os.path.join(folder, name + '.new'), 'w', encoding='utf-8') as output:
            output.write(text)
        os.replace(os.path.join(folder, name + '.new'), os.path.join(folder, name))
    if search.target.root and not search.target.psk:
        shutil.copyfile(search.target.root, os.path.join(folder, 'root.pem'))
    return folder
