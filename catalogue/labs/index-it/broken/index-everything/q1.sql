-- The last 20 orders of a customer ($1, integer) since a time ($2, timestamptz), the newest first.
SELECT id, created_at, cents
FROM orders
WHERE customer = $1 AND created_at >= $2
ORDER BY created_at DESC, id DESC
LIMIT 20
