# SPDX-License-Identifier: Apache-2.0
"""The documents: each link leads to a file and a heading, each command exists, and the index lists every document."""
import glob
import os
import re
import unittest

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOCUMENTS = sorted(path for pattern in ('*.md', 'docs/*.md', 'certs/*.md', 'certs/default/*.md')
                   for path in glob.glob(os.path.join(REPOSITORY, pattern)))
LINK = re.compile(r'\]\(([^)\s]+)\)')
FENCE = re.compile(r'^ *```.*?^ *```', re.MULTILINE | re.DOTALL)


def read(path):
    with open(path, encoding='utf-8') as source:
        return source.read()


def anchors(path):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r'^#+ +(.*)$', FENCE.sub('', read(path)), re.MULTILINE)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-') for heading in headings}


def dead_links(path):
    dead = []
    for link in LINK.findall(FENCE.sub('', read(path))):
        if re.match(r'\w+:', link):
            continue
        name, _, anchor = link.partition('#')
        target = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
        if not os.path.exists(target) or anchor and anchor not in anchors(target):
            dead.append(link)
    return dead


class Documents(unittest.TestCase):
    def test_each_link_leads_somewhere(self):
        for path in DOCUMENTS:
            with self.subTest(os.path.relpath(path, REPOSITORY)):
                self.assertEqual(dead_links(path), [])

    def test_the_index_lists_every_document(self):
        index = read(os.path.join(REPOSITORY, 'docs', 'README.md'))
        for path in glob.glob(os.path.join(REPOSITORY, 'docs', '*.md')):
            if os.path.basename(path) != 'README.md':
                self.assertIn('(%s)' % os.path.basename(path), index)

    def test_each_command_exists(self):
        makefile = read(os.path.join(REPOSITORY, 'Makefile'))
        for path in DOCUMENTS:
            text = read(path)
            with self.subTest(os.path.relpath(path, REPOSITORY)):
                for target in set(re.findall(r'(?:`|^\$ |^ {4})make ([a-z][\w-]*)', text, re.MULTILINE)):
                    self.assertRegex(makefile, r'(?m)^%s:' % re.escape(target))
                for tool in set(re.findall(r'(?:`|^\$ |^ {4})(tools/[\w/.-]+)', text, re.MULTILINE)):
                    self.assertTrue(os.path.exists(os.path.join(REPOSITORY, tool)), tool)


if __name__ == '__main__':
    unittest.main()
