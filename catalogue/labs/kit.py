"""What the set-ups and checkers of all labs share: report results, run a learner's code at arm's length, stop what it left.

It lies beside the labs' folders, and in a box inside the lab's, at `/lab/kit.py`.
Programs that use it start with `#!/usr/bin/python3 -I`, so that nothing in the learner's home is imported by accident.
"""

import contextlib
import ctypes
import errno
import importlib.util
import json
import os
import random
import resource
import secrets
import selectors
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import traceback

LAB = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
# The whole of a check; the box ends it after `check_seconds` (60 unless lab.md says otherwise).
CHECK_SECONDS = 50
OUTPUT_BYTES = 1 << 16
ANSWER_BYTES = 16 << 20
FILE_BYTES = 1 << 20
# Beyond this nothing is calculated with a learner's number: whole ones may have more digits than a float can hold.
MOST = 1e18


class Failed(Exception):
    """A criterion is not met. The text goes to the learner; `rung` is the hint to begin with, from 1."""

    def __init__(self, observed, rung=1):
        super().__init__(observed)
        self.rung = rung


def seed_argument():
    """The number after `--seed`, or else LAB_SEED."""
    words = sys.argv[1:]
    text = words[words.index("--seed") + 1] if "--seed" in words[:-1] else os.environ.get("LAB_SEED", "1")
    return int(text)


def brief(length):
    """A text for one line, so long at most."""
    return lambda text: (line := " ".join(str(text).split()))[:length] + ("…" if len(line) > length else "")


short = brief(160)


# MARK: set-up


