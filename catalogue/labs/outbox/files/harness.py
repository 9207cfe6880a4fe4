"""The databases and the broker as outbox.py sees them. Read this; the checker has its own copy.

Every statement and every publication passes two numbered crash points, one before and one after.
CRASH_AT=N in the environment ends the process at point N, as kill -9 would. TRACE=FILE writes the points' names.
"""

import os
import sqlite3
import time


class Points:
    def __init__(self):
        self.count = 0
        self.crash_at = int(os.environ.get("CRASH_AT", "0"))
        self.trace = os.environ.get("TRACE")

    def reach(self, name):
        self.count += 1
        if self.trace:
            with open(self.trace, "a", encoding="utf-8") as file:
                file.write(f"{self.count} {name}\n")
        if self.count == self.crash_at:
            os._exit(137)


POINTS = Points()


class Database:
    """A connection in autocommit mode: each statement commits by itself, unless you say BEGIN IMMEDIATE and COMMIT."""

    def __init__(self, name, schema, folder="data"):
        os.makedirs(folder, exist_ok=True)
        self._connection = sqlite3.connect(os.path.join(folder, name), timeout=10, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        with open(schema, encoding="utf-8") as file:
            self._connection.executescript(file.read())

    def execute(self, sql, values=()):
        """Runs one statement. The result has fetchall(), fetchone() and rowcount."""
        name = " ".join(sql.split()[:3])
        POINTS.reach("before " + name)
        cursor = self._connection.execute(sql, values)
        result = Result(cursor.fetchall() if cursor.description else [], cursor.rowcount)
        POINTS.reach("after " + name)
        return result

    @property
    def in_transaction(self):
        return self._connection.in_transaction


class Result:
    def __init__(self, rows, rowcount):
        self._rows = rows
        self.rowcount = rowcount

    def fetchall(self):
        return self._rows

    def fetchone(self):
        return self._rows[0] if self._rows else None


class Broker:
    """Keeps messages in the order in which they came. It does not recognise repeats."""

    def __init__(self, database=None, folder="data"):
        os.makedirs(folder, exist_ok=True)
        self._database = database
        self._connection = sqlite3.connect(os.path.join(folder, "broker.db"), timeout=10, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(
            "CREATE TABLE IF NOT EXISTS messages (position INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, body TEXT NOT NULL);"
            "CREATE TABLE IF NOT EXISTS remarks (text TEXT);"
        )

    def publish(self, event_id, body):
        POINTS.reach("before publish")
        if self._database is not None and self._database.in_transaction:
            self._connection.execute("INSERT INTO remarks VALUES ('transaction open')")
        time.sleep(float(os.environ.get("SLOW", "0")))
        self._connection.execute("INSERT INTO messages (event_id, body) VALUES (?, ?)", (event_id, body))
        POINTS.reach("after publish")

    def read(self, after, limit):
        """Messages with positions above `after`: a list of (position, event_id, body)."""
        query = "SELECT position, event_id, body FROM messages WHERE position > ? ORDER BY position LIMIT ?"
        return self._connection.execute(query, (after, limit)).fetchall()
