#!/usr/bin/env python3
"""Sends the first process of a box what Atlas never would, and what a learner might, with the compiler's sanitizers on.

    scripts/fuzz-lab-box.py [--rounds 300] [--seed 1]

A round is a new box that gets some thousand frames: right, wrong, cut and random ones, while garbage comes to its socket
for commands. It may end the box; it must not write or read where it should not, hang, or take memory without end.
"""
import argparse
import os
import pathlib
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANITIZER_STATUS = 99
FRAMES = 1_000
PATHS = [b"a", b"a/b", b"d/e/f", b"..", b"/etc/passwd", b"a//b", b"", b"\xff", b"x" * 300, b"a/" * 40 + b"z", b"link/x", b"link"]


def build(folder):
    """The box program with sanitizers."""
    options = pathlib.Path(folder) / "options.c"
    options.write_text(
        "const char *__asan_default_options(void)"
        f' {{ return "detect_leaks=0:exitcode={SANITIZER_STATUS}:log_path=/proc/self/fd/2"; }}\n'
    )
    program = os.path.join(folder, "atlas-lab-box")
    compiler = shutil.which("gcc") or shutil.which("clang") or sys.exit("a C compiler is needed")
    sources = sorted((ROOT / "Sources/Engines/lab-box").glob("*.c"))
    subprocess.run(
        [compiler, "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-o", program,
         "-I", ROOT / "Sources/Engines/CLabBox/include", *sources, options],
        check=True,
    )
    return program


def frame(kind, number, payload=b"", length=None):
    return struct.pack("<IBxxxI", len(payload) if length is None else length, kind, number) + payload


def run_payload(rng):
    words = rng.choice([[b"true"], [b"sh", b"-c", b"head -c 100000 /dev/zero; cat"], [b"nothing"], [], [b"sleep", b"100"],
                        [b"/opt/atlas/bin/check", b"x" * rng.randrange(6000)],
                        [b"python3", b"-c", b"import socket\nfor n in range(50):\n s=socket.socket(socket.AF_UNIX);"
                         b" s.connect('\\0atlas-lab-box'); s.send(b'x\\0'*n+b'\\0')"]])
    variables = rng.choice([[], [b"A=b"], [b"=", b"x"]])
    strings = b"".join(text + b"\0" for text in [rng.choice([b"/home/lab", b"/nowhere"]), *words, *variables])
    count = len(words) if rng.random() < 0.9 else rng.randrange(65536)
    return struct.pack("<IIIHH", rng.randrange(2000), rng.choice([0, 10, 100000, 2**32 - 1]),
                       rng.choice([0, 0, 5, 1 << 20, 2**32 - 1]), count, len(variables)) + strings


def random_frame(rng, state):
    """Mostly frames that the box goes on after, so that a round gets somewhere."""
    number, kind = rng.randrange(12), rng.randrange(1, 15)
    if kind in (10, 11, 12) and rng.random() < 0.999:
        number, kind = 50, kind if state["laying"] else 10
        state["laying"] = kind != 12
    if rng.random() < 0.001:
        kind = rng.randrange(256)
    path = rng.choice(PATHS)
    payload = {
        1: lambda: struct.pack("<HH", rng.randrange(65536), rng.randrange(65536)),
        2: lambda: rng.randbytes(rng.choice([0, 1, 100, 5000])),
        3: lambda: struct.pack("<I", rng.choice([0, 1, 32768, 2**32 - 1])),
        4: lambda: struct.pack("<HH", rng.randrange(65536), rng.randrange(65536)),
        6: lambda: run_payload(rng),
        7: lambda: bytes([rng.randrange(3)]),
        8: lambda: struct.pack("<BQ", rng.randrange(2), rng.getrandbits(64)),
        9: lambda: path,
        10: lambda: bytes([rng.choice(b"fxldq")]) + path,
        11: lambda: rng.choice([b"../../etc", b"x" * 2000, rng.randbytes(60000), b""]),
        13: lambda: path,
        14: lambda: rng.randbytes(rng.randrange(1, 500)),
    }.get(kind, lambda: b"")()
    if rng.random() < 0.03:
        payload = rng.randbytes(rng.randrange(40))
    state["frames"] += 1
    return frame(kind, number, payload, None if rng.random() < 0.9995 else rng.getrandbits(32))


def start(program):
    atlas, box = socket.socketpair()
    complaint = tempfile.TemporaryFile()

    def descriptors():
        os.dup2(box.fileno(), 3)
        for number in range(4, 64):
            try:
                os.close(number)
            except OSError:
                pass

    command = ["bwrap", "--unshare-all", "--die-with-parent", "--as-pid-1", "--uid", "1000", "--gid", "1000",
               "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
               "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--size", "20000000", "--tmpfs", "/tmp",
               "--size", "20000000", "--tmpfs", "/home/lab", "--ro-bind", program, "/opt/atlas/atlas-lab-box",
               "--symlink", "../atlas-lab-box", "/opt/atlas/bin/check", "--setenv", "SHELL", "/bin/bash",
               "/opt/atlas/atlas-lab-box", "agent", "--terminals", "64", "--memory", "0", "--processes", "40"]
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaint,
                               preexec_fn=descriptors, close_fds=False, **user)
    box.close()
    return process, atlas, complaint


def play(program, seed):
    """One round: how many frames were sent, and what went wrong, if anything."""
    rng, state = random.Random(seed), {"laying": False, "frames": 0}
    process, atlas, complaint = start(program)
    atlas.settimeout(20)
    problem = None
    try:
        if not atlas.recv(16):
            raise ConnectionError
        atlas.setblocking(False)
        for _ in range(rng.randrange(1, FRAMES)):
            data = random_frame(rng, state)
            while data:
                try:
                    data = data[atlas.send(data):]
                except BlockingIOError:
                    pass
                try:
                    while atlas.recv(1 << 16):
                        pass
                except BlockingIOError:
                    pass
    except (ConnectionError, TimeoutError):
        pass
    atlas.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        problem = "it hangs"
        process.kill()
        process.wait()
    complaint.seek(0)
    said = complaint.read().decode(errors="replace")
    if process.returncode not in (0, 124) or "Sanitizer" in said or "runtime error" in said:
        problem = problem or f"it ended with {process.returncode}"
    return state["frames"], problem and f"seed {seed}: {problem}\n{said}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        program = build(folder)
        total = 0
        for seed in range(options.seed, options.seed + options.rounds):
            frames, problem = play(program, seed)
            total += frames
            if problem:
                sys.exit(problem)
    print(f"{options.rounds} boxes, {total} frames, nothing found")


if __name__ == "__main__":
    main()
