-- The trace that a process is in, and the one in which a job was ordered: W3C's traceparent, then any
-- baggage. The first trace of a process is its trace. Rows without one are older, or were written while
-- nothing was traced.

ALTER TABLE processes ADD COLUMN trace text;
ALTER TABLE jobs ADD COLUMN trace text;

CREATE OR REPLACE FUNCTION write_processes(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    expected integer;
    changed  integer;
BEGIN
    -- Locked in the order of their ids.
    PERFORM
       FROM processes
      WHERE id IN (SELECT (p ->> 'id')::uuid
                     FROM unnest(units) AS u, jsonb_array_elements(u -> 'processes') AS p
                    WHERE (p ->> 'version')::integer > 1)
      ORDER BY id
        FOR NO KEY UPDATE;

    SELECT count(*) INTO expected
      FROM unnest(units) AS u, jsonb_array_elements(u -> 'processes');

    INSERT INTO processes (id, kind, investor_id, group_id, stage, version, state,
                           created_at, updated_at, trace)
    SELECT p.id, p.kind, p.investor_id, p.group_id, p.stage_after, 1, p.state, p.at, p.at,
           p.trace
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'processes')
        AS p(id uuid, kind text, investor_id text, group_id uuid, stage_after text,
             version integer, state jsonb, at timestamptz, trace text)
     WHERE p.version = 1;
    GET DIAGNOSTICS changed = ROW_COUNT;
    expected := expected - changed;

    UPDATE processes AS old
       SET stage = p.stage_after, version = p.version, state = p.state, updated_at = p.at,
           trace = coalesce(old.trace, p.trace)
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'processes')
        AS p(id uuid, stage_after text, version integer, state jsonb, at timestamptz,
             trace text)
     WHERE old.id = p.id
       AND p.version > 1
       AND old.version = p.version - 1;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> expected THEN
        RAISE EXCEPTION 'a process has moved on'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'stale_version';
    END IF;

    INSERT INTO process_steps (process_id, version, at, fact, detail, stage_before, stage_after,
                               cause)
    SELECT p.id, p.version, p.at, p.fact, p.detail, p.stage_before, p.stage_after, p.cause
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'processes')
        AS p(id uuid, version integer, at timestamptz, fact text, detail jsonb,
             stage_before text, stage_after text, cause text);
END $$;

CREATE OR REPLACE FUNCTION write_jobs(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- One reference, one job, however often it is ordered.
    INSERT INTO jobs (id, kind, payload, process_id, due_at, created_at, trace)
    SELECT j.id, j.kind, j.payload, j.process_id, j.due_at, j.at, j.trace
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'jobs')
        AS j(id text, kind text, payload jsonb, process_id uuid, due_at timestamptz, at timestamptz,
             trace text)
        ON CONFLICT DO NOTHING;
END $$;
