# SPDX-License-Identifier: Apache-2.0
"""Sources of Debian's source packages: fetched, authenticated and unpacked, with nothing left behind.

    with stopping_on_signals():
        scratch = Scratch()
        try:
            path = fetch("mbedtls", "trixie", debian_mirror(), scratch.make(tempfile.gettempdir()))
            unpack(path, "Debian trixie", folder, is_kept=lambda name: name.startswith("library/"))
        finally:
            scratch.remove()

apt fetches and authenticates from the mirror that this machine already uses; the
system's own apt lists and settings stay as they are.
"""

import collections
import contextlib
import hashlib
import lzma
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import tarfile
import zlib

ANSWER_SECONDS = 30         # the longest wait for one answer from the network
FETCH_SECONDS = 600         # the longest wait for a whole download


class SourceError(Exception):
    """What went wrong, in a line for the user."""


class Interrupted(BaseException):
    """The user or the system asks this program to stop."""


# ---- Debian's source package

# uri, and signed_by as the machine's own entry has it (None: apt's default keys)
Mirror = collections.namedtuple("Mirror", "uri signed_by")

DEBIAN_SUITES = {"bullseye", "bookworm", "trixie", "forky", "duke", "sid",
                 "oldstable", "stable", "testing", "unstable"}


def fetch(package, suite, mirror, folder, answer_seconds=ANSWER_SECONDS, fetch_seconds=FETCH_SECONDS):
    """
    Fetches the original tarball of a source package into an empty folder; returns its path.

    answer_seconds, fetch_seconds: the longest wait for one answer and for all of it
    """
    os.chmod(folder, 0o755)         # apt lets another user do the downloads
    config = write_apt_config(suite, mirror, folder, answer_seconds)
    download = os.path.join(folder, "download")
    run_apt(config, download, fetch_seconds, "update")
    run_apt(config, download, fetch_seconds, "source", "--only-source", "--tar-only", "--download-only",
            package)
    found = [name for name in os.listdir(download)
             if re.fullmatch(re.escape(package) + r"_[^_]+\.orig\.tar\.(gz|bz2|xz)", name)]
    if len(found) != 1:
        raise SourceError("Debian %s has no original tarball of %s." % (suite, package))
    return os.path.join(download, found[0])


def write_apt_config(suite, mirror, folder, answer_seconds):
    """Settings that keep apt inside the folder and have it authenticate what it fetches."""
    for name in ("lists", "cache", "download"):
        os.mkdir(os.path.join(folder, name))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        with contextlib.suppress(LookupError):
            shutil.chown(os.path.join(folder, "download"), "_apt")
    with open(os.path.join(folder, "mirror.sources"), "w", encoding="utf-8") as sources:
        sources.write("Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\n"
                      % (mirror.uri, suite))
        if mirror.signed_by:
            sources.write("Signed-By: %s\n" % mirror.signed_by)
    path = os.path.join(folder, "apt.conf")
    with open(path, "w", encoding="utf-8") as config:
        config.write(APT_CONFIG.format(folder=folder, seconds=answer_seconds))
    return path


# The hooks would report an update to the system's own caches that did not happen.
# A default release would have to be one of the listed suites.
APT_CONFIG = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Update::Error-Mode "any";
APT::Default-Release "";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::GzipIndexes "true";
Acquire::Retries "1";
Acquire::http::Timeout "{seconds}";
Acquire::https::Timeout "{seconds}";
Dir::Etc::SourceList "{folder}/mirror.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "{folder}/lists/";
Dir::Cache "{folder}/cache/";
"""

def run_apt(config, folder, seconds, *arguments):
    command = ["apt-get", "-q", "-q", "--config-file", config, *arguments]
    process = None
    try:
        with postponing_signals():      # so that no running process is missed
            # A session of its own, so that apt can be stopped together with its helpers.
            process = subprocess.Popen(command, cwd=folder, start_new_session=True,
                                       env=dict(os.environ, LC_ALL="C"),
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT)
        output = process.communicate(timeout=seconds)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        stop_session(process)
        raise SourceError("apt took longer than %d seconds." % seconds)
    except BaseException:
        if process:
            stop_session(process)
        raise
    if process.returncode != 0:
        errors = re.findall("^E: *(.*)", output, re.MULTILINE) or ["no reason given"]
        raise SourceError("apt-get %s failed: %s" % (arguments[0], errors[0]))


def stop_session(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=5)      # ends when the last helper is gone


def debian_mirror():
    """The mirror of the main Debian archive among the machine's own apt sources, or None."""
    if not (shutil.which("apt-get") and shutil.which("apt-config")):
        return None
    mirrors = [mirror for path in apt_source_files() for mirror in mirrors_in(path)]
    # Other archives may use Debian's suite names; this is the origin of Debian's own.
    mirrors.sort(key=lambda mirror: not re.search(r"/debian(\.list)?/?$", mirror.uri))
    return mirrors[0] if mirrors else None


