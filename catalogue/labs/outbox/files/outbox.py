"""A shop that tells a ledger of its orders. Today's version."""

import json


def place(db, order):
    if order["cents"] < 1:
        raise ValueError("cents must be a whole number above 0")
    known = db.execute("SELECT 1 FROM orders WHERE order_id = ?", (order["order_id"],)).fetchone()
    if known:
        return
    db.execute("INSERT INTO orders VALUES (?, ?, ?)", (order["order_id"], order["customer"], order["cents"]))
    db.execute("INSERT INTO events VALUES (?, ?, 0)", ("order-placed/" + order["order_id"], json.dumps(order)))


def relay(db, broker):
    rows = db.execute("SELECT event_id, body FROM events WHERE sent = 0").fetchall()
    for event_id, body in rows:
        db.execute("UPDATE events SET sent = 1 WHERE event_id = ?", (event_id,))
        broker.publish(event_id, body)
    return len(rows)


def consume(ledger, broker):
    row = ledger.execute("SELECT position FROM progress").fetchone()
    position, count = row[0] if row else 0, 0
    while messages := broker.read(position, 10):
        for position, event_id, body in messages:
            order = json.loads(body)
            ledger.execute(
                "INSERT INTO balances VALUES (?, ?) ON CONFLICT DO UPDATE SET cents = cents + excluded.cents",
                (order["customer"], order["cents"]),
            )
            ledger.execute("INSERT INTO progress VALUES (1, ?) ON CONFLICT DO UPDATE SET position = excluded.position", (position,))
            count += 1
    return count
