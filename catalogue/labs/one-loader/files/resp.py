"""A small client for Redis: Redis().command("SET", "key", "value") gives text, a number, None or a list."""

import socket

SOCKET = "/tmp/redis/redis.sock"


class RedisError(Exception):
    """Redis refused a command."""


class Redis:
    """One connection, for one thread. `sent` counts the commands."""

    def __init__(self, path=SOCKET, database=0):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        self._socket.connect(path)
        self._reader = self._socket.makefile("rb")
        self.sent = 0
        if database:
            self.command("SELECT", database)

    def command(self, *words):
        data = [str(word).encode() for word in words]
        parts = [b"*%d\r\n" % len(data), *(b"$%d\r\n%s\r\n" % (len(word), word) for word in data)]
        self._socket.sendall(b"".join(parts))
        self.sent += 1
        return self._read()

    def _read(self):
        line = self._reader.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise RedisError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._reader.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            # All items are read, also when one of them is an error.
            return None if rest == b"-1" else [self._read() for _ in range(int(rest))]
        raise ConnectionError(f"not an answer of Redis: {line!r}")

    def close(self):
        self._socket.close()
