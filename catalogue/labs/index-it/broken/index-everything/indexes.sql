CREATE INDEX ON orders (customer, created_at, id);
CREATE INDEX ON orders (state, created_at);
CREATE INDEX ON orders (created_at);
