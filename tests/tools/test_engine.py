"""Tests of tools/engine: the files that it brings, the sources that it refuses, and that it leaves nothing behind.

All but RealMirror work without a network: with tarballs made here, an apt-get made
here or the real one on an archive made here, and a web server on this machine.
MBEDTLS_TEST_OFFLINE in the environment skips RealMirror.
"""

import contextlib
import hashlib
import http.server
import importlib.machinery
import importlib.util
import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import threading
import time
import unittest
from unittest import mock

from lib.load import late_seconds

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(REPOSITORY, "tools", "engine")


def load_engine():
    loader = importlib.machinery.SourceFileLoader("engine", TOOL)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("engine", loader))
    with mock.patch.object(sys, "dont_write_bytecode", True):
        loader.exec_module(module)
    return module


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as file:
        file.write(textwrap.dedent(text))
    os.chmod(path, mode)
    return path


def version_header(version):
    return '#define MBEDTLS_VERSION_STRING         "%s"\n' % version


def wait_for(path, seconds=20):
    end = time.monotonic() + seconds
    while not os.path.exists(path):
        if time.monotonic() > end:
            raise AssertionError("%s did not appear" % path)
        time.sleep(0.01)


class EngineCase(unittest.TestCase):
    """A folder for the sources, one for temporary files, and a way to call the tool."""

    def setUp(self):
        self.engine = load_engine()
        # nohup, for example, starts programs with some of these ignored, and children inherit that.
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self.addCleanup(signal.signal, number, signal.signal(number, signal.SIG_DFL))
        self.room = os.path.realpath(tempfile.mkdtemp(prefix="test-engine-"))
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        os.chmod(self.room, 0o755)      # apt's own user reads the archive made here
        self.place = self.folder("place")
        self.temporary = self.folder("temporary")
        self.bin = self.folder("bin")
        self.into = os.path.join(self.place, "mbedtls")
        environment = {"TMPDIR": self.temporary,
                       "PATH": self.bin + os.pathsep + os.environ["PATH"]}
        for patch in (mock.patch.dict(os.environ, environment),
                      mock.patch.object(tempfile, "tempdir", None)):
            patch.start()
            self.addCleanup(patch.stop)

    def folder(self, name):
        path = os.path.join(self.room, name)
        os.mkdir(path)
        return path

    def tarball(self, name="mbedtls.tar.gz", version="3.6.7", top="mbedtls-3.6.7/", more=(),
                header="include/mbedtls/build_info.h", size=0):
        """A release tarball with little in it; more: TarInfo objects to add."""
        path = os.path.join(self.room, name)
        contents = {header: version_header(version), "library/ssl_tls.c": "ssl",
                    "library/bulk.c": "x" * size, "3rdparty/p256-m/p256-m.c": "p256",
                    "programs/ssl/ssl_server2.c": "server", "LICENSE": "licence",
                    "tests/src/certs.c": "certs", "tests/suites/bulk.data": "bulk",
                    "include/mbedtls/mbedtls_config.h": "its own", "include/mbedtls/config.h": "its own",
                    "docs/index.rst": "docs", "includes": "no folder that is kept"}
        with tarfile.open(path, "w:" + name.rsplit(".", 1)[1]) as archive:
            for file, text in contents.items():
                member = tarfile.TarInfo(top + file)
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
            for member in more:
                archive.addfile(member, io.BytesIO(b"y" * member.size))
        return path

    def known(self, path, branch="3.6"):
        """Has the tool take the tarball for the known release."""
        self.change_known(branch, checksums=(sha256(path),))
        return path

    def change_known(self, branch="3.6", **fields):
        entry = self.engine.BRANCHES[branch]
        first = entry.releases[0]._replace(**fields)
        self.engine.BRANCHES[branch] = entry._replace(releases=(first,) + entry.releases[1:])

    def call(self, *arguments):
        """The tool in this process: exit code, output, errors."""
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            try:
                code = self.engine.main([*arguments, "--into", self.into])
            except SystemExit as stop:
                code = stop.code
        return code, output.getvalue(), errors.getvalue()

    def brings(self, *arguments):
        code, output, errors = self.call(*arguments)
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(sorted(os.listdir(self.place)), [os.path.basename(self.into)])
        self.assertEqual(os.listdir(self.temporary), [])
        return output

    def refuses(self, *arguments, code=1):
        got, _, errors = self.call(*arguments)
        self.assertEqual(got, code, errors)
        if code == 1:
            self.assertTrue(errors.startswith("engine: "), errors)
            self.assertLessEqual(len(errors.splitlines()), 2, errors)
        self.assertNothingLeft()
        return errors

    def assertNothingLeft(self):
        self.assertEqual(os.listdir(self.place), [])
        self.assertEqual(os.listdir(self.temporary), [])

    def read(self, name):
        with open(os.path.join(self.into, name), encoding="utf-8") as file:
            return file.read()


