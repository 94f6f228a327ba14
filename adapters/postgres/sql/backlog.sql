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

-- The oldest of each stage; the age of a stage is that of the step that led into it.
-- name: overdue
SELECT w.kind, w.stage, p.id
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS w(kind, stage, before)
 CROSS JOIN LATERAL (
       SELECT q.id
         FROM processes q
        WHERE q.kind = w.kind
          AND q.stage = w.stage
        ORDER BY q.id
        LIMIT $4) AS p
 WHERE (SELECT max(s.at)
          FROM process_steps s
         WHERE s.process_id = p.id
           AND s.stage_after = w.stage
           AND s.stage_before IS DISTINCT FROM s.stage_after) < w.before
 LIMIT $5;

-- name: unattended
SELECT w.kind, w.stage, p.id
  FROM unnest($1::text[], $2::text[]) AS w(kind, stage)
 CROSS JOIN LATERAL (
       SELECT q.id, q.updated_at
         FROM processes q
        WHERE q.kind = w.kind
          AND q.stage = w.stage
        ORDER BY q.id
        LIMIT $4) AS p
 WHERE p.updated_at < $3
   AND NOT EXISTS (SELECT
                     FROM jobs j
                    WHERE j.process_id = p.id
                      AND j.done_at IS NULL
                      AND j.parked_at IS NULL)
 LIMIT $5;

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
