CREATE TABLE IF NOT EXISTS payments (
    customer TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    status INTEGER,
    reply TEXT,
    PRIMARY KEY (customer, key)
);
