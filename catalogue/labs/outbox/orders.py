"""The orders of a seed: 12 of 5 customers, 2 of them again later, and 2 that are not valid."""

import random


def draw(*names):
    rng = random.Random("/".join(["outbox", *map(str, names)]))
    customers = [f"customer-{rng.getrandbits(16):04x}" for _ in range(5)]
    orders = [
        {"order_id": f"{rng.getrandbits(32):08x}", "customer": customer, "cents": rng.randint(100, 20_000)}
        for customer in customers + rng.choices(customers, k=7)
    ]
    rng.shuffle(orders)
    lines = list(orders)
    for order in rng.sample(orders[:6], 2):
        lines.insert(rng.randint(7, len(lines)), order)
    for cents in (0, -rng.randint(1, 500)):
        bad = {"order_id": f"{rng.getrandbits(32):08x}", "customer": rng.choice(customers), "cents": cents}
        lines.insert(rng.randint(0, len(lines)), bad)
    return lines
