CREATE OR REPLACE FUNCTION put_jobs(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- One reference, one job, however often it is ordered.
    INSERT INTO jobs (id, kind, payload, process_id, due_at, created_at, trace)
    SELECT j.id, j.kind, j.payload, j.process_id, j.due_at, j.at, j.trace
      FROM jsonb_to_recordset(rows -> 'jobs')
        AS j(id text, kind text, payload jsonb, process_id uuid, due_at timestamptz, at timestamptz,
             trace text)
     ORDER BY j.id
        ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION end_jobs(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE jobs
       SET done_at = over.at
      FROM (SELECT d.id, d.at
              FROM jsonb_to_recordset(rows -> 'done') AS d(id text, at timestamptz)
             UNION ALL
            SELECT j.id, e.at
              FROM jsonb_to_recordset(rows -> 'ended') AS e(id uuid, at timestamptz)
              JOIN jobs AS j ON j.process_id = e.id
             WHERE j.kind IN ('Inquire', 'WatchDeadline')
               AND j.done_at IS NULL
             ORDER BY id) AS over
     WHERE jobs.id = over.id;
END $$;
