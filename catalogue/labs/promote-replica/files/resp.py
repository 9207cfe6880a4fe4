"""A small client for Redis: Redis(7001).command("SET", "key", "value") gives text, a number, None or a list."""

import socket


class RedisError(Exception):
    """Redis refused a command."""


class Redis:
    """One connection to 127.0.0.1. Raises OSError if Redis is gone or does not answer within `patience` seconds."""

    def __init__(self, port, patience=10):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self._reader = self._socket.makefile("rb")

    def command(self, *words):
        data = [str(word).encode() for word in words]
        parts = [b"*%d\r\n" % len(data), *(b"$%d\r\n%s\r\n" % (len(word), word) for word in data)]
        self._socket.sendall(b"".join(parts))
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
            return None if rest == b"-1" else [self._read() for _ in range(int(rest))]
        raise ConnectionError(f"not an answer of Redis: {line!r}")

    def close(self):
        self._socket.close()