def apt_source_files():
    shell = subprocess.run(
        ["apt-config", "shell", "LIST", "Dir::Etc::SourceList/f", "PARTS",
         "Dir::Etc::SourceParts/d"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout.decode()
    paths = dict(word.split("=", 1) for word in shlex.split(shell))
    parts = paths.get("PARTS", "")
    names = sorted(os.listdir(parts)) if os.path.isdir(parts) else []
    files = [paths.get("LIST", "")] + [os.path.join(parts, name) for name in names]
    return [path for path in files
            if path.endswith((".list", ".sources")) and os.path.isfile(path)]


def mirrors_in(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    entries = deb822_entries(text) if path.endswith(".sources") else one_line_entries(text)
    for uris, suites, components, signed_by in entries:
        if DEBIAN_SUITES.intersection(suites) and "main" in components:
            for uri in uris:
                if not uri.startswith("cdrom:"):
                    yield Mirror(uri, signed_by)


def one_line_entries(text):
    """deb [option=value ...] uri suite component ..."""
    for line in text.splitlines():
        entry = re.match(r"\s*deb(?:-src)?\s+(?:\[([^]]*)\]\s*)?(\S+)\s+(\S+)\s+([^#]+)", line)
        if entry:
            options, uri, suite, components = entry.groups()
            signed_by = re.search(r"(?i)\bsigned-by=(\S+)", options or "")
            yield [uri], [suite], components.split(), signed_by and signed_by.group(1)


def deb822_entries(text):
    """Paragraphs of fields; a value, such as a key in Signed-By, may go on in indented lines."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = {name.lower(): value.rstrip() for name, value in
                  re.findall(r"^([\w-]+):(.*(?:\n[ \t].*)*)", paragraph, re.MULTILINE)}
        if fields.get("enabled", "yes").strip().lower() not in ("no", "false", "0"):
            yield (fields.get("uris", "").split(), fields.get("suites", "").split(),
                   fields.get("components", "").split(), fields.get("signed-by"))


# ---- Unpacking

def unpack(path, origin, sources, is_kept):
    """Unpacks the files for which is_kept(name) is true, without their common top folder.

    origin: what errors call the tarball
    """
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                unpack_member(archive, member, sources, is_kept)
            while archive.fileobj.read(1 << 20):
                pass                # to the end, where compressors keep their checks
    except (tarfile.TarError, EOFError, lzma.LZMAError, zlib.error, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise                   # of the system, not of the decompressor
        raise SourceError("%s is damaged: %s"
                          % (origin, str(error).splitlines()[0].rstrip(":")))


def unpack_member(archive, member, sources, is_kept):
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    if member.name.startswith("/") or ".." in parts or re.search(r"[\\:\0]", member.name):
        raise SourceError("the tarball reaches outside its folder with %r; it is not a release."
                          % member.name)
    if member.isdir():
        return
    if not member.isfile():
        raise SourceError("the tarball holds %r, a link or a device; it is not a release."
                          % member.name)
    if not is_kept("/".join(parts[1:])):
        return
    path = os.path.join(sources, *parts[1:])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.extractfile(member) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target)


def sha256_of(path):
    checksum = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            checksum.update(block)
    return checksum.hexdigest()


# ---- Scratch folders and signals

class Scratch:
    """Temporary folders, removed however the program ends. Their names are stored before
    they are created, so that none can be missed."""

    def __init__(self):
        self.folders = []

    def make(self, parent):
        path = os.path.join(parent, ".engine-" + secrets.token_hex(8))
        self.folders.append(path)
        try:
            os.mkdir(path, 0o700)
        except OSError as error:    # name the folder that the user knows
            raise OSError(error.errno, error.strerror, parent)
        return path

    def remove(self):
        for path in self.folders:
            shutil.rmtree(path, ignore_errors=True)


SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")
           if hasattr(signal, name)]


@contextlib.contextmanager
def handling_signals(handler):
    """Keeps signals ignored that the caller ignores, as nohup does."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    changed = [number for number in SIGNALS if before[number] != signal.SIG_IGN]
    try:
        for number in changed:
            signal.signal(number, handler)
        yield
    finally:
        for number in changed:
            signal.signal(number, before[number])


def stopping_on_signals():
    return handling_signals(stop)


def ignoring_signals():
    return handling_signals(signal.SIG_IGN)


@contextlib.contextmanager
def postponing_signals():
    arrived = []
    with handling_signals(lambda number, _frame: arrived.append(number)):
        yield
    if arrived:
        stop(arrived[0], None)


def stop(_number, _frame):
    for number in SIGNALS:      # so that a second signal cannot interrupt the clean-up
        signal.signal(number, signal.SIG_IGN)
    raise Interrupted
