"""The data and the brief of a seed."""

import random

ROWS = 60_000


def draw(seed):
    """The numbers to predict from; not those of the table in the lab."""
    rng = random.Random(f"index-it/{seed}/brief")
    return {
        "seed": seed,
        "rows": rng.choice([2, 3, 4, 5, 6]) * 1_000_000,
        "bytes_per_row": rng.choice([96, 120, 150, 180]),
        "bytes_per_index_entry": rng.choice([20, 24, 28]),
        "page_bytes": 8192,
    }


def exact(brief):
    pages = brief["rows"] * brief["bytes_per_row"] / brief["page_bytes"]
    fan, levels, reach = brief["page_bytes"] // brief["bytes_per_index_entry"], 1, brief["page_bytes"] // brief["bytes_per_index_entry"]
    while reach < brief["rows"]:
        levels, reach = levels + 1, reach * fan
    return {"pages_full_scan": pages, "pages_one_lookup": levels + 1}


def data(seed):
    """The SQL that makes the table."""
    rng = random.Random(f"index-it/{seed}/data")
    held = rng.uniform(0.004, 0.007)
    return f"""
DO $$ BEGIN PERFORM setseed({rng.uniform(-1, 1):.6f}); END $$;
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL,
    state TEXT NOT NULL,
    cents INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    note TEXT NOT NULL
);
INSERT INTO orders
SELECT i, 1 + floor(500 * power(random(), 2))::integer,
    CASE WHEN random() < {held:.5f} THEN 'held' WHEN random() < 0.9 THEN 'paid' ELSE 'open' END,
    100 + floor(random() * 20000)::integer,
    timestamptz '2026-01-01 00:00:00+00' + random() * interval '90 days',
    repeat('x', 20 + (i % 40))
FROM generate_series(1, {ROWS}) AS i;
ANALYZE orders;
"""
