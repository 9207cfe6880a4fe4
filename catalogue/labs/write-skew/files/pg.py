"""A small client for PostgreSQL: Session().execute("SELECT 1") gives a list of rows, each a tuple of texts (None for NULL)."""

import socket
import struct

SOCKET = "/tmp/pg/.s.PGSQL.5432"


class SqlError(Exception):
    """PostgreSQL refused a statement. `code` is the SQLSTATE, such as 40001."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


def quoted(value):
    if value is None:
        return "NULL"
    if isinstance(value, (bool, int, float)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


class Session:
    """One connection, for one thread. `count` is the number of rows that the last statement read or changed."""

    def __init__(self, path=SOCKET, user="lab", database="postgres"):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        self._socket.connect(path)
        self._reader = self._socket.makefile("rb")
        words = f"user\0{user}\0database\0{database}\0\0".encode()
        self._socket.sendall(struct.pack(">ii", 8 + len(words), 196608) + words)
        self.pid = 0
        self.count = 0
        self.in_transaction = False
        self._answer()

    def execute(self, sql, *values):
        """Runs a statement; each %s in it is replaced by a value, properly quoted."""
        if values:
            sql = sql % tuple(quoted(value) for value in values)
        data = sql.encode() + b"\0"
        self._socket.sendall(b"Q" + struct.pack(">i", 4 + len(data)) + data)
        return self._answer()

    def _answer(self):
        rows, error = [], None
        while True:
            head = self._reader.read(5)
            if len(head) < 5:
                raise error or ConnectionError("PostgreSQL closed the connection")
            body = self._reader.read(struct.unpack(">i", head[1:])[0] - 4)
            kind = head[:1]
            if kind == b"D":
                rows.append(self._row(body))
            elif kind == b"C":
                last = body[:-1].split()[-1]
                self.count = int(last) if last.isdigit() else 0
            elif kind == b"E":
                fields = {field[:1]: field[1:].decode() for field in body.split(b"\0") if field}
                error = SqlError(fields[b"C"], fields[b"M"])
            elif kind == b"K":
                self.pid = struct.unpack(">i", body[:4])[0]
            elif kind == b"Z":
                self.in_transaction = body != b"I"
                if error:
                    raise error
                return rows

    def _row(self, body):
        place, values = 2, []
        for _ in range(struct.unpack(">h", body[:2])[0]):
            size = struct.unpack(">i", body[place : place + 4])[0]
            place += 4
            values.append(None if size < 0 else body[place : place + size].decode())
            place += max(0, size)
        return tuple(values)

    def close(self):
        self._socket.close()
