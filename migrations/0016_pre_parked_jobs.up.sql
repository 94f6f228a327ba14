-- A job that cannot be done is parked: unfinished, not claimed, and seen. `tries` counts its attempts since it was
-- ordered, progressed or was resumed; `attempts` only grows, as it is the fence of a claim.

ALTER TABLE jobs ADD COLUMN tries integer NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN parked_at timestamptz;

CREATE INDEX jobs_parked ON jobs (parked_at, id) WHERE done_at IS NULL AND parked_at IS NOT NULL;

-- The release before parks a message by a due time in a hundred years.
UPDATE jobs
   SET parked_at = now()
 WHERE done_at IS NULL
   AND last_error LIKE 'MessageParked%';

CREATE OR REPLACE FUNCTION put_jobs(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    resumed integer;
BEGIN
    -- One reference, one job, however often it is ordered. A look-up is no effect: when a process waits for the same
    -- thing a second time, its look-up begins again.
    INSERT INTO jobs AS old (id, kind, payload, process_id, due_at, created_at, trace)
    SELECT DISTINCT ON (j.id) j.id, j.kind, j.payload, j.process_id,
           coalesce(j.due_at, now() + make_interval(secs => j.delay_s)), j.at, j.trace
      FROM jsonb_to_recordset(rows -> 'jobs')
        AS j(id text, kind text, payload jsonb, process_id uuid, due_at timestamptz,
             delay_s float8, at timestamptz, trace text, resumes boolean)
     WHERE j.resumes IS NOT TRUE
     ORDER BY j.id
        ON CONFLICT (id) DO UPDATE
       SET done_at = NULL, parked_at = NULL, tries = 0, payload = excluded.payload, due_at = excluded.due_at
     WHERE old.kind = 'Inquire'
       AND (old.done_at IS NOT NULL OR old.parked_at IS NOT NULL);

    UPDATE jobs
       SET parked_at = NULL, tries = 0, due_at = now()
      FROM jsonb_to_recordset(rows -> 'jobs') AS j(id text, resumes boolean)
     WHERE jobs.id = j.id
       AND j.resumes
       AND jobs.parked_at IS NOT NULL
       AND jobs.done_at IS NULL;
    GET DIAGNOSTICS resumed = ROW_COUNT;
    IF resumed <> (SELECT count(*)
                     FROM jsonb_to_recordset(rows -> 'jobs') AS j(resumes boolean)
                    WHERE j.resumes) THEN
        RAISE EXCEPTION 'there is no such parked job'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_parked';
    END IF;
END $$;
