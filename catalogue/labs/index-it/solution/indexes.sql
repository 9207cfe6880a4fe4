CREATE INDEX orders_by_customer ON orders (customer, created_at, id);
CREATE INDEX orders_held ON orders (created_at) WHERE state = 'held';
