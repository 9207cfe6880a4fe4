"""The database and the bank as payments.py sees them. Read this; the checker has its own copy.

Every statement and every call of the bank passes two numbered crash points, one before and one after.
CRASH_AT=N in the environment ends the process at point N, as kill -9 would. TRACE=FILE writes the points' names.
"""

import json
import os
import sqlite3
import threading


class Declined(Exception):
    """The bank refuses this charge, and always will."""


class Unavailable(Exception):
    """No answer from the bank. It may have charged, or not."""


class Points:
    def __init__(self):
        self.count = 0
        self.crash_at = int(os.environ.get("CRASH_AT", "0"))
        self.trace = os.environ.get("TRACE")
        self.lock = threading.Lock()

    def reach(self, name):
        with self.lock:
            self.count += 1
            if self.trace:
                with open(self.trace, "a", encoding="utf-8") as file:
                    file.write(f"{self.count} {name}\n")
            if self.count == self.crash_at:
                os._exit(137)


POINTS = Points()


class Database:
    """A connection in autocommit mode: each statement commits by itself, unless you say BEGIN IMMEDIATE and COMMIT."""

    def __init__(self, folder="data"):
        os.makedirs(folder, exist_ok=True)
        self._connection = sqlite3.connect(os.path.join(folder, "payments.db"), timeout=10, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        with open("payments.sql", encoding="utf-8") as file:
            self._connection.executescript(file.read())

    def execute(self, sql, values=()):
        name = " ".join(sql.split()[:3])
        POINTS.reach("before " + name)
        cursor = self._connection.execute(sql, values)
        rows = cursor.fetchall() if cursor.description else []
        POINTS.reach("after " + name)
        return Result(rows, cursor.rowcount)

    @property
    def in_transaction(self):
        return self._connection.in_transaction

    def close(self):
        """Ends the request: what is not committed by now is rolled back."""
        self._connection.close()


class Result:
    """Rows of a statement; `count` is the number of rows it inserted, changed or deleted."""

    def __init__(self, rows, count):
        self.rows = rows
        self.count = count

    def fetchone(self):
        return self.rows[0] if self.rows else None

    def fetchall(self):
        return self.rows


class Bank:
    """Another company's service. It knows a charge by its reference: the same reference is never charged twice.

    In this test bank the amount decides what happens, as in the test modes of real ones:
    cents that end in 13: charged at the first attempt, but the answer gets lost (Unavailable);
    cents that end in 14: the first attempt gets no answer and charges nothing (Unavailable);
    cents that end in 66: declined.
    """

    def __init__(self, database, folder="data"):
        os.makedirs(folder, exist_ok=True)
        self._database = database
        self._connection = sqlite3.connect(os.path.join(folder, "bank.db"), timeout=10, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(
            "CREATE TABLE IF NOT EXISTS charges (receipt INTEGER PRIMARY KEY, reference TEXT UNIQUE, customer TEXT, cents INTEGER);"
            "CREATE TABLE IF NOT EXISTS attempts (reference TEXT PRIMARY KEY, count INTEGER);"
            "CREATE TABLE IF NOT EXISTS remarks (text TEXT);"
        )

    def charge(self, reference, customer, cents):
        """The receipt's number. Raises Declined or Unavailable."""
        POINTS.reach("before bank.charge")
        if self._database.in_transaction:
            self._connection.execute("INSERT INTO remarks VALUES ('transaction open')")
        self._connection.execute("BEGIN IMMEDIATE")
        attempt = self._connection.execute(
            "INSERT INTO attempts VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count", (reference,)
        ).fetchone()[0]
        first = attempt == 1
        if cents % 100 == 66 or (cents % 100 == 14 and first):
            self._connection.execute("COMMIT")
            POINTS.reach("after bank.charge")
            raise Declined("card declined") if cents % 100 == 66 else Unavailable("no answer")
        self._connection.execute("INSERT OR IGNORE INTO charges VALUES (NULL, ?, ?, ?)", (reference, customer, cents))
        receipt = self._connection.execute("SELECT receipt FROM charges WHERE reference = ?", (reference,)).fetchone()[0]
        self._connection.execute("COMMIT")
        POINTS.reach("after bank.charge")
        if cents % 100 == 13 and first:
            raise Unavailable("no answer")
        return receipt

    def close(self):
        self._connection.close()


def answer(customer, key, text):
    """Calls `charge` as the server does: (status, JSON text)."""
    import payments

    database = Database()
    bank = Bank(database)
    try:
        try:
            body = json.loads(text)
            if not isinstance(body, dict):
                raise ValueError("not an object")
        except ValueError:
            return 400, json.dumps({"error": "the body is not a JSON object"})
        status, reply = payments.charge(database, bank, customer, key, body)
        POINTS.reach("before the reply")
        return status, json.dumps(reply, sort_keys=True)
    finally:
        bank.close()
        database.close()
