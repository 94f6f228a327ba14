-- name: find_receipt
SELECT scope, key, fingerprint, status, headers, body, expires_at
  FROM idempotency_keys
 WHERE scope = $1
   AND key = $2
   AND expires_at > $3;

-- By ctid, from an array that is built once: these rows are never updated, so their ctid does not change.
-- name: sweep_receipts
DELETE FROM idempotency_keys
 WHERE ctid = ANY (ARRAY(SELECT ctid
                           FROM idempotency_keys
                          WHERE expires_at <= $1
                          ORDER BY expires_at
                          LIMIT $2
                            FOR UPDATE SKIP LOCKED));
