-- A claim counts the attempt and sets the end of its lease before the job is returned. All times of jobs are by this
-- server's clock; now() is when the statement began, so a lease never begins later than its claimer believes.
-- The array is built once; a sub-select after IN may run again for every row and exceed its limit.
--
-- Of the oldest and the newest due jobs each lane gives as many as there is room for, and within a lane each investor one
-- before any gets a second: neither a slow provider nor one investor's flood stops the others. The newest are looked at
-- because a flood may be longer than the window.
-- name: claim_jobs
WITH due AS (
    (SELECT id, kind, payload ->> 'subject' AS subject, process_id, due_at
       FROM jobs
      WHERE done_at IS NULL
        AND parked_at IS NULL
        AND due_at <= now()
      ORDER BY due_at
      LIMIT $5)
    UNION
    (SELECT id, kind, payload ->> 'subject' AS subject, process_id, due_at
       FROM jobs
      WHERE done_at IS NULL
        AND parked_at IS NULL
        AND due_at <= now()
      ORDER BY due_at DESC
      LIMIT $5)
), in_lanes AS (
    SELECT due.id, due.due_at, process_id,
           CASE WHEN kind IN ('CreateWallet', 'SendUsdc') THEN 'custodian'
                WHEN kind IN ('OpenOfframpAccount', 'LinkWallet', 'OpenConversion') THEN 'offramp'
                WHEN kind IN ('OpenBrokerAccount', 'JournalFunds', 'WireOut') THEN 'broker'
                WHEN kind IN ('PlaceOrder', 'CancelOrder') THEN 'exchange'
                WHEN kind = 'SendLetter' THEN 'mail'
                WHEN kind <> 'Inquire' THEN 'ours'
                WHEN subject IN ('arrival', 'payment') THEN 'custodian'
                WHEN subject IN ('conversion', 'offramp_account') THEN 'offramp'
                WHEN subject = 'order' THEN 'exchange'
                ELSE 'broker'
           END AS lane
      FROM due
), in_turns AS (
    SELECT d.id, d.due_at, d.lane,
           row_number() OVER (PARTITION BY d.lane, p.investor_id ORDER BY d.due_at) AS turn
      FROM in_lanes d
      LEFT JOIN processes p ON p.id = d.process_id
), in_places AS (
    SELECT id, lane, turn, due_at,
           row_number() OVER (PARTITION BY lane ORDER BY turn, due_at) AS place
      FROM in_turns
)
   UPDATE jobs
      SET attempts = attempts + 1,
          tries = tries + 1,
          due_at = now() + make_interval(secs => $2)
    WHERE id = ANY (ARRAY(SELECT j.id
                            FROM in_places d
                            JOIN jobs j ON j.id = d.id
                            LEFT JOIN unnest($3::text[], $4::integer[]) AS w(lane, room) ON w.lane = d.lane
                           WHERE d.place <= coalesce(w.room, $1)
                             AND j.done_at IS NULL
                             AND j.parked_at IS NULL
                             AND j.due_at <= now()
                           ORDER BY d.turn, d.due_at
                           LIMIT $1
                             FOR UPDATE OF j SKIP LOCKED))
RETURNING id, kind, payload, attempts, tries, created_at, trace, sent_at,
          extract(epoch FROM now() - sent_at)::float8 AS sent_s;

-- The check of the lease and the note of the time are one: a later claimer knows of every request that was sent.
-- name: mark_job_sent
   UPDATE jobs
      SET sent_at = now()
    WHERE id = $1
      AND attempts = $2
      AND done_at IS NULL
      AND parked_at IS NULL
      AND due_at > now()
RETURNING id;

-- name: unmark_job_sent
UPDATE jobs
   SET sent_at = $3
 WHERE id = $1
   AND attempts = $2;

-- name: postpone_job
   UPDATE jobs
      SET due_at = CASE WHEN done_at IS NULL THEN now() + make_interval(secs => $3) ELSE due_at END,
          tries = CASE WHEN $5 THEN 0 ELSE tries END,
          last_error = CASE WHEN done_at IS NULL THEN $4 ELSE last_error END
    WHERE id = $1
      AND attempts = $2
RETURNING id;

-- name: park_job
   UPDATE jobs
      SET parked_at = CASE WHEN done_at IS NULL THEN now() END,
          last_error = CASE WHEN done_at IS NULL THEN $3 ELSE last_error END
    WHERE id = $1
      AND attempts = $2
RETURNING id;

-- name: parked_jobs
SELECT id, kind, process_id, attempts, created_at, parked_at, coalesce(last_error, '') AS reason
  FROM jobs
 WHERE done_at IS NULL
   AND parked_at IS NOT NULL
 ORDER BY parked_at, id
 LIMIT $1;

-- name: count_parked_jobs
SELECT count(*) AS count,
       coalesce(extract(epoch FROM now() - min(parked_at)), 0)::float8 AS oldest_s
  FROM (SELECT parked_at
          FROM jobs
         WHERE done_at IS NULL
           AND parked_at IS NOT NULL
         ORDER BY parked_at, id
         LIMIT $1) AS first;

-- name: due_jobs
SELECT count(*) AS count,
       coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS oldest_s
  FROM (SELECT due_at
          FROM jobs
         WHERE done_at IS NULL
           AND parked_at IS NULL
           AND due_at <= now()
         ORDER BY due_at
         LIMIT $1) AS first;

-- name: messages_by_id
SELECT m.source, m.id, m.body, m.headers
  FROM unnest($1::text[], $2::text[]) AS wanted(source, id)
  JOIN messages m USING (source, id);
