-- One index look-up per stage, each bounded by the limit.
-- name: standings
SELECT wanted.kind, wanted.stage, found.count, oldest.created_at AS oldest_at
  FROM unnest($1::text[], $2::text[]) AS wanted(kind, stage)
 CROSS JOIN LATERAL (
       SELECT count(*) AS count
         FROM (SELECT
                 FROM processes p
                WHERE p.kind = wanted.kind
                  AND p.stage = wanted.stage
                ORDER BY p.id
                LIMIT $3) AS first) AS found
  LEFT JOIN LATERAL (
       SELECT p.created_at
         FROM processes p
        WHERE p.kind = wanted.kind
          AND p.stage = wanted.stage
        ORDER BY p.id
        LIMIT 1) AS oldest ON true;

-- name: unsealed_records
SELECT (SELECT count(*) FROM (SELECT FROM audit_pending LIMIT $1) AS first) AS count,
       (SELECT at
          FROM audit_records
         WHERE id = (SELECT min(record_id) FROM audit_pending)) AS oldest_at;

-- name: cursor_times
SELECT feed, updated_at
  FROM cursors;

-- The time of this moment, not that of the statement's beginning.
-- name: time_now
SELECT clock_timestamp();

-- name: applied_migrations
SELECT name
  FROM schema_migrations;
