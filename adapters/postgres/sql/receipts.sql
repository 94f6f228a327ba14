-- name: find_receipt
SELECT scope, key, fingerprint, status, headers, body, expires_at
  FROM idempotency_keys
 WHERE scope = $1
   AND key = $2
   AND expires_at > $3;

-- name: sweep_receipts
DELETE FROM idempotency_keys
 WHERE (scope, key) IN (SELECT scope, key
                          FROM idempotency_keys
                         WHERE expires_at <= $1
                         ORDER BY expires_at
                         LIMIT $2
                           FOR UPDATE SKIP LOCKED);
