"""A shop that tells a ledger of its orders, whatever is killed."""

import json


def transaction(db, work):
    db.execute("BEGIN IMMEDIATE")
    try:
        work()
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def place(db, order):
    if type(order["cents"]) is not int or order["cents"] < 1:
        raise ValueError("cents must be a whole number above 0")

    def write():
        row = (order["order_id"], order["customer"], order["cents"])
        if db.execute("INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row).rowcount:
            db.execute("INSERT INTO outbox (event_id, body) VALUES (?, ?)", ("order-placed/" + order["order_id"], json.dumps(order)))

    transaction(db, write)


def relay(db, broker):
    count = 0
    while rows := db.execute("SELECT place, event_id, body FROM outbox WHERE sent = 0 ORDER BY place LIMIT 50").fetchall():
        db.execute("BEGIN IMMEDIATE")
        for place, event_id, body in rows:
            broker.publish(event_id, body)
            db.execute("UPDATE outbox SET sent = 1 WHERE place = ?", (place,))
            count += 1
        db.execute("COMMIT")
    return count


def consume(ledger, broker):
    row = ledger.execute("SELECT position FROM progress").fetchone()
    position, count = row[0] if row else 0, 0
    while messages := broker.read(position, 10):
        for position, event_id, body in messages:
            transaction(ledger, lambda: apply(ledger, position, event_id, json.loads(body)))
            count += 1
    return count


def apply(ledger, position, event_id, order):
    if ledger.execute("INSERT INTO applied VALUES (?) ON CONFLICT DO NOTHING", (event_id,)).rowcount:
        ledger.execute(
            "INSERT INTO balances VALUES (?, ?) ON CONFLICT DO UPDATE SET cents = cents + excluded.cents",
            (order["customer"], order["cents"]),
        )
    ledger.execute("INSERT INTO progress VALUES (1, ?) ON CONFLICT DO UPDATE SET position = excluded.position", (position,))
