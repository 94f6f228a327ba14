-- name: processes_by_id
SELECT id::text, kind, state, version, trace
  FROM processes
 WHERE id = ANY ($1::uuid[]);

-- name: processes_by_name
SELECT n.namespace, n.value, p.kind, p.state, p.version, p.trace
  FROM unnest($1::text[], $2::text[]) AS wanted(namespace, value)
  JOIN provider_names n USING (namespace, value)
  JOIN processes p ON p.id = n.process_id;

-- name: processes_of_investor
SELECT kind, state, version, trace
  FROM processes
 WHERE investor_id = $1
   AND kind = $2
   AND ($3::text IS NULL OR stage = $3)
   AND ($4::uuid IS NULL OR id < $4::uuid)
 ORDER BY id DESC
 LIMIT $5;

-- name: processes_of_group
SELECT kind, state, version, trace
  FROM processes
 WHERE group_id = $1::uuid
 ORDER BY id
 LIMIT 100;

-- The message in the WAL is for units that change nothing, such as a message that was received before: see find_receipt.
-- name: commit_units
SELECT commit_rows($1::jsonb), pg_logical_emit_message(true, 'stack', '');

-- name: trail_steps
SELECT version, at, fact, detail, stage_before, stage_after, cause
  FROM process_steps
 WHERE process_id = $1::uuid
 ORDER BY version;

-- name: trail_postings
SELECT e.seq, e.key, e.template, e.at, p.debit, p.credit, p.asset, p.amount
  FROM entries e
  JOIN postings p ON p.entry_key = e.key
 WHERE e.process_id = $1::uuid
 ORDER BY e.seq, p.line;

-- name: trail_jobs
SELECT id, kind, attempts, created_at, done_at, last_error
  FROM jobs
 WHERE process_id = $1::uuid
   AND kind NOT IN ('Inquire', 'WatchDeadline')
 ORDER BY created_at, id;
