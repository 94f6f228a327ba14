-- The one door, once more: the rows of many units are one JSON document, with a list for each table, and each
-- list is read once. They are written together or not at all; who called takes a batch that is refused apart, each
-- part in a transaction of its own. `commit_units`, which the release before this one calls, does so within one
-- transaction, and so keeps what it has locked while it waits for the next lock: two of them can wait for each
-- other. It goes with a later migration.
--
-- Rows of one table are written in the order of their keys: who waits for each other's rows does so in one direction.
-- Not so entries, which are numbered in the order of the act; only a step of one process can write any of them twice,
-- and its row is locked by then.

CREATE FUNCTION put_receipts(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM idempotency_keys AS old
     USING jsonb_to_recordset(rows -> 'receipts') AS r(scope text, key text, at timestamptz)
     WHERE old.scope = r.scope AND old.key = r.key AND old.expires_at <= r.at;

    INSERT INTO idempotency_keys (scope, key, fingerprint, status, headers, body, created_at, expires_at)
    SELECT r.scope, r.key, r.fingerprint, r.status, r.headers, decode(r.body, 'base64'), r.at,
           r.expires_at
      FROM jsonb_to_recordset(rows -> 'receipts')
        AS r(scope text, key text, fingerprint jsonb, status smallint, headers jsonb, body text,
             at timestamptz, expires_at timestamptz)
     ORDER BY r.scope, r.key;
END $$;

CREATE FUNCTION put_processes(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    expected integer := jsonb_array_length(rows -> 'processes');
    changed  integer;
BEGIN
    PERFORM
       FROM processes
      WHERE id IN (SELECT p.id
                     FROM jsonb_to_recordset(rows -> 'processes') AS p(id uuid, version integer)
                    WHERE p.version > 1)
      ORDER BY id
        FOR NO KEY UPDATE;

    INSERT INTO processes (id, kind, investor_id, group_id, stage, version, state,
                           created_at, updated_at, trace)
    SELECT p.id, p.kind, p.investor_id, p.group_id, p.stage_after, 1, p.state, p.at, p.at,
           p.trace
      FROM jsonb_to_recordset(rows -> 'processes')
        AS p(id uuid, kind text, investor_id text, group_id uuid, stage_after text,
             version integer, state jsonb, at timestamptz, trace text)
     WHERE p.version = 1
     ORDER BY p.id;
    GET DIAGNOSTICS changed = ROW_COUNT;
    expected := expected - changed;

    UPDATE processes AS old
       SET stage = p.stage_after, version = p.version, state = p.state, updated_at = p.at,
           trace = coalesce(old.trace, p.trace)
      FROM jsonb_to_recordset(rows -> 'processes')
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
      FROM jsonb_to_recordset(rows -> 'processes')
        AS p(id uuid, version integer, at timestamptz, fact text, detail jsonb,
             stage_before text, stage_after text, cause text);
END $$;

CREATE FUNCTION put_entries(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO entries (key, template, process_id, at)
    SELECT e.key, e.template, e.process_id, e.at
      FROM jsonb_to_recordset(rows -> 'entries')
        AS e(key text, template text, process_id uuid, at timestamptz);

    INSERT INTO postings (entry_key, line, debit, credit, asset, amount)
    SELECT p.entry_key, p.line, p.debit, p.credit, p.asset, p.amount
      FROM jsonb_to_recordset(rows -> 'postings')
        AS p(entry_key text, line smallint, debit text, credit text, asset text, amount bigint);
END $$;

CREATE FUNCTION put_messages(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- A message that was taken in before is not an error; its job exists already.
    INSERT INTO messages (source, id, body, headers, received_at)
    SELECT m.source, m.id, decode(m.body, 'base64'), m.headers, m.at
      FROM jsonb_to_recordset(rows -> 'messages')
        AS m(source text, id text, body text, headers jsonb, at timestamptz)
     ORDER BY m.source, m.id
        ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION put_jobs(rows jsonb) RETURNS void
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

-- What is done, and what nobody needs to ask any more.
CREATE FUNCTION end_jobs(rows jsonb) RETURNS void
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

CREATE FUNCTION put_usage(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    least bigint;
BEGIN
    WITH changes AS (
        SELECT g.investor_id, g.activity, g.period,
               sum(g.amount)::bigint AS amount, min(g.allowed) AS allowed
          FROM jsonb_to_recordset(rows -> 'usage')
            AS g(investor_id text, activity text, period text, amount bigint, allowed bigint)
         GROUP BY g.investor_id, g.period, g.activity
         ORDER BY g.investor_id, g.period, g.activity
    ), changed AS (
        INSERT INTO limit_usage AS old (investor_id, activity, period, used, allowed)
        SELECT investor_id, activity, period, amount, allowed FROM changes
            ON CONFLICT (investor_id, period, activity)
            DO UPDATE SET used = old.used + excluded.used, allowed = excluded.allowed
        RETURNING used
    )
    SELECT min(used) INTO least FROM changed;
    -- No CHECK: it would look at the row that was to be inserted, which may well be a giving back.
    IF least < 0 THEN
        RAISE EXCEPTION 'more was given back than was used'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'used_not_negative';
    END IF;
END $$;

-- What must be so at the commit: the rows are locked against a change of it until then.
CREATE FUNCTION check_acting(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM
       FROM processes
      WHERE id IN (SELECT a::uuid FROM jsonb_array_elements_text(rows -> 'acting') AS a)
      ORDER BY id
        FOR SHARE;
    IF EXISTS (SELECT
                 FROM jsonb_array_elements_text(rows -> 'acting') AS a
                 LEFT JOIN processes AS p ON p.id = a::uuid AND p.kind = 'Investor'
                WHERE p.stage IS DISTINCT FROM 'active') THEN
        RAISE EXCEPTION 'an account that may not act'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_active';
    END IF;
END $$;

CREATE FUNCTION check_emptied(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT
                 FROM jsonb_array_elements_text(rows -> 'emptied') AS e
                 JOIN accounts AS a ON a.owner = e
                WHERE a.balance <> 0) THEN
        RAISE EXCEPTION 'something is left in the account'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_empty';
    END IF;
END $$;

CREATE FUNCTION check_unchanged(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM
       FROM processes
      WHERE id IN (SELECT g.id FROM jsonb_to_recordset(rows -> 'unchanged') AS g(id uuid))
      ORDER BY id
        FOR SHARE;
    IF EXISTS (SELECT
                 FROM jsonb_to_recordset(rows -> 'unchanged') AS g(id uuid, version integer)
                 LEFT JOIN processes AS p ON p.id = g.id
                WHERE p.version IS DISTINCT FROM g.version) THEN
        RAISE EXCEPTION 'what it was decided on has moved on'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'stale_version';
    END IF;
END $$;

-- A statement is run only when there are rows for it.
CREATE FUNCTION put_rows(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- First, so that a repeated request is told so whatever else has happened since.
    IF rows ? 'receipts' THEN
        PERFORM put_receipts(rows);
    END IF;
    IF rows ? 'processes' THEN
        PERFORM put_processes(rows);
    END IF;
    IF rows ? 'names' THEN
        INSERT INTO provider_names (namespace, value, process_id)
        SELECT n.namespace, n.value, n.process_id
          FROM jsonb_to_recordset(rows -> 'names') AS n(namespace text, value text, process_id uuid)
         ORDER BY n.namespace, n.value;
    END IF;
    IF rows ? 'entries' THEN
        PERFORM put_entries(rows);
    END IF;
    IF rows ? 'messages' THEN
        PERFORM put_messages(rows);
    END IF;
    IF rows ? 'jobs' THEN
        PERFORM put_jobs(rows);
    END IF;
    IF rows ? 'done' OR rows ? 'ended' THEN
        PERFORM end_jobs(rows);
    END IF;
    IF rows ? 'audit' THEN
        INSERT INTO audit_records (at, kind, subject, actor, about, request_id, ip, detail)
        SELECT a.at, a.kind, a.subject, a.actor, a.about, a.request_id, a.ip, a.detail
          FROM jsonb_to_recordset(rows -> 'audit')
            AS a(at timestamptz, kind text, subject text, actor text, about uuid, request_id text,
                 ip text, detail jsonb);
    END IF;
    -- After what is written: what is looked for may have been written just now.
    IF rows ? 'acting' THEN
        PERFORM check_acting(rows);
    END IF;
    IF rows ? 'emptied' THEN
        PERFORM check_emptied(rows);
    END IF;
    -- Late, as its locks are the ones that others wait for longest.
    IF rows ? 'usage' THEN
        PERFORM put_usage(rows);
    END IF;
    IF rows ? 'unchanged' THEN
        PERFORM check_unchanged(rows);
    END IF;
END $$;

-- Write everything and answer '', or nothing and answer why the books refuse it: the rule's name, or the SQLSTATE of
-- a rule without one, such as NOT NULL.
--
-- A document has few rows, and the planner would guess a hundred and read whole tables for them, the more so as it
-- may have made its plan when the tables were small: here nothing is ever read but by its key.
CREATE FUNCTION commit_rows(rows jsonb) RETURNS text
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    rule text;
BEGIN
    PERFORM put_rows(rows);
    RETURN '';
EXCEPTION WHEN integrity_constraint_violation THEN
    GET STACKED DIAGNOSTICS rule = CONSTRAINT_NAME;
    RETURN coalesce(nullif(rule, ''), SQLSTATE);
END $$;
