-- How many orders of a day ($1, date, in UTC) are held, and what they come to.
SELECT count(*) AS held, coalesce(sum(cents), 0) AS cents
FROM orders
WHERE state = 'held' AND date_trunc('day', created_at AT TIME ZONE 'UTC') = $1
