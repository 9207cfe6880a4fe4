SELECT count(*) AS held, coalesce(sum(cents), 0) AS cents
FROM orders
WHERE state = 'held'
    AND created_at >= $1::timestamp AT TIME ZONE 'UTC'
    AND created_at < ($1 + 1)::timestamp AT TIME ZONE 'UTC'