def start_files():
    """Copies the lab's `files` into the current folder, with their modes."""
    shutil.copytree(os.path.join(LAB, "files"), ".", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def write(path, text, mode=None):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    if mode is not None:
        os.chmod(path, mode)


def write_json(path, value):
    write(path, json.dumps(value, indent=2) + "\n")


# MARK: grading


def read_home(home):
    """The learner's files by path with their modes, and the paths of those that are too large."""
    files, too_large, total = {}, set(), 0
    for folder, folders, names in os.walk(home):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                status = os.stat(path)
                if not stat.S_ISREG(status.st_mode):
                    continue
                total += min(status.st_size, FILE_BYTES + 1)
                if status.st_size > FILE_BYTES or total > 16 * FILE_BYTES:
                    too_large.add(os.path.relpath(path, home))
                    continue
                with open(path, "rb") as file:
                    files[os.path.relpath(path, home)] = (file.read(FILE_BYTES), status.st_mode)
    return files, too_large


class Grading:
    """One run of a checker. Results go to standard output, one JSON line each; nothing else can get there."""

    def __init__(self, slug, seconds=CHECK_SECONDS):
        self.slug = slug
        self.seed = seed_argument()
        self.home = os.getcwd()
        self.ends = time.monotonic() + seconds
        self.late = None
        self.broken = False
        self.services = set()  # process ids that outlive a criterion; what they started is theirs
        self.results = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
        os.dup2(2, 1)
        # No other process may look into this one (its open files, its memory), and orphans become its children.
        libc = ctypes.CDLL(None)
        libc.prctl(4, 0, 0, 0, 0)
        libc.prctl(36, 1, 0, 0, 0)
        self.root = tempfile.mkdtemp(prefix="check-")
        self.files, self.too_large = read_home(self.home)

    def random(self, *names):
        return random.Random("/".join([self.slug, str(self.seed), *map(str, names)]))

    def report(self, id, passed, observed, expected, rung=1):
        line = {
            "id": id,
            "pass": bool(passed),
            "observed": brief(600)(observed),
            "expected": expected,
            "hint": id if rung == 1 else f"{id}/{rung}",
        }
        self.results.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.results.flush()

    def check(self, id, expected):
        """Decorates the function of a criterion: it returns what was observed, or raises Failed. It runs at once."""

        def run(function):
            try:
                self.report(id, True, function(), expected)
            except Failed as failed:
                self.report(id, False, str(failed), expected, failed.rung)
            except Exception as error:
                # What the lab itself writes is small.
                if getattr(error, "errno", None) == errno.ENOSPC:
                    self.report(id, False, "Your code has filled the disk, so that this could not be tried.", expected)
                else:
                    traceback.print_exc()
                    self.broken = True
            finally:
                sweep(keep=self.services)
            return function

        return run

    def finish(self):
        """Ends the checker. Its exit code tells whether all criteria were graded, not whether they were met."""
        sweep()
        shutil.rmtree(self.root, ignore_errors=True)
        self.results.close()
        os._exit(1 if self.broken else 0)

    def seconds(self, wanted):
        """The time that a step may take, of what is left of the whole check."""
        left = self.ends - time.monotonic()
        if left < 0.5:
            raise Failed("There was no time left: " + (self.late or "the checks before this one took all of it."))
        return min(wanted, left, 6 if self.late else left)

    # What the learner wrote

    def data(self, name):
        """The bytes of the learner's file, as it was when the check began."""
        if name in self.files:
            return self.files[name][0]
        if name in self.too_large:
            raise Failed(f"{name} is larger than {FILE_BYTES} bytes.")
        raise Failed(f"{name} is missing in your folder, or is not a file that can be read.")

    def text(self, name):
        try:
            return self.data(name).decode("utf-8")
        except UnicodeDecodeError:
            raise Failed(f"{name} is not text in UTF-8.") from None

    def json(self, name):
        """The object in the learner's JSON file."""
        try:
            value = json.loads(self.text(name))
        except ValueError as error:
            raise Failed(f"{name} is not valid JSON: {error}.") from None
        except RecursionError:
            raise Failed(f"{name} is nested too deeply.") from None
        if not isinstance(value, dict):
            raise Failed(f"{name} should hold one JSON object, in braces.")
        return value

    def number(self, values, key, name):
        value = values.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MOST:
            raise Failed(f"“{key}” in {name} should be a number of a usual size, but is {short(json.dumps(value))}.")
        return value

    def folder(self):
        os.makedirs(self.root, exist_ok=True)
        return tempfile.mkdtemp(dir=self.root)

    def workspace(self, mine=(), given=(), optional=()):
        """A new folder with copies of the learner's files `mine` and of the lab's own files `given`."""
        files = {name: (self.data(name), self.files[name][1]) for name in mine}
        files |= {name: self.files[name] for name in optional if name in self.files}
        for name in given:
            path = os.path.join(LAB, "files", name)
            with open(path, "rb") as file:
                files[name] = (file.read(), os.stat(path).st_mode)
        folder = self.folder()
        for name, (data, mode) in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
            os.chmod(path, mode & 0o777 | 0o600)
        return folder

    # The learner's code

    def call(self, function, argument=None, *, folder, probe="probe.py", seconds=15, memory_mb=400):
        """What `function` of the lab's file `probe` returns in a process of its own, where the learner's modules can be imported.

        The process gets the argument and gives its answer as JSON, over pipes that the learner's prints do not reach.
        """
        nonce = secrets.token_hex(8)
        reader, writer = os.pipe()
        argv = [PYTHON, "-I", "-X", "utf8", "-B", os.path.join(LAB, "kit.py"), str(writer), os.path.join(LAB, probe), function]
        with os.fdopen(reader, "rb") as answers:
            try:
                process = Process(self, argv, folder, memory_mb=memory_mb, pass_fds=(writer,), input=True)
            finally:
                os.close(writer)
            line = json.dumps({"nonce": nonce, "argument": argument}).encode()
            answer = process.converse(line, answers, seconds)
        return self.read_answer(process, answer, nonce)

    def read_answer(self, process, answer, nonce):
        try:
            answer = json.loads(answer)
            if answer["nonce"] == nonce:
                if "problem" in answer:
                    raise Failed(answer["problem"])
                return answer["value"]
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        raise Failed(process.end_in_words())

    def run(self, argv, folder, *, seconds=10, memory_mb=400, env=None, input=b""):
        """Runs a program to its end: (exit code, standard output, standard error). Raises Failed if it does not end in time."""
        process = Process(self, argv, folder, memory_mb=memory_mb, env=env, input=True)
        process.converse(input, None, seconds)
        if process.late:
            raise Failed(f"{os.path.basename(argv[-1])}: {process.end_in_words()}")
        return process.code, process.output, process.errors


class Process:
    """A child with bounded output, in a session of its own. Everything it started ends with it."""

    def __init__(self, grading, argv, folder, *, memory_mb=400, env=None, pass_fds=(), input=False):
        self.grading = grading
        self.late = False
        self.code = None
        self.output = ""
        self.errors = ""

        def limits():
            if memory_mb:
                resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        try:
            self.child = subprocess.Popen(
                argv,
                cwd=folder,
                env={**os.environ, **(env or {})},
                stdin=subprocess.PIPE if input else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=pass_fds,
                start_new_session=True,
                preexec_fn=limits,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Failed(f"{os.path.basename(argv[0])} cannot be started: {getattr(error, 'strerror', None) or error}.") from None

    def converse(self, line, answers, seconds):
        """Gives the child its input, reads what it says until it ends or its time is over, and returns its answer."""
        self.allowed = self.grading.seconds(seconds)
        ends = time.monotonic() + self.allowed
        got = {"answer": bytearray(), "output": bytearray(), "errors": bytearray()}
        limits = {"answer": ANSWER_BYTES, "output": OUTPUT_BYTES, "errors": OUTPUT_BYTES}
        with selectors.DefaultSelector() as waiting:
            for stream, name in ((answers, "answer"), (self.child.stdout, "output"), (self.child.stderr, "errors")):
                if stream:
                    os.set_blocking(stream.fileno(), False)
                    waiting.register(stream, selectors.EVENT_READ, name)
            os.set_blocking(self.child.stdin.fileno(), False)
            waiting.register(self.child.stdin, selectors.EVENT_WRITE, "input")
            left = memoryview(line)
            while waiting.get_map() and not self.late:
                self.late = time.monotonic() >= ends
                if self.child.poll() is not None and not waiting.select(0):
                    break
                for key, _ in waiting.select(0.05):
                    if key.data == "input":
                        left = self.feed(left, waiting)
                        continue
                    data = os.read(key.fd, 1 << 16)
                    if not data:
                        waiting.unregister(key.fileobj)
                    elif len(got[key.data]) < limits[key.data]:
                        got[key.data] += data
        self.stop(max(0.0, ends - time.monotonic()))
        self.output = got["output"][:OUTPUT_BYTES].decode("utf-8", "replace")
        self.errors = got["errors"][:OUTPUT_BYTES].decode("utf-8", "replace")
        return bytes(got["answer"])

    def feed(self, left, waiting):
        try:
            left = left[os.write(self.child.stdin.fileno(), left[: 1 << 16]) :]
        except BlockingIOError:
            return left
        except OSError:
            left = left[:0]
        if not left:
            waiting.unregister(self.child.stdin)
            self.child.stdin.close()
        return left

    def stop(self, patience=0.0):
        """Waits so many seconds for the end, then ends the child and all that it started."""
        try:
            self.code = self.child.wait(patience)
        except subprocess.TimeoutExpired:
            self.late = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(5)
        for stream in (self.child.stdin, self.child.stdout, self.child.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        sweep(keep=self.grading.services)

    def end_in_words(self):
        if self.late:
            self.grading.late = self.grading.late or f"an earlier step did not end within {self.allowed:.0f} s."
            return f"Your code did not end within {self.allowed:.0f} s."
        said = self.errors.strip().splitlines()
        last = f" Its last words: {short(said[-1])}" if said else ""
        if self.code is not None and self.code < 0:
            return f"Your code was ended by signal {-self.code} before it was done.{last}"
        return f"Your code ended the process with exit code {self.code} before it was done.{last}"


class Service:
    """A program that the checker needs for a while (a server of the lab or of the learner), with its log in a file."""

    def __init__(self, grading, argv, folder, *, env=None, memory_mb=None):
        self.grading = grading
        self.name = os.path.basename(argv[0])
        self.log = os.path.join(grading.folder(), "log")

        def limits():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if memory_mb:
                resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))

        with open(self.log, "wb") as log:
            try:
                self.child = subprocess.Popen(
                    argv, cwd=folder, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True, preexec_fn=limits,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise Failed(f"{self.name} cannot be started: {getattr(error, 'strerror', None) or error}.") from None
        grading.services.add(self.child.pid)

    def wait_until(self, ready, seconds=15):
        """Polls until `ready()` is true; Failed with the service's last words if it ends or takes too long."""
        ends = time.monotonic() + self.grading.seconds(seconds)
        while True:
            try:
                if ready():
                    return self
            except OSError:
                pass
            if self.child.poll() is not None:
                raise Failed(f"{self.name} ended at once, with exit code {self.child.returncode}. {self.last_words()}")
            if time.monotonic() > ends:
                raise Failed(f"{self.name} was not ready within {seconds} s. {self.last_words()}")
            time.sleep(0.01)

    def last_words(self):
        try:
            with open(self.log, "rb") as log:
                log.seek(max(0, os.path.getsize(self.log) - 4000))
                lines = log.read().decode("utf-8", "replace").strip().splitlines()
        except OSError:
            return "What it said is gone."
        return f"Its last words: {short(lines[-1])}" if lines else "It said nothing."

    def kill(self, signal_number=signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, signal_number)
        try:
            self.child.wait(0 if signal_number in (signal.SIGSTOP, signal.SIGCONT) else 10)
        except subprocess.TimeoutExpired:
            if signal_number not in (signal.SIGSTOP, signal.SIGCONT, signal.SIGKILL):
                return self.kill()
        if self.child.returncode is not None:
            self.grading.services.discard(self.child.pid)
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill(signal.SIGCONT)
        self.kill()
        sweep(keep=self.grading.services)


def sweep(keep=()):
    """Ends all descendants of this process but `keep` and what they started, and collects them."""
    for _ in range(200):
        parents = {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                        fields = file.read().rpartition(")")[2].split()
                    parents[int(name)] = int(fields[1])
        ours = {pid for pid, parent in parents.items() if parent == os.getpid() and pid not in keep}
        while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
            ours |= more
        if not ours:
            return
        for pid in ours:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in ours:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.002)


# MARK: the child's side


def explain(error, folder):
    """An exception in words, with the line of the learner's file where it came from."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(folder + os.sep):
            place = f" ({os.path.relpath(frame.filename, folder)}, line {frame.lineno})"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{type(error).__name__} in {os.path.basename(error.filename)}, line {error.lineno}: {short(error.msg)}"
    if isinstance(error, SystemExit):
        return f"Your code called exit{place}."
    return f"Your code raised {type(error).__name__}: {short(error)}{place}"


def child(descriptor, probe, function):
    descriptor = int(descriptor)
    os.set_inheritable(descriptor, False)
    message = json.loads(sys.stdin.buffer.read())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    folder = os.getcwd()
    answer = {"nonce": message["nonce"]}
    try:
        spec = importlib.util.spec_from_file_location("lab_probe", probe)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.path.insert(0, folder)
        answer["value"] = getattr(module, function)(message["argument"])
        data = json.dumps(answer).encode()
    except Failed as failed:
        data = json.dumps({"nonce": message["nonce"], "problem": str(failed)}).encode()
    except MemoryError:
        data = json.dumps({"nonce": message["nonce"], "problem": "Your code used more memory than it may."}).encode()
    except BaseException as error:
        data = json.dumps({"nonce": message["nonce"], "problem": explain(error, folder)}).encode()
    with os.fdopen(descriptor, "wb") as answers:
        answers.write(data)
    os._exit(0)


if __name__ == "__main__":
    sys.modules["kit"] = sys.modules["__main__"]
    child(*sys.argv[1:])
