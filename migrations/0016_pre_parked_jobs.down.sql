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

DROP INDEX jobs_parked;
ALTER TABLE jobs DROP COLUMN parked_at;
ALTER TABLE jobs DROP COLUMN tries;
