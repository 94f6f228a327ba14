-- A record is visible before a synchronous standby has it if the wait for the standby was given up. The message
-- in the WAL makes this transaction wait for the standby, too, so that nothing is answered that could be lost.
-- name: find_receipt
SELECT scope, key, fingerprint, status, headers, body, expires_at,
       pg_logical_emit_message(true, 'stack', '') AS replicated_at
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
