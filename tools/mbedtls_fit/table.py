# SPDX-License-Identifier: Apache-2.0
"""The facts of a server as a table of words."""


def yes(value):
    return {True: 'yes', False: 'no', None: 'not known'}.get(value, value)


OBEYED = {True: 'obeyed', False: 'not obeyed', None: 'the answer is too short to say whether obeyed'}


def fragment(facts):
    kept = facts['fragment']['acknowledged']
    if not kept:
        return 'not acknowledged'
    return '%s acknowledged, %s' % (', '.join(map(str, kept)), OBEYED[facts['fragment'].get('obeyed')])


def record_limit(facts):
    found = {version: '%s: acknowledged, %s' % (version, OBEYED[one['obeyed']])
             for version, one in facts['record_limit'].get('sessions', {}).items() if one['acknowledged']}
    if facts['record_limit']['acknowledged']:
        found.setdefault('TLS 1.2', 'acknowledged')
    return '; '.join(found.values()) or 'not acknowledged'


def flight(one):
    words = {True: 'obeyed', False: 'not obeyed', None: 'too short to say whether obeyed'}
    return 'records of at most %d bytes with max_fragment_length %d, %s' % (
        one['largest_record'], one['asked'], words[one['obeyed']])


def chain_lines(number, chain):
    head = 'chain %d' % number if number else 'chain'
    for one in chain['certificates']:
        yield head, '%s, signed by %s with %s, until %s, %d bytes' % (
            one['key'], one['issuer'], one['hash'], one['not_after'][:10], one['bytes'])
        head = ''
    yield '', '%d bytes, %s%s' % (chain['bytes'], 'in order' if chain['ordered'] else 'not in order',
                                  '; refused: ' + chain['complaint'] if chain['complaint'] else '')


def rows(facts):
    """[(fact, words)]"""
    answer = facts['answer']
    found = [('addresses', ', '.join(facts['addresses'])), ('versions', ', '.join(facts['versions']))]
    if 'tls13' in facts:
        found.append(('TLS 1.3 chooses', '%s, %s' % (facts['tls13']['suite'], facts['tls13']['group'])))
    found += [('suites, ' + kind, ', '.join(names)) for kind, names in facts['suites'].items()]
    found.append(('groups', ', '.join(facts['groups'])))
    found += [('signatures, ' + kind, ', '.join(names)) for kind, names in facts['schemes'].items()]
    for number, chain in enumerate(facts['chains'], 1):
        found += chain_lines(number if len(facts['chains']) > 1 else 0, chain)
    found += [
        ('longest handshake message', '%d bytes' % facts['largest']['message']),
        ('longest record of data', '%d bytes, of an answer of %d' % (answer['largest_record'], answer['bytes'])),
        ('max_fragment_length', fragment(facts)),
        ('record_size_limit', record_limit(facts)),
        ('needs the name (SNI)', yes(facts['needs_name'])), ('client certificate', facts['client_certificate']),
        ('extended master secret', yes(facts['extended_master_secret'])),
        ('encrypt then MAC', yes(facts['encrypt_then_mac'])),
        ('tickets', '%s, sent: %s bytes' % (yes(facts['tickets']), ', '.join(map(str, facts['tickets_sent'])) or '0')),
        ('session IDs', yes(facts['session_ids'])), ('resumes', yes(facts['resumes'])), ('ends with', facts['close'])]
    if 'alpn' in facts:
        found.append(('ALPN', facts['alpn'] or 'none chosen'))
    if facts['datagrams']:
        found += [('cookie', '%d bytes' % facts['cookie']), ('connection ID', yes(facts['connection_id'])),
                  ('longest datagram', '%d bytes' % facts['largest_datagram'])]
        if 'flight' in facts:
            found.append(('first flight', flight(facts['flight'])))
    return found + [('asked with', '%d connections, %.1f s' % (facts['connections'], facts['seconds']))]


def text(facts):
    found = rows(facts)
    width = max(len(name) for name, _ in found)
    return '\n'.join('%-*s  %s' % (width, name, words) for name, words in found)
