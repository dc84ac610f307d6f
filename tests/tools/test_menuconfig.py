# SPDX-License-Identifier: Apache-2.0
"""make menuconfig in a pseudo-terminal, by keys: what is searched and changed is in build/config."""
import json
import os
import pty
import re
import select
import subprocess
import tempfile
import time
import unittest

import kconfiglib

from tools.mbedtls_host.device import REPOSITORY, link_package

ENTER = '\r'
LIMIT = 60                             # seconds in which a busy machine shows a menu


class Terminal:
    """make menuconfig in a folder, on a terminal of its own."""

    def __init__(self, folder, command=('make', '-s', 'menuconfig')):
        self.master, slave = pty.openpty()
        environment = dict(os.environ, TERM='xterm', LINES='40', COLUMNS='100', ESCDELAY='25')
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True)
        os.close(slave)
        self.shown = ''

    def wait(self, text):
        """Reads until the text has been shown since the last call; None: until the program ends."""
        deadline = time.monotonic() + LIMIT
        while text is None or text not in self.shown:
            if time.monotonic() > deadline:
                raise AssertionError('%r was not shown: %r' % (text, self.shown[-3000:]))
            if not select.select([self.master], [], [], 1)[0]:
                continue
            try:
                self.shown += os.read(self.master, 65536).decode('utf-8', 'replace')
            except OSError:             # the program has closed the terminal
                break
        if text is not None and text not in self.shown:
            raise AssertionError('%r was not shown: %r' % (text, self.shown[-3000:]))
        shown, self.shown = self.shown, ''
        return shown

    def type(self, keys, text):
        """Types keys, then waits for a text."""
        os.write(self.master, keys.encode())
        return self.wait(text)

    def end(self):
        """Returns the exit code."""
        self.wait(None)
        os.close(self.master)
        return self.process.wait(LIMIT)


class Menuconfig(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        link_package(self.folder, [])

    def open(self, *arguments):
        terminal = Terminal(self.folder, *arguments)
        self.addCleanup(terminal.process.kill)
        terminal.wait('mbedtls for RT-Thread on Linux')
        return terminal

    def settings(self):
        with open(os.path.join(self.folder, 'build', 'config')) as config:
            return config.read().splitlines()

    def switch_alpn(self, terminal):
        terminal.type('/', 'Jump to')
        terminal.type('alpn', 'PKG_MBEDTLS_ALPN')
        terminal.type(ENTER, 'Extensions')
        os.write(terminal.master, b' ')

    def test_an_option_is_found_changed_saved_and_changed_back(self):
        terminal = self.open()
        self.switch_alpn(terminal)
        terminal.type('s', 'Filename')
        terminal.type(ENTER, 'saved')
        self.assertIn('CONFIG_PKG_MBEDTLS_ALPN=y', self.settings())
        os.write(terminal.master, (ENTER + 'q').encode())
        self.assertEqual(terminal.end(), 0)

        terminal = self.open()
        self.switch_alpn(terminal)
        terminal.type('q', 'Save configuration')
        os.write(terminal.master, b'y')
        self.assertEqual(terminal.end(), 0)
        self.assertIn('# CONFIG_PKG_MBEDTLS_ALPN is not set', self.settings())
        self.assertIn('CONFIG_PKG_USING_MBEDTLS_EXAMPLE=y', self.settings())

    def test_it_starts_by_its_path_and_ends_with_its_terminal(self):
        """kconfiglib's menu asked a terminal that was gone for keys forever."""
        script = os.path.join(self.folder, 'targets', 'posix', 'menuconfig.py')
        terminal = self.open(['/usr/bin/python3', '-B', script])
        os.close(terminal.master)
        self.assertNotEqual(terminal.process.wait(LIMIT), 0)


class Answers(unittest.TestCase):
    """What the menu says about its options."""

    @classmethod
    def setUpClass(cls):
        cls.menu = kconfiglib.Kconfig(os.path.join(REPOSITORY, 'Kconfig'), warn=False)
        cls.nodes = [node for node in cls.menu.node_iter() if node.prompt and node.item not in
                     (kconfiglib.MENU, kconfiglib.COMMENT)]

    def found(self, words):
        """The prompts that menuconfig's search finds: each word in the name or in the prompt."""
        return [node.prompt[0] for node in self.nodes
                if all(word in ((node.item.name or '') + ' ' + node.prompt[0]).lower() for word in words.split())]

    def test_every_prompt_has_a_help_text(self):
        self.assertEqual([node.prompt[0] for node in self.nodes if not (node.help or '').strip()], [])

    def test_every_help_text_says_more_than_a_price(self):
        """What it does, in a sentence that stands alone; and at most one price."""
        for node in self.nodes:
            text, *prices = re.split(r'^\s*Price: ', node.help or '', flags=re.MULTILINE)
            with self.subTest(node.prompt[0]):
                self.assertLessEqual(len(prices), 1)
                self.assertGreaterEqual(len(text.split()), 4, text)
                self.assertRegex(text.strip(), r'[.:]$|\)$')
                self.assertNotRegex(text, r'^As above')

    def test_the_search_finds_what_users_look_for(self):
        for words, number in (('buffer size', 3), ('client certificate', 1), ('mutual', 1), ('ram', 4), ('timeout', 3)):
            with self.subTest(words):
                self.assertGreaterEqual(len(self.found(words)), number)

    def test_an_option_that_costs_much_says_so_in_its_prompt(self):
        """8,000 bytes of ROM or 3,800 of heap on top of the defaults; the rounded figure may be off by a tenth."""
        with open(os.path.join(REPOSITORY, 'docs', 'prices.json')) as source:
            prices = json.load(source)['default']
        for name, price in prices.items():
            if '=' in name or price.get('rom', 0) < 8000 and price.get('heap_peak', 0) < 3800:
                continue
            prompt = self.menu.syms[name].nodes[0].prompt[0]
            with self.subTest(prompt):
                for figure, memory in ((price.get('rom', 0), 'ROM'), (price.get('heap_peak', 0), 'RAM')):
                    if figure < 3800:
                        continue
                    said = re.search(r'(\d+) (KB of %s|bytes\))' % memory, prompt)
                    self.assertTrue(said, memory)
                    size = int(said.group(1)) * (1000 if 'KB' in said.group(2) else 1)
                    self.assertAlmostEqual(size, figure, delta=max(500, figure / 10))


if __name__ == '__main__':
    unittest.main()
