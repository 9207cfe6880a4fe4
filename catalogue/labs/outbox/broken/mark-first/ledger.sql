CREATE TABLE IF NOT EXISTS balances (
    customer TEXT PRIMARY KEY,
    cents INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS applied (
    event_id TEXT PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS progress (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    position INTEGER NOT NULL
);
