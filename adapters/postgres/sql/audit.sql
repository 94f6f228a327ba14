-- name: audit_head
SELECT number, first_id, last_id, count, previous_hash, hash, sealed_at
  FROM audit_blocks
 ORDER BY number DESC
 LIMIT 1;

-- name: audit_waiting
SELECT r.id, r.at, r.kind, r.subject, r.actor, r.about::text, r.request_id, r.ip, r.detail
  FROM audit_pending p
  JOIN audit_records r ON r.id = p.record_id
 ORDER BY p.record_id
 LIMIT $1;

-- Writes the whole block or nothing. Of two sealers of the same block, one violates a unique constraint.
-- name: add_audit_block
WITH block AS (
    INSERT INTO audit_blocks (number, first_id, last_id, count, previous_hash, hash, sealed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
), seals AS (
    INSERT INTO audit_seals (record_id, block, digest)
    SELECT s.record_id, $1, s.digest
      FROM unnest($8::bigint[], $9::text[]) AS s(record_id, digest)
)
DELETE FROM audit_pending
 WHERE record_id = ANY ($8::bigint[]);

-- name: audit_blocks_after
SELECT number, first_id, last_id, count, previous_hash, hash, sealed_at
  FROM audit_blocks
 WHERE number > $1
 ORDER BY number
 LIMIT $2;

-- name: audit_seals_of_blocks
SELECT s.block, s.record_id, s.digest, r.id, r.at, r.kind, r.subject, r.actor, r.about::text,
       r.request_id, r.ip, r.detail
  FROM audit_seals s
  LEFT JOIN audit_records r ON r.id = s.record_id
 WHERE s.block BETWEEN $1 AND $2
 ORDER BY s.block, s.record_id;

-- name: last_audit_block_before
SELECT coalesce(max(number), 0)
  FROM audit_blocks
 WHERE sealed_at < $1;

-- name: audit_unsealed
SELECT count(*) AS count, min(r.at) AS oldest_at
  FROM audit_records r
 WHERE NOT EXISTS (SELECT
                     FROM audit_seals s
                    WHERE s.record_id = r.id);
