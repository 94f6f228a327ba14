-- before: no refused delivery is kept
SELECT to_regclass('refused_deliveries') IS NULL;

-- after: what is kept of a delivery is no more than its size
SELECT NOT EXISTS (SELECT FROM refused_deliveries WHERE octet_length(body) > size);
