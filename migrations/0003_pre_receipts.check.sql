-- before: there are no receipts
SELECT to_regclass('idempotency_keys') IS NULL;

-- after: no receipt expires before it was made
SELECT NOT EXISTS (SELECT FROM idempotency_keys WHERE expires_at < created_at);
