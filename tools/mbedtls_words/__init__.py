# SPDX-License-Identifier: Apache-2.0
"""The sentences of ports/src/diagnose, read from its tables, for the numbers of a report.

    words = Words(settings)                     # symbol -> value, as in .config
    words.what(report), words.remedy(report)    # of Report(step, reason, code, flags, depth, number)
"""
import collections
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SOURCES = os.path.join(ROOT, 'ports', 'src', 'diagnose')

Report = collections.namedtuple('Report', 'step reason code flags depth number')

STRING = r'"(?:[^"\\]|\\.)*"'
COMMENT = re.compile(r'(%s)|/\*.*?\*/' % STRING, re.DOTALL)
CONDITIONAL = re.compile(r'^[ \t]*#[ \t]*(ifdef|ifndef|if|elif|else|endif)\b(.*)$')
ESCAPE = re.compile(r'\\(?:([0-7]{1,3})|(.))')
LINE = re.compile(r'step (\d+) reason (\d+) code -0x([0-9a-f]+)'
                  r'(?: flags 0x([0-9a-f]+))?(?: depth (-?\d+))?(?: number (\d+))?')

# Of the engine's flags, the one that a report is about: tls_report.c.
PRECEDENCE = (0x10000000, 0x01, 0x0200, 0x08, 0x04, 0x018000, 0x4000, 0x3800)
CN_MISMATCH, NOT_TRUSTED = 0x04, 0x08
WRITE, HANDSHAKE = 7, 5
RECORD_MAX = 16384


def parse(line):
    """The numbers in a line of the log; None if there are none."""
    found = LINE.search(line)
    if not found:
        return None
    step, reason, code, flags, depth, number = found.groups()
    return Report(int(step), int(reason), -int(code, 16), int(flags or '0', 16), int(depth or 0), int(number or 0))


def read_settings(path):
    """Symbols of a .config or an rtconfig.h that are on, with their values."""
    settings = {}
    with open(path, encoding='utf-8', errors='replace') as source:
        for line in source:
            found = (re.match(r'CONFIG_(\w+)=(.*)$', line.strip()) or
                     re.match(r'#\s*define\s+(\w+)[ \t]*(.*)$', line.strip()))
            if found and found.group(2) != 'n':
                settings[found.group(1)] = found.group(2).strip('"')
    return settings


def defaults():
    return read_settings(os.path.join(ROOT, 'ports', 'inc', 'tls_config_default.h'))


