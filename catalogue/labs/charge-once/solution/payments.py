"""Charges a customer, once for each customer and key."""

import json

from harness import Declined, Unavailable


def charge(db, bank, customer, key, body):
    cents = body.get("cents")
    if not key:
        return 400, {"error": "the header Idempotency-Key is missing"}
    if type(cents) is not int or cents <= 0:
        return 400, {"error": "cents must be a whole number above 0"}
    canonical = json.dumps(body, sort_keys=True)
    # The row is the claim: it is there before the bank hears of anything, and says what the key stands for.
    db.execute("INSERT INTO payments (customer, key, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (customer, key, canonical))
    known, status, reply = db.execute("SELECT body, status, reply FROM payments WHERE customer = ? AND key = ?", (customer, key)).fetchone()
    if known != canonical:
        return 422, {"error": "this key was used for another request"}
    if status is None:
        # Whoever was here before may have died at any point. The reference makes asking the bank again harmless.
        try:
            receipt = bank.charge(f"{len(customer)}:{customer}/{key}", customer, cents)
            status, reply = 201, json.dumps({"receipt": receipt, "cents": cents})
        except Declined:
            status, reply = 402, json.dumps({"error": "declined"})
        except Unavailable:
            return 503, {"error": "the bank gives no answer, try again with the same key"}
        db.execute("UPDATE payments SET status = ?, reply = ? WHERE customer = ? AND key = ?", (status, reply, customer, key))
    return status, json.loads(reply)
