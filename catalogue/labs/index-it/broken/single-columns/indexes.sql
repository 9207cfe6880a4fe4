CREATE INDEX ON orders (customer);
CREATE INDEX ON orders (created_at);
