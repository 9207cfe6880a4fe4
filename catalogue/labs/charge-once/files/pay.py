"""Sends a charge, without a server between: python3 pay.py CUSTOMER KEY CENTS [CURRENCY]

Try CRASH_AT=N before it, and TRACE=trace.txt. `python3 pay.py list` shows what the bank has charged.
"""

import json
import os
import sqlite3
import sys

import harness

if sys.argv[1:] == ["list"]:
    for row in sqlite3.connect(os.path.join("data", "bank.db")).execute("SELECT * FROM charges"):
        print("receipt {}, reference {}, customer {}, {} cents".format(*row))
elif len(sys.argv) in (4, 5):
    customer, key, cents, *currency = sys.argv[1:]
    status, reply = harness.answer(customer, key, json.dumps({"cents": int(cents), "currency": (currency or ["EUR"])[0]}))
    print(status, reply)
else:
    print(__doc__)
