-- The one door. A unit is a JSON document with a list of rows for each table it writes; many units are
-- written by the same few set-based statements, so that concurrent writers share one transaction and one
-- flush. A statement is run only when some unit has rows for it.

CREATE FUNCTION write_processes(units jsonb[]) RETURNS void
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
                           created_at, updated_at)
    SELECT p.id, p.kind, p.investor_id, p.group_id, p.stage_after, 1, p.state, p.at, p.at
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'processes')
        AS p(id uuid, kind text, investor_id text, group_id uuid, stage_after text,
             version integer, state jsonb, at timestamptz)
     WHERE p.version = 1;
    GET DIAGNOSTICS changed = ROW_COUNT;
    expected := expected - changed;

    UPDATE processes AS old
       SET stage = p.stage_after, version = p.version, state = p.state, updated_at = p.at
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'processes')
        AS p(id uuid, stage_after text, version integer, state jsonb, at timestamptz)
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

CREATE FUNCTION write_entries(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO entries (key, template, process_id, at)
    SELECT e.key, e.template, e.process_id, e.at
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'entries')
        AS e(key text, template text, process_id uuid, at timestamptz);

    INSERT INTO postings (entry_key, line, debit, credit, asset, amount)
    SELECT p.entry_key, p.line, p.debit, p.credit, p.asset, p.amount
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'postings')
        AS p(entry_key text, line smallint, debit text, credit text, asset text, amount bigint);
END $$;

CREATE FUNCTION write_jobs(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- One reference, one job, however often it is ordered.
    INSERT INTO jobs (id, kind, payload, process_id, due_at, created_at)
    SELECT j.id, j.kind, j.payload, j.process_id, j.due_at, j.at
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'jobs')
        AS j(id text, kind text, payload jsonb, process_id uuid, due_at timestamptz, at timestamptz)
        ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION write_units(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    tables text[];
BEGIN
    SELECT array_agg(DISTINCT t) INTO tables
      FROM unnest(units) AS u, jsonb_object_keys(u) AS t;

    IF 'receipts' = ANY (tables) THEN
        -- First, so that a repeated request is told so whatever else has happened since.
        DELETE FROM idempotency_keys AS old
         USING unnest(units) AS u,
               jsonb_to_recordset(u -> 'receipts') AS r(scope text, key text, at timestamptz)
         WHERE old.scope = r.scope AND old.key = r.key AND old.expires_at <= r.at;

        INSERT INTO idempotency_keys (scope, key, fingerprint, status, headers, body, created_at,
                                      expires_at)
        SELECT r.scope, r.key, r.fingerprint, r.status, r.headers, decode(r.body, 'base64'), r.at,
               r.expires_at
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'receipts')
            AS r(scope text, key text, fingerprint jsonb, status smallint, headers jsonb, body text,
                 at timestamptz, expires_at timestamptz);
    END IF;
    IF 'processes' = ANY (tables) THEN
        PERFORM write_processes(units);
    END IF;
    IF 'names' = ANY (tables) THEN
        INSERT INTO provider_names (namespace, value, process_id)
        SELECT n.namespace, n.value, n.process_id
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'names') AS n(namespace text, value text, process_id uuid);
    END IF;
    IF 'entries' = ANY (tables) THEN
        PERFORM write_entries(units);
    END IF;
    IF 'messages' = ANY (tables) THEN
        -- A message that was taken in before is not an error; its job exists already.
        INSERT INTO messages (source, id, body, headers, received_at)
        SELECT m.source, m.id, decode(m.body, 'base64'), m.headers, m.at
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'messages')
            AS m(source text, id text, body text, headers jsonb, at timestamptz)
            ON CONFLICT DO NOTHING;
    END IF;
    IF 'jobs' = ANY (tables) THEN
        PERFORM write_jobs(units);
    END IF;
    IF 'ended' = ANY (tables) THEN
        -- Nobody needs to ask any more.
        UPDATE jobs
           SET done_at = e.at
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'ended') AS e(id uuid, at timestamptz)
         WHERE jobs.process_id = e.id
           AND jobs.kind IN ('Inquire', 'WatchDeadline')
           AND jobs.done_at IS NULL;
    END IF;
    IF 'investors' = ANY (tables) THEN
        INSERT INTO investors (id, email, password_hash, created_at)
        SELECT i.id, i.email, i.password_hash, i.created_at
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'investors')
            AS i(id uuid, email text, password_hash text, created_at timestamptz);
    END IF;
    IF 'audit' = ANY (tables) THEN
        INSERT INTO audit_records (at, kind, subject, actor, about, request_id, ip, detail)
        SELECT a.at, a.kind, a.subject, a.actor, a.about, a.request_id, a.ip, a.detail
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'audit')
            AS a(at timestamptz, kind text, subject text, actor text, about uuid, request_id text,
                 ip text, detail jsonb);
    END IF;
    IF 'done' = ANY (tables) THEN
        UPDATE jobs
           SET done_at = d.at
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'done') AS d(id text, at timestamptz)
         WHERE jobs.id = d.id;
    END IF;
END $$;

-- Commit many units; answer for each with '' or with why the books refuse it: the rule's name, or the
-- SQLSTATE of a rule without one, such as NOT NULL. They are written together if nothing is refused,
-- else one by one, so that one unit's refusal never takes another with it.
CREATE FUNCTION commit_units(units jsonb[]) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    outcomes   text[] := '{}';
    unit       jsonb;
    constraint_name text;
BEGIN
    BEGIN
        PERFORM write_units(units);
        RETURN array_fill(''::text, ARRAY[cardinality(units)]);
    EXCEPTION WHEN integrity_constraint_violation OR unique_violation OR check_violation THEN
        GET STACKED DIAGNOSTICS constraint_name = CONSTRAINT_NAME;
        IF cardinality(units) = 1 THEN
            RETURN ARRAY[coalesce(nullif(constraint_name, ''), SQLSTATE)];
        END IF;
    END;
    FOREACH unit IN ARRAY units LOOP
        BEGIN
            PERFORM write_units(ARRAY[unit]);
            outcomes := outcomes || ''::text;
        EXCEPTION WHEN integrity_constraint_violation OR unique_violation OR check_violation THEN
            GET STACKED DIAGNOSTICS constraint_name = CONSTRAINT_NAME;
            outcomes := outcomes || coalesce(nullif(constraint_name, ''), SQLSTATE::text);
        END;
    END LOOP;
    RETURN outcomes;
END $$;
