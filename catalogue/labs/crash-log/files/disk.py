"""One file, as a store sees it: simulated with its crashes (Disk), or real (RealDisk). Read this; the checker has its own copy."""

import os
import random


class Crash(BaseException):
    """The machine or the process is gone. Not an Exception: nothing that runs in it can go on."""


class Disk:
    """A file in memory that forgets what a real one would.

    After a kill (of the process), all that was appended is still there; only an append under way may be half done.
    After a power cut, all up to the last sync is there. What came after it is there up to some point, and at that
    point an append may have left its beginning, or its full length with zeros from somewhere on.
    """

    def __init__(self, content=b"", rng=None):
        self._sure = bytes(content)  # what a power cut leaves
        self._since = []  # operations since the last sync
        self._rng = rng or random.Random(1)
        self._left = None  # operations until the crash
        self._dead = False
        self.syncs = 0

    # What a store may call

    def read(self):
        """The whole file, as a process sees it."""
        self._alive()
        return self._replay(self._since)

    def append(self, data):
        self._operation(("append", bytes(data)))

    def truncate(self, size):
        """Makes the file shorter."""
        self._operation(("truncate", size))

    def sync(self):
        """Returns when everything is on the disk (fsync)."""
        self._operation(None)
        self._sure, self._since = self._replay(self._since), []
        self.syncs += 1

    # What a test calls

    def crash_at(self, operation):
        """Lets the operation with this number, from 1, end in a crash."""
        self._left = operation

    def after_kill(self):
        """The file as the next process finds it."""
        return self._next(self._sure, self._since)

    def after_power_cut(self):
        kept = self._since[: self._rng.randint(0, len(self._since))]
        if kept and kept[-1][0] == "append":
            data = kept[-1][1]
            size = self._rng.randint(0, len(data))
            zeros = self._rng.choice([0, 0, len(data) - size])
            kept[-1] = ("append", data[:size] + bytes(zeros))
        return self._next(self._replay(kept), [])

    def _next(self, sure, since):
        disk = Disk(sure, self._rng)
        disk._since = list(since)
        return disk

    def _replay(self, operations):
        content = bytearray(self._sure)
        for kind, value in operations:
            if kind == "append":
                content += value
            else:
                del content[value:]
        return bytes(content)

    def _alive(self):
        if self._dead:
            raise Crash

    def _operation(self, operation):
        self._alive()
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._dead = True
                if operation and operation[0] == "append":
                    self._since.append(("append", operation[1][: self._rng.randint(0, len(operation[1]))]))
                raise Crash
        if operation:
            self._since.append(operation)


class RealDisk:
    """The same calls on a real file."""

    def __init__(self, path):
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)

    def read(self):
        return os.pread(self._file, os.fstat(self._file).st_size, 0)

    def append(self, data):
        # Two writes, so that a kill can come in between.
        half = len(data) // 2
        os.write(self._file, data[:half])
        os.write(self._file, data[half:])

    def truncate(self, size):
        os.ftruncate(self._file, size)

    def sync(self):
        os.fsync(self._file)