class Words:
    def __init__(self, settings):
        self.settings = settings
        self.macros = {}
        header = self.source('tls_diagnose_words.h')
        self.collect(header)
        phrase = self.source('tls_diagnose_phrase.c')
        self.phrases = self.text(re.search(r'phrases\[\] =(.*?);\n', phrase, re.DOTALL).group(1)).split('\0')
        words = self.source('tls_diagnose_words.c')
        self.steps = re.findall(STRING, re.search(r'steps\[\] =\n\{(.*?)\n\};', words, re.DOTALL).group(1))
        self.reasons = self.rows(words, 'reasons')
        self.timeouts = self.rows(words, 'remedies_of_timeout')
        code = self.source('tls_diagnose_code.c')
        self.causes = self.rows(code, 'causes')
        self.codes = {name: [(int(last, 16), cause) for last, cause in
                             re.findall(r'(?:\{ |UP_TO\()(0x[0-9A-F]+), (\w+)', body)]
                      for name, body in re.findall(r'(\w+_codes)\[\] =\n\{\n(.*?)\n\};', code, re.DOTALL)}
        alert = self.source('tls_diagnose_alert.c')
        self.alerts = {int(number): (remedy, name) for number, remedy, name in
                       re.findall(r'ROW\((\d+), (\w+), "(\w+)"\)', alert)}
        self.remedies = self.rows(alert, 'remedies')
        self.faults = list(self.rows(self.source('tls_diagnose_identity.c'), 'faults').values())
        certificate = self.source('tls_diagnose_certificate.c')
        self.verdicts = self.read_verdicts(certificate)
        public = self.read(os.path.join('..', '..', 'inc', 'tls_report.h'))
        self.names = re.findall(r'^    TLS_REASON_(\w+),', public, re.MULTILINE)

    # The sources.

    @staticmethod
    def read(name):
        with open(os.path.join(SOURCES, name), encoding='utf-8') as source:
            return COMMENT.sub(lambda found: found.group(1) or ' ', source.read())

    def holds(self, condition):
        """The value of a condition of the preprocessor."""
        text = re.sub(r'defined\((\w+)\)', lambda found: str(found.group(1) in self.settings), condition)
        return bool(eval(text.replace('&&', ' and ').replace('||', ' or ').replace('!', ' not '), {}))     # noqa: S307

    def source(self, name):
        """A source as this configuration compiles it."""
        lines, stack = [], []           # of the stack: (taken now, taken before)
        for line in self.read(name).split('\n'):
            found = CONDITIONAL.match(line)
            if not found:
                if all(taken for taken, _ in stack):
                    lines.append(line)
                continue
            word, rest = found.group(1), found.group(2).strip()
            if word in ('if', 'ifdef', 'ifndef'):
                value = (rest in self.settings) == (word == 'ifdef') if word != 'if' else self.holds(rest)
                if rest in ('__cplusplus', 'TLS_DIAGNOSE_WORDS_H'):
                    value = word == 'ifndef'
                stack.append((value, value))
            elif word == 'endif':
                stack.pop()
            else:
                before = stack.pop()[1]
                value = not before and (word == 'else' or self.holds(rest))
                stack.append((value, before or value))
        text = '\n'.join(lines)
        self.collect(text)
        return text

    def collect(self, text):
        for name, value in re.findall(r'^#define (\w+)[ \t]+((?:%s|\w+)(?:[ \t]+(?:%s|\w+))*)[ \t]*$' % (STRING, STRING), text,
                                      re.MULTILINE):
            if '"' in value or value in self.macros or value.startswith('W_'):
                self.macros[name] = value

    def text(self, expression):
        """The characters of a string that the compiler would join."""
        expression = re.sub(r'TLS_HAS\((\w+)\)\s*\?\s*(%s)\s*:\s*(%s)' % (STRING, STRING),
                            lambda found: found.group(2 if found.group(1) in self.settings else 3), expression)
        result = ''
        for string, name in re.findall(r'(%s)|(\w+)' % STRING, expression):
            if string:
                result += ESCAPE.sub(lambda found: chr(int(found.group(1), 8)) if found.group(1) else
                                     {'n': '\n'}.get(found.group(2), found.group(2)), string[1:-1])
            elif name in self.macros:
                result += self.text(self.macros[name])
        return result

    def rows(self, source, table):
        """Name -> its text or texts, of a table with designators."""
        body = re.search(r'\b%s\[\w*\] =\n\{\n(.*?)\n\};' % table, source, re.DOTALL).group(1)
        strings = []
        # With numbers in place of the strings, what is left are braces, commas, and names.
        masked = re.sub(STRING, lambda found: strings.append(found.group()) or '@%d@' % (len(strings) - 1), body)

        def text(part):
            return self.text(re.sub(r'@(\d+)@', lambda found: strings[int(found.group(1))], part))

        rows = {}
        for part in re.split(r'\[(?=[A-Z])', masked)[1:]:
            name, _, value = part.partition('] =')
            value = value.strip().rstrip(',')
            rows[name] = [text(one) for one in value.strip('{ }\n').split(',')] if value.startswith('{') else text(value)
        return rows

    def read_verdicts(self, source):
        body = re.search(r'verdicts\[\] =\n\{\n(.*?)\n\};', source, re.DOTALL).group(1)
        flags = self.flags()
        return [(sum(flags[name] for name in re.findall(r'\w+', names)), self.text(what), self.text(remedy))
                for names, what, remedy in
                re.findall(r'\{ ([A-Z][\w| ]+),\s*\{ ((?:%s\s*)+),\s*(.*?) \} \},' % STRING, body + ',', re.DOTALL)]

    @staticmethod
    def flags():
        names = ('EXPIRED', 'REVOKED', 'CN_MISMATCH', 'NOT_TRUSTED', None, None, 'MISSING', 'SKIP_VERIFY', 'OTHER',
                 'FUTURE', None, 'KEY_USAGE', 'EXT_KEY_USAGE', 'NS_CERT_TYPE', 'BAD_MD', 'BAD_PK', 'BAD_KEY')
        flags = {'MBEDTLS_X509_BADCERT_%s' % name: 1 << bit for bit, name in enumerate(names) if name}
        return dict(flags, TLS_BADCERT_PIN=0x10000000)

    # The sentences.

    def put(self, text, *numbers):
        text = ''.join(self.phrases[ord(each) - 1] if ord(each) <= len(self.phrases) else each for each in text)
        numbers = list(numbers)
        return re.sub(r'%[a-z0-9]+', lambda _: str(numbers.pop(0)) if numbers else '...', text)

    def cause(self, report):
        code = -report.code
        cause = 'ENGINE'
        if code <= 0x7FFF:
            rows = self.codes['low_codes' if code < 0x80 else 'high_codes']
            cause = next(cause for last, cause in rows if code <= last)
        if 'PKG_MBEDTLS_TLS1_3' in self.settings and code == 0x7700:
            cause = {24: 'KEY_UPDATE', 13: 'REQUEST'}.get(report.number, 'BROKEN')
        elif code == 0x7180 and report.number > 0:
            cause = 'EMPTY'
        elif code == 0x7180 and report.step == HANDSHAKE and 'PKG_MBEDTLS_PSK' in self.settings and \
                'PKG_MBEDTLS_CERTIFICATES' not in self.settings:
            cause = 'IDENTITY'
        return self.causes.get(cause) or self.causes['ENGINE']

    def verdict(self, flags):
        flag = next((flags & each for each in PRECEDENCE if flags & each), flags)
        return flag, next(((what, remedy) for mask, what, remedy in self.verdicts if flag & mask), self.verdicts[-1][1:])

    def step(self, report):
        return self.steps[report.step][1:-1] if report.step < len(self.steps) else '?'

    def name(self, report):
        return self.names[report.reason] if report.reason < len(self.names) else 'OTHER'

    def row(self, report, name):
        """Sentence and remedy by the tables of reasons, None if the code says more."""
        if name == 'IDENTITY':
            return self.faults[report.number if report.number < len(self.faults) else 0]
        return self.reasons.get('TLS_REASON_' + name)

    def what(self, report):
        name = self.name(report)
        if name == 'CERTIFICATE':
            return 'certificate %d failed (flags 0x%x): %s' % (report.depth, report.flags,
                                                              self.put(self.verdict(report.flags)[1][0]))
        if name == 'ALERT':
            alert = self.alerts.get(report.number, ('', 'unknown'))[1]
            return 'the peer sent the alert %s (%d)' % (alert, report.number)
        if name == 'VERSION':
            return self.put('\5 chose the version 0x%04x, which this build or session->conf excludes' % report.number)
        row = self.row(report, name)
        if row is None:
            return '%s (-0x%x)' % (self.put(self.cause(report)[0]), -report.code)
        if name == 'NO_MEMORY' and report.number == 0:
            return 'out of memory'
        if name == 'CLOCK_UNSET':
            return self.put(row[0])             # the line has no clock
        if name == 'IDENTITY':
            return self.put(row[0])             # the line has no detail
        limit = self.settings.get('MBEDTLS_SSL_MAX_CONTENT_LEN', RECORD_MAX)
        return self.put(row[0], report.number, limit)

    def remedy(self, report):
        name = self.name(report)
        if name == 'CERTIFICATE':
            flag, words = self.verdict(report.flags)
            if flag == NOT_TRUSTED:
                return self.put('put the root \7 of its issuer ' + self.text('W_ROOTS'))
            return self.put(words[1])
        if name == 'ALERT':
            remedy = self.alerts.get(report.number, ('ASK_THE_LOG', ''))[0]
            remedy = 'WANTS_RENEGOTIATION' if report.number == 40 and report.step >= WRITE else remedy
            return self.put(self.remedies.get(remedy) or self.remedies['ASK_THE_LOG'])
        if name == 'TIMEOUT':
            step = {3: 'RESOLVE', 4: 'CONNECT', 5: 'HANDSHAKE'}.get(report.step)
            return self.put(self.timeouts['TLS_STEP_' + step] if step else
                            'raise options.io_timeout (PKG_MBEDTLS_IO_TIMEOUT) if \5 is slow')
        if name == 'NAME_NOT_FOUND':
            return self.put(self.text('TLS_WORDS_NETWORK') + '; \10 takes a bare name or address')
        if name == 'TOO_LONG':
            return self.put('no setting reaches this: \5 has to send less' if report.number > RECORD_MAX else
                            'set \2 to %u or more', report.number)
        if name == 'VERSION':
            return self.put('have \5 updated, or see \6, Protocol')
        if name == 'UNSUPPORTED':
            return self.put('select what the option needs: PKG_MBEDTLS_DIAGNOSE names it')
        row = self.row(report, name)
        return self.put((row or self.cause(report))[1])
