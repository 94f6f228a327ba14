-- A claim counts the attempt and sets the end of its lease before the job is returned.
-- The array is built once; a sub-select after IN may run again for every row and exceed its limit.
-- name: claim_jobs
   UPDATE jobs
      SET attempts = attempts + 1,
          due_at = $3
    WHERE id = ANY (ARRAY(SELECT id
                            FROM jobs
                           WHERE done_at IS NULL
                             AND due_at <= $2
                           ORDER BY due_at
                           LIMIT $1
                             FOR UPDATE SKIP LOCKED))
RETURNING id, kind, payload, attempts, created_at, trace;

-- name: postpone_job
UPDATE jobs
   SET due_at = $2,
       last_error = $3
 WHERE id = $1
   AND done_at IS NULL;

-- name: next_due_job
SELECT min(due_at)
  FROM jobs
 WHERE done_at IS NULL;

-- name: count_due_jobs
SELECT count(*)
  FROM (SELECT
          FROM jobs
         WHERE done_at IS NULL
           AND due_at <= $1
         LIMIT $2) AS first;

-- name: messages_by_id
SELECT m.source, m.id, m.body, m.headers
  FROM unnest($1::text[], $2::text[]) AS wanted(source, id)
  JOIN messages m USING (source, id);