class FromFile(EngineCase):

    def test_known_tarball_of_each_compression_is_unpacked_without_its_top_folder(self):
        for name in ("a.tar.gz", "a.tar.bz2", "a.tar.xz"):
            for top in ("mbedtls-3.6.7/", "Mbed-TLS-mbedtls-8f97ca5/", "./any name/"):
                with self.subTest(name=name, top=top):
                    path = self.known(self.tarball(name, top=top))
                    output = self.brings("--from", path)
                    self.assertEqual(output, "%s: Mbed TLS 3.6.7 from %s\n" % (self.into, name))
                    self.assertEqual(self.read("library/ssl_tls.c"), "ssl")
                    shutil.rmtree(self.into)

    def test_2_28_is_recognised_by_its_own_header(self):
        path = self.known(self.tarball(version="2.28.3", header="include/mbedtls/version.h"),
                          "2.28")
        self.assertIn("Mbed TLS 2.28.3", self.brings("2.28", "--from", path))

    def test_only_files_that_the_build_needs_are_kept(self):
        self.brings("--from", self.known(self.tarball()))
        self.assertEqual(sorted(os.listdir(self.into)),
                         [".engine", "3rdparty", "LICENSE", "include", "library", "programs",
                          "tests"])
        self.assertEqual(os.listdir(os.path.join(self.into, "tests")), ["src"])

    def test_the_engines_own_configuration_is_left_out(self):
        self.brings("--from", self.known(self.tarball()))
        self.assertEqual(os.listdir(os.path.join(self.into, "include", "mbedtls")), ["build_info.h"])

    def test_stamp_holds_version_checksum_and_origin(self):
        path = self.known(self.tarball())
        self.brings("--from", path)
        self.assertEqual(self.read(".engine"), "version 3.6.7\nsha256 %s\norigin mbedtls.tar.gz\n"
                         % sha256(path))

    def test_the_folder_has_the_usual_permissions(self):
        self.brings("--from", self.known(self.tarball()))
        other = self.folder("other")
        self.assertEqual(os.stat(self.into).st_mode, os.stat(other).st_mode)

    def test_unknown_checksum_is_refused_before_anything_is_read(self):
        with mock.patch.object(tarfile, "open", side_effect=AssertionError) as opened:
            path = os.path.join(self.room, "bad.tar.gz")
            write(path, "no tarball at all")
            errors = self.refuses("--from", path)
        opened.assert_not_called()
        self.assertIn(sha256(path), errors)
        self.assertIn("--sha256", errors)

    def test_truncated_tarball_is_refused(self):
        for name in ("a.tar.gz", "a.tar.bz2", "a.tar.xz"):
            path = self.known(self.tarball(name, version="3.6.8", size=100000))
            os.truncate(path, os.path.getsize(path) - 20)
            with self.subTest(name=name, checksum="unknown"):
                self.refuses("--from", path)
            with self.subTest(name=name, checksum="given"):
                self.assertIn("damaged", self.refuses("--from", path, "--sha256", sha256(path)))

    def test_tarball_with_flipped_bits_is_refused(self):
        for name in ("a.tar.gz", "a.tar.bz2", "a.tar.xz"):
            path = self.known(self.tarball(name, version="3.6.8"))
            for place in (40, os.path.getsize(path) // 2, os.path.getsize(path) - 6):
                with self.subTest(name=name, place=place):
                    path = self.tarball(name, version="3.6.8")
                    with open(path, "r+b") as file:
                        file.seek(place)
                        file.write(b"\xff\xff\xff\xff")
                    self.refuses("--from", path)
                    errors = self.refuses("--from", path, "--sha256", sha256(path))
                    self.assertIn("damaged", errors)

    def test_member_outside_the_folder_is_refused(self):
        for name in ("../escaped", "/escaped", "mbedtls-3.6.7/library/../../../escaped",
                     "..\\escaped", "C:/escaped", "mbedtls-3.6.7/docs/../../escaped"):
            with self.subTest(name=name):
                path = self.tarball(version="3.6.8", more=[tarfile.TarInfo(name)])
                errors = self.refuses("--from", path, "--sha256", sha256(path))
                self.assertIn("outside", errors)
                self.assertFalse(os.path.exists("/escaped"))

    def test_link_or_device_is_refused(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            with self.subTest(kind=kind):
                member = tarfile.TarInfo("mbedtls-3.6.7/library/link")
                member.type = kind
                member.linkname = "/etc"
                path = self.tarball(version="3.6.8", more=[member])
                errors = self.refuses("--from", path, "--sha256", sha256(path))
                self.assertIn("link or a device", errors)

    def test_newer_patch_release_needs_its_checksum_from_the_caller(self):
        path = self.tarball(version="3.6.10")
        self.assertIn("--sha256", self.refuses("--from", path))
        output = self.brings("--from", path, "--sha256", sha256(path).upper())
        self.assertEqual(output.splitlines()[0], "Mbed TLS 3.6.10 is newer than the known 3.6.7; "
                                                 "accepted because --sha256 gives its checksum")

    def test_other_versions_are_refused_even_with_their_checksum(self):
        for version in ("3.6.5", "3.6.6", "3.6.7", "3.60.1", "3.7.0", "4.0.0", "2.28.10", "3.6", "none"):
            with self.subTest(version=version):
                path = self.tarball(version=version)
                self.refuses("--from", path, "--sha256", sha256(path))

    def test_tarball_without_mbedtls_is_refused(self):
        path = self.tarball(header="include/other.h")
        self.assertIn("no version", self.refuses("--from", path, "--sha256", sha256(path)))

    def test_checksum_from_the_caller_must_match_even_a_known_tarball(self):
        path = self.known(self.tarball())
        self.assertIn(sha256(path), self.refuses("--from", path, "--sha256", "0" * 64))

    def test_tarball_of_the_other_branch_is_named(self):
        path = self.known(self.tarball(version="2.28.3"), "2.28")
        self.assertIn("is Mbed TLS 2.28; you asked for 3.6", self.refuses("--from", path))

    def test_missing_file_or_folder_is_named(self):
        missing = os.path.join(self.room, "missing")
        self.assertIn(missing + ": No such file", self.refuses("--from", missing))
        self.into = os.path.join(missing, "mbedtls")
        self.assertIn(missing + ": No such file", self.refuses("--from", missing))

    def test_wrong_usage_exits_with_2(self):
        for arguments in (["2.16"], ["--sha256", "0" * 64], ["--sha256", "12", "--from", "x"],
                          ["--nonsense"]):
            with self.subTest(arguments=arguments):
                self.refuses(*arguments, code=2)


class Releases(unittest.TestCase):
    """What the list of releases says."""

    def setUp(self):
        self.branches = load_engine().BRANCHES

    def test_each_branch_says_until_when_it_is_maintained(self):
        for branch in self.branches.values():
            self.assertRegex(branch.maintained, r"^(maintained until|not maintained since) \w+ 20\d\d$")

    def test_the_build_warns_of_what_is_older_than_the_release_that_the_tool_brings(self):
        with open(os.path.join(REPOSITORY, "SConscript"), encoding="utf-8") as script:
            self.assertIn("\nOLDEST = '%s'\n" % self.branches["3.6"].releases[0].version, script.read())


class InPlace(EngineCase):

    def setUp(self):
        super().setUp()
        self.path = self.known(self.tarball())
        self.brings("--from", self.path)
        self.mark = os.path.join(self.room, "apt was called")
        for name in ("apt-get", "apt-config"):
            write(os.path.join(self.bin, name),
                  "#!/bin/sh\n: >'%s'\nexit 100\n" % self.mark, 0o755)

    def test_second_call_calls_no_apt_and_changes_nothing(self):
        before = os.stat(self.into)
        self.assertEqual(self.brings(), "%s: Mbed TLS 3.6.7 is in place\n" % self.into)
        self.assertFalse(os.path.exists(self.mark))
        self.assertEqual(os.stat(self.into), before)

    def test_second_call_with_the_same_file_changes_nothing(self):
        self.assertIn("in place", self.brings("--from", self.path))

    def test_another_file_needs_force(self):
        other = self.known(self.tarball("other.tar.gz", top="other/"))
        code, _, errors = self.call("--from", other)
        self.assertEqual(code, 1)
        self.assertIn("--force", errors)
        self.assertIn("other.tar.gz", self.brings("--from", other, "--force"))

    def test_an_older_release_is_replaced(self):
        self.release("3.6.8")
        self.assertEqual(self.brings("--from", self.newer),
                         "%s: Mbed TLS 3.6.8 from newer.tar.gz replaces 3.6.7\n" % self.into)

    def test_an_older_release_is_replaced_from_the_mirror_too(self):
        self.release("3.6.8")
        with mock.patch.object(self.engine, "fetch_from_debian",
                               lambda *_: self.engine.Tarball(self.newer, "Debian forky", None)), \
                mock.patch.object(self.engine, "debian_mirror", lambda: True):
            self.assertEqual(self.brings(), "%s: Mbed TLS 3.6.8 from Debian forky replaces 3.6.7\n" % self.into)
        self.assertIn("version 3.6.8\n", self.read(".engine"))

    def test_an_older_release_is_kept_if_the_caller_says_so(self):
        self.release("3.6.8")
        self.assertEqual(self.brings("--keep"), "%s: Mbed TLS 3.6.7 is kept, although 3.6.8 mends "
                                                "vulnerabilities of it\n" % self.into)
        self.assertFalse(os.path.exists(self.mark))
        self.assertIn("kept", self.brings("--keep", "--from", self.newer))

    def test_an_older_release_stays_if_the_newer_one_cannot_be_had(self):
        self.release("3.6.8")
        self.change_known(address="http://127.0.0.1:1/none")
        code, _, errors = self.call()
        self.assertEqual(code, 1)
        self.assertIn("--keep uses an older release", errors)
        self.assertEqual(os.listdir(self.place), ["mbedtls"])
        self.assertIn("version 3.6.7\n", self.read(".engine"))

    def test_a_later_release_is_not_replaced_by_the_known_one(self):
        later = self.tarball("later.tar.gz", version="3.6.10")
        self.brings("--from", later, "--sha256", sha256(later), "--force")
        self.assertIn("Mbed TLS 3.6.10 is in place", self.brings())

    def test_a_release_asked_for_by_its_number_does_not_replace_a_later_one(self):
        later = self.tarball("later.tar.gz", version="3.6.10")
        self.brings("--from", later, "--sha256", sha256(later), "--force")
        code, _, errors = self.call("3.6.7")
        self.assertEqual(code, 1)
        self.assertIn("holds Mbed TLS 3.6.10, which is later than 3.6.7", errors)

    def release(self, version):
        """A release later than the one in the folder becomes the known one."""
        self.newer = self.known(self.tarball("newer.tar.gz", version=version))
        self.change_known(version=version)

    def test_another_branch_needs_force(self):
        code, _, errors = self.call("2.28")
        self.assertEqual(code, 1)
        self.assertIn("holds Mbed TLS 3.6.7, not 2.28", errors)
        self.assertFalse(os.path.exists(self.mark))

    def test_force_replaces_all_of_it(self):
        stale = os.path.join(self.into, "library", "stale.c")
        write(stale, "")
        self.brings("--from", self.path, "--force")
        self.assertFalse(os.path.exists(stale))

    def test_failed_force_keeps_what_is_there(self):
        code, _, errors = self.call("--from", write(os.path.join(self.room, "bad"), ""), "--force")
        self.assertEqual(code, 1, errors)
        self.assertEqual(os.listdir(self.place), ["mbedtls"])
        self.assertEqual(self.read("library/ssl_tls.c"), "ssl")

    def test_folder_without_stamp_is_neither_trusted_nor_touched(self):
        os.remove(os.path.join(self.into, ".engine"))
        for arguments in ([], ["--force"], ["--from", self.path, "--force"]):
            with self.subTest(arguments=arguments):
                code, _, errors = self.call(*arguments)
                self.assertEqual(code, 1)
                self.assertIn("was not created by this tool", errors)
                self.assertEqual(self.read("library/ssl_tls.c"), "ssl")

    def test_empty_folder_is_used(self):
        shutil.rmtree(self.into)
        os.mkdir(self.into)
        self.brings("--from", self.path)

    def test_link_to_the_folder_stays_a_link(self):
        link = os.path.join(self.room, "link")
        os.symlink(self.into, link)
        self.into = link
        code, _, errors = self.call("--from", self.path, "--force")
        self.assertEqual((code, errors), (0, ""))
        self.assertTrue(os.path.islink(link))
        self.assertEqual(self.read("library/ssl_tls.c"), "ssl")


class FakeApt(EngineCase):
    """An apt-get that runs a test's script; apt-config names one Debian mirror."""

    def setUp(self):
        super().setUp()
        entries = write(os.path.join(self.room, "sources.list"),
                        "deb http://mirror.invalid/debian bookworm main\n")
        write(os.path.join(self.bin, "apt-config"), "#!/bin/sh\necho LIST=%s\n" % entries, 0o755)

    def apt_get(self, script):
        write(os.path.join(self.bin, "apt-get"), "#!/bin/sh\n" + script, 0o755)

    def apt_get_delivers(self, tarball, name):
        self.apt_get('case "$*" in *source*) cp "%s" "%s" ;; esac\n' % (tarball, name))

    def test_known_tarball_is_taken(self):
        self.apt_get_delivers(self.known(self.tarball()), "mbedtls_3.6.7.orig.tar.gz")
        self.assertEqual(self.brings(), "fetching Mbed TLS 3.6 (maintained until March 2027) from Debian forky\n"
                                        "%s: Mbed TLS 3.6.7 from Debian forky\n" % self.into)

    def test_newer_release_is_taken_and_reported(self):
        self.apt_get_delivers(self.tarball(version="3.6.8"), "mbedtls_3.6.8.orig.tar.gz")
        self.assertIn("Mbed TLS 3.6.8 is newer than the known 3.6.7; accepted because apt has "
                      "authenticated it\n", self.brings())

    def test_older_or_changed_release_is_refused(self):
        for version in ("3.6.6", "3.6.7"):
            with self.subTest(version=version):
                self.apt_get_delivers(self.tarball(version=version), "mbedtls_1.orig.tar.gz")
                self.assertIn("neither the known", self.refuses())

    def test_failing_apt_is_explained_with_its_own_reason(self):
        self.apt_get("echo W: noise >&2; echo 'E: Failed to fetch it  No route' >&2; exit 100\n")
        self.assertEqual(self.refuses(),
                         "engine: apt-get update failed: Failed to fetch it  No route\n"
                         "Check the network, or give a release tarball with --from FILE. "
                         "--keep uses an older release in the folder.\n")

    def test_archive_without_the_source_is_explained(self):
        self.apt_get("exit 0\n")
        self.assertIn("Debian forky has no original tarball", self.refuses())

    def test_apt_that_cannot_start_is_explained(self):
        write(os.path.join(self.bin, "apt-get"), "#!/nonexistent\n", 0o755)
        os.environ["PATH"] = self.bin
        self.assertIn("apt-get: No such file", self.refuses())

    def test_apt_that_never_ends_is_stopped(self):
        self.apt_get("sleep 60 & sleep 60\n")
        self.engine.FETCH_SECONDS = 0.3
        start = time.monotonic()
        self.assertIn("apt took longer", self.refuses())
        self.assertLess(time.monotonic() - start, late_seconds(3.5))

    def test_signal_while_apt_works_stops_apt_and_leaves_nothing(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number):
                helper = os.path.join(self.room, "helper-%d" % number)
                self.apt_get("sleep 60 & echo $! >%s.new; mv %s.new %s; : >half; wait\n"
                             % (helper, helper, helper))
                process = subprocess.Popen([sys.executable, TOOL, "--into", self.into],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                wait_for(helper)
                process.send_signal(number)
                errors = process.communicate(timeout=300)[1]
                self.assertEqual(process.returncode, 1)
                self.assertEqual(errors, b"engine: interrupted; no files were left behind\n")
                self.assertNothingLeft()
                with open(helper, encoding="utf-8") as file:
                    self.assertStopped(int(file.read()))

    def test_signal_while_apt_is_started_stops_apt(self):
        helper = os.path.join(self.room, "helper")
        self.apt_get("echo $$ >%s.new; mv %s.new %s; exec sleep 60\n"
                     % (helper, helper, helper))
        start = subprocess.Popen.__init__

        def start_interrupted(process, *arguments, **options):
            start(process, *arguments, **options)
            if "update" in arguments[0]:
                wait_for(helper)
                os.kill(os.getpid(), signal.SIGTERM)
        with mock.patch.object(subprocess.Popen, "__init__", start_interrupted):
            self.assertIn("interrupted", self.refuses())
        with open(helper, encoding="utf-8") as file:
            self.assertStopped(int(file.read()))

    def assertStopped(self, process_id):
        """Gone, or soon dead and waiting for its new parent to collect it."""
        end = time.monotonic() + 5
        state = None
        while state not in ("gone", "Z") and time.monotonic() < end:
            try:
                with open("/proc/%d/stat" % process_id, encoding="utf-8") as stat:
                    state = stat.read().rsplit(")", 1)[1].split()[0]
            except FileNotFoundError:
                state = "gone"
        self.assertIn(state, ("gone", "Z"))


class Failures(EngineCase):

    def interrupting(self, function, *at):
        """The function, with a signal to this process at some of its calls."""
        calls = []

        def wrapper(*arguments, **options):
            calls.append(None)
            if len(calls) in at:
                os.kill(os.getpid(), signal.SIGTERM)
            return function(*arguments, **options)
        return wrapper

    def test_signal_while_unpacking_leaves_nothing(self):
        path = self.known(self.tarball())
        with mock.patch.object(shutil, "copyfileobj", self.interrupting(shutil.copyfileobj, 3)):
            self.assertIn("interrupted", self.refuses("--from", path))

    def test_signal_while_cleaning_up_leaves_nothing(self):
        path = write(os.path.join(self.room, "bad.tar.gz"), "no tarball")
        with mock.patch.object(shutil, "rmtree", self.interrupting(shutil.rmtree, 1)):
            code, _, errors = self.call("--from", path)
        self.assertEqual(code, 1)
        self.assertIn("interrupted; no files were left behind", errors)
        self.assertNothingLeft()

    def test_more_signals_while_cleaning_up_after_the_first_leave_nothing(self):
        path = self.known(self.tarball())
        with mock.patch.object(shutil, "copyfileobj", self.interrupting(shutil.copyfileobj, 3)):
            with mock.patch.object(shutil, "rmtree", self.interrupting(shutil.rmtree, 1, 2)):
                self.assertIn("interrupted", self.refuses("--from", path))

    def test_signal_while_the_folder_is_exchanged_leaves_a_complete_folder(self):
        path = self.known(self.tarball())
        self.brings("--from", path)
        for at in (1, 2):
            with mock.patch.object(os, "rename", self.interrupting(os.rename, at)):
                self.brings("--from", path, "--force")
            self.assertEqual(self.read("library/ssl_tls.c"), "ssl")

    def test_ignored_signal_stays_ignored(self):
        path = self.known(self.tarball())
        before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGTERM, before)
        with mock.patch.object(shutil, "copyfileobj", self.interrupting(shutil.copyfileobj, 3)):
            self.brings("--from", path)

    def test_full_disk_while_unpacking_leaves_nothing(self):
        path = self.known(self.tarball(size=1 << 20))
        full = OSError(28, "No space left on device")
        with mock.patch.object(shutil, "copyfileobj", side_effect=full):
            self.assertIn("the disk is full", self.refuses("--from", path))

    def test_really_full_disk_leaves_nothing(self):
        if os.geteuid() or subprocess.call(["mount", "-t", "tmpfs", "-o", "size=400k", "none",
                                            self.place], stderr=subprocess.DEVNULL):
            self.skipTest("no right to mount a small disk")
        self.addCleanup(subprocess.check_call, ["umount", self.place])
        path = self.known(self.tarball(size=1 << 20))
        self.assertIn("the disk is full", self.refuses("--from", path))

    def test_folder_without_permission_is_named(self):
        path = self.known(self.tarball())
        if not os.path.ismount("/sys"):
            self.skipTest("needs /sys")
        self.into = "/sys/mbedtls"      # where not even root may make a folder
        errors = self.refuses("--from", path)
        self.assertRegex(errors, "^engine: /sys: .*\nChoose another folder with --into.\n$")


class ReleaseServer(http.server.BaseHTTPRequestHandler):
    """Serves the tarball whole or cut short, drips it, or falls silent."""

    def do_GET(self):
        with open(self.server.tarball, "rb") as file:
            content = file.read()
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if "silent" in self.path:
            self.server.over.wait(20)
        elif "drip" in self.path:
            with contextlib.suppress(OSError):
                while not self.server.over.wait(0.05):
                    self.wfile.write(b"x")
                    self.wfile.flush()
        else:
            self.wfile.write(content[:len(content) // 2] if "cut" in self.path else content)

    def log_message(self, *arguments):
        pass


class WithoutApt(EngineCase):

    def setUp(self):
        super().setUp()
        os.environ["PATH"] = self.bin
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ReleaseServer)
        self.server.daemon_threads = True
        self.server.tarball = self.known(self.tarball())
        self.server.over = threading.Event()
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.over.set)

    def release_at(self, path):
        address = "http://127.0.0.1:%d/%s" % (self.server.server_address[1], path)
        self.change_known(address=address)
        return address

    def test_release_is_fetched_and_checked(self):
        address = self.release_at("whole")
        self.assertIn("Mbed TLS 3.6.7 from %s\n" % address, self.brings())

    def test_release_is_fetched_where_apt_names_no_debian_mirror(self):
        for name in ("apt-get", "apt-config"):
            write(os.path.join(self.bin, name), "#!/bin/sh\n", 0o755)
        self.release_at("whole")
        self.brings()

    def test_another_known_release_is_fetched_from_its_address_even_where_apt_works(self):
        entry = self.engine.BRANCHES["2.28"]
        self.server.tarball = self.tarball(version="2.28.10", header=entry.header)
        address = "http://127.0.0.1:%d/whole" % self.server.server_address[1]
        last = entry.releases[1]._replace(checksums=(sha256(self.server.tarball),), address=address)
        self.engine.BRANCHES["2.28"] = entry._replace(releases=(entry.releases[0], last))
        with mock.patch.object(self.engine, "debian_mirror", side_effect=AssertionError):
            self.assertEqual(self.brings("2.28.10"),
                             "fetching Mbed TLS 2.28.10 (not maintained since March 2025) from %s\n"
                             "%s: Mbed TLS 2.28.10 from %s\n" % (address, self.into, address))
        self.assertIn("2.28.10 is in place", self.brings("2.28"))

    def test_changed_release_is_refused(self):
        self.release_at("whole")
        self.change_known(checksums=("0" * 64,))
        self.assertIn("a release that this tool does not know", self.refuses())

    def test_bad_download_is_explained(self):
        self.engine.ANSWER_SECONDS = 0.3
        self.engine.FETCH_SECONDS = 0.2
        for path in ("missing", "cut", "silent", "drip"):
            with self.subTest(path=path):
                self.release_at(path)
                start = time.monotonic()
                self.assertIn("--from FILE", self.refuses())
                self.assertLess(time.monotonic() - start, late_seconds(3.5))

    def test_unreachable_server_is_explained(self):
        self.release_at("whole")
        self.server.shutdown()
        self.server.server_close()
        self.assertIn("Connection refused", self.refuses())


class Mirrors(EngineCase):
    """Which of the machine's apt sources is used as Debian's archive."""

    def mirror(self, **files):
        """The files' names end in _list or _sources."""
        parts = self.folder("parts-%d" % len(os.listdir(self.room)))
        for name, text in files.items():
            write(os.path.join(parts, name.replace("_", ".")), text)
        for name in ("apt-get", "apt-config"):
            write(os.path.join(self.bin, name), "#!/bin/sh\necho PARTS=%s\n" % parts, 0o755)
        found = self.engine.debian_mirror()
        return found and (found.uri, (found.signed_by or "").strip())

    def test_one_line_entry(self):
        self.assertEqual(self.mirror(a_list="deb http://a/debian/ bookworm main contrib # x\n"),
                         ("http://a/debian/", ""))

    def test_one_line_entry_with_options(self):
        self.assertEqual(self.mirror(a_list="deb [ arch=amd64 signed-by=/k/a.gpg ] "
                                            "https://a/debian trixie main\n"),
                         ("https://a/debian", "/k/a.gpg"))

    def test_paragraph(self):
        self.assertEqual(self.mirror(a_sources="""\
            Types: deb deb-src
            # a comment
            URIs: http://a/debian
            Suites: bookworm bookworm-updates
            Components: main
            Signed-By: /k/a.gpg
            """), ("http://a/debian", "/k/a.gpg"))

    def test_paragraph_with_a_key_in_it(self):
        self.assertEqual(self.mirror(a_sources="""\
            types: deb
            uris: http://a/debian
            suites: stable
            components: main
            signed-by:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             mDMEZ
             -----END PGP PUBLIC KEY BLOCK-----
            """), ("http://a/debian", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEZ\n"
                                      " -----END PGP PUBLIC KEY BLOCK-----"))

    def test_debians_own_archive_is_preferred(self):
        self.assertEqual(self.mirror(a_list="""\
            deb https://packages.example/debian/12/prod bookworm main
            deb http://security.example/debian-security bookworm-security main
            deb mirror+file:/etc/apt/mirrors/debian.list bookworm main
            """), ("mirror+file:/etc/apt/mirrors/debian.list", ""))

    def test_entries_of_other_archives_are_skipped(self):
        self.assertIsNone(self.mirror(
            a_list="""\
                # deb http://a/debian bookworm main
                deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main
                deb http://a/debian-security bookworm-security main
                deb http://a/ubuntu noble main
                deb http://a/docker bookworm stable
                """,
            b_sources="""\
                Enabled: no
                Types: deb
                URIs: http://a/debian
                Suites: bookworm
                Components: main

                Types: deb
                URIs: http://a/debian
                Suites: bookworm
                Components: contrib

                Types: deb
                URIs: cdrom:[Debian]/
                Suites: bookworm
                Components: main
                """,
            c_disabled="deb http://a/debian bookworm main\n"))


@unittest.skipUnless(all(map(shutil.which, ("apt-get", "apt-config", "gpg"))),
                     "needs apt and gpg")
class LocalArchive(EngineCase):
    """The real apt on a signed archive in a folder, with settings that get in the way."""

    def setUp(self):
        super().setUp()
        self.archive = self.folder("debian")
        self.index = os.path.join(self.archive, "dists", "forky", "main", "source")
        os.makedirs(self.index)
        self.hook = os.path.join(self.room, "hook was called")
        self.key = os.path.join(self.room, "key.gpg")
        self.make_key()
        write(os.path.join(self.room, "debian.sources"), """\
            Types: deb
            URIs: file:%s
            Suites: bookworm bookworm-updates
            Components: main
            Signed-By: %s
            """ % (self.archive, self.key))
        os.environ["APT_CONFIG"] = write(os.path.join(self.room, "machine.conf"), """\
            Dir::Etc::SourceList "%s/debian.sources";
            Dir::Etc::SourceParts "/dev/null";
            APT::Default-Release "bookworm";
            APT::Get::AllowUnauthenticated "true";
            Acquire::AllowInsecureRepositories "true";
            APT::Update::Pre-Invoke { "touch '%s'"; };
            APT::Update::Post-Invoke-Success { "touch '%s'"; };
            """ % (self.room, self.hook, self.hook))

    def gpg(self, *arguments):
        return subprocess.run(["gpg", "--homedir", self.home, "--batch", "--quiet", "--yes",
                               *arguments], check=True, stdout=subprocess.PIPE).stdout

    def make_key(self, home="gpg"):
        self.home = self.folder(home)
        os.chmod(self.home, 0o700)
        self.addCleanup(subprocess.call, ["gpgconf", "--homedir", self.home, "--kill", "all"])
        self.gpg("--passphrase", "", "--quick-generate-key", "archive@example.org", "rsa2048")
        with open(self.key, "wb") as file:
            file.write(self.gpg("--export"))

    def publish(self, tarball, version, sign=True):
        """Release, signed, vouches for Sources, which vouches for the tarball."""
        name = "mbedtls_%s.orig.tar.gz" % version
        shutil.copy(tarball, os.path.join(self.archive, name))
        write(os.path.join(self.archive, "mbedtls.dsc"), "no one reads it\n")
        entry = lambda file: "\n %s %d %s" % (
            sha256(os.path.join(self.archive, file)),
            os.path.getsize(os.path.join(self.archive, file)), file)
        sources = write(os.path.join(self.index, "Sources"),
                        "Package: mbedtls\nVersion: %s-1\nDirectory: .\nChecksums-Sha256:%s%s\n"
                        % (version, entry("mbedtls.dsc"), entry(name)))
        suite = os.path.join(self.archive, "dists", "forky")
        release = write(os.path.join(suite, "Release"),
                        "Suite: testing\nCodename: forky\nDate: %s\nComponents: main\n"
                        "SHA256:\n %s %d main/source/Sources\n"
                        % (time.strftime("%a, %d %b %Y %H:%M:%S UTC", time.gmtime()),
                           sha256(sources), os.path.getsize(sources)))
        if sign:
            self.gpg("--clearsign", "--output", os.path.join(suite, "InRelease"), release)
        return os.path.join(self.archive, name)

    def test_known_release_is_taken_without_the_systems_hooks(self):
        self.publish(self.known(self.tarball()), "3.6.7")
        self.assertEqual(self.brings(), "fetching Mbed TLS 3.6 (maintained until March 2027) from Debian forky\n"
                                        "%s: Mbed TLS 3.6.7 from Debian forky\n" % self.into)
        self.assertFalse(os.path.exists(self.hook))

    def test_newer_release_is_taken_and_reported(self):
        self.publish(self.tarball(version="3.6.8"), "3.6.8")
        self.assertIn("Mbed TLS 3.6.8 is newer", self.brings())

    def test_key_inside_the_entry_is_used(self):
        key = self.gpg("--armor", "--export").decode().strip().splitlines()
        write(os.path.join(self.room, "debian.sources"),
              "Types: deb\nURIs: file:%s\nSuites: stable\nComponents: main\nSigned-By:\n%s\n"
              % (self.archive, "\n".join(" " + (line or ".") for line in key)))
        self.publish(self.known(self.tarball()), "3.6.7")
        self.brings()

    def test_tarball_changed_in_the_archive_is_refused(self):
        published = self.publish(self.tarball(version="3.6.8"), "3.6.8")
        shutil.copy(self.tarball(version="3.6.9", size=50), published)
        self.assertIn("apt-get source failed", self.refuses())

    def test_archive_without_signature_is_refused(self):
        self.publish(self.tarball(version="3.6.8"), "3.6.8", sign=False)
        self.assertIn("not signed", self.refuses())

    def test_archive_signed_with_an_unknown_key_is_refused(self):
        self.key += ".stranger"
        self.make_key("gpg-stranger")
        self.publish(self.tarball(version="3.6.8"), "3.6.8")
        self.assertIn("apt-get update failed", self.refuses())

    def test_systems_lists_stay_as_they_are(self):
        def lists():
            return sorted((entry.name, entry.stat().st_mtime)
                          for entry in os.scandir("/var/lib/apt/lists"))
        before = lists()
        self.publish(self.known(self.tarball()), "3.6.7")
        self.brings()
        self.assertEqual(lists(), before)


@unittest.skipIf("MBEDTLS_TEST_OFFLINE" in os.environ, "MBEDTLS_TEST_OFFLINE is set")
@unittest.skipUnless(load_engine().debian_mirror(), "needs apt with a Debian mirror")
class RealMirror(EngineCase):
    """The real thing, from the mirror that this machine is set up with."""

    def test_3_6_is_brought_as_upstream_released_it(self):
        output = self.brings()
        self.assertRegex(output, r": Mbed TLS 3\.6\.\d+ from Debian forky\n$")
        if "is newer" not in output:    # Debian patches this file
            self.assertEqual(
                sha256(os.path.join(self.into, "library", "common.h")),
                "adfd493f8ecb11f87f7e75f270a97cbd05d1902345ef32db51d39c076e4f8fde")
        for generated in ("error.c", "version_features.c", "psa_crypto_driver_wrappers.h"):
            self.assertTrue(os.path.isfile(os.path.join(self.into, "library", generated)))

    def test_2_28_is_brought_as_upstream_released_it(self):
        self.assertRegex(self.brings("2.28"), r": Mbed TLS 2\.28\.\d+ from Debian bookworm\n$")
        self.assertFalse(os.path.exists(os.path.join(self.into, "debian")))
        self.assertTrue(os.path.isfile(os.path.join(self.into, "library", "ssl_tls.c")))


if __name__ == "__main__":
    unittest.main()
