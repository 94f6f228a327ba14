-- Leases and due times by this server's clock, and ends that name the attempt they belong to. The release before says
-- when a job is due (`due_at`) and names no attempt; both are still taken.

CREATE OR REPLACE FUNCTION put_jobs(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- One reference, one job, however often it is ordered.
    INSERT INTO jobs (id, kind, payload, process_id, due_at, created_at, trace)
    SELECT j.id, j.kind, j.payload, j.process_id,
           coalesce(j.due_at, now() + make_interval(secs => j.delay_s)), j.at, j.trace
      FROM jsonb_to_recordset(rows -> 'jobs')
        AS j(id text, kind text, payload jsonb, process_id uuid, due_at timestamptz,
             delay_s float8, at timestamptz, trace text)
     ORDER BY j.id
        ON CONFLICT DO NOTHING;
END $$;

-- What is done, and what nobody needs to ask any more.
CREATE OR REPLACE FUNCTION end_jobs(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE jobs
       SET done_at = over.at
      FROM (SELECT d.id, d.at, d.attempt
              FROM jsonb_to_recordset(rows -> 'done') AS d(id text, at timestamptz, attempt integer)
             UNION ALL
            SELECT j.id, e.at, NULL
              FROM jsonb_to_recordset(rows -> 'ended') AS e(id uuid, at timestamptz)
              JOIN jobs AS j ON j.process_id = e.id
             WHERE j.kind IN ('Inquire', 'WatchDeadline')
               AND j.done_at IS NULL
             ORDER BY id) AS over
     WHERE jobs.id = over.id
       AND (over.attempt IS NULL OR over.attempt = jobs.attempts);

    -- A claim made meanwhile holds the row's lock, so the statement above has waited for its commit.
    IF EXISTS (SELECT
                 FROM jsonb_to_recordset(rows -> 'done') AS d(id text, attempt integer)
                 LEFT JOIN jobs ON jobs.id = d.id
                WHERE d.attempt IS NOT NULL
                  AND d.attempt IS DISTINCT FROM jobs.attempts) THEN
        RAISE EXCEPTION 'the job was claimed again'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lease_held';
    END IF;
END $$;
