-- A statement is run only when there are rows for it.
CREATE OR REPLACE FUNCTION put_rows(rows jsonb) RETURNS void
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

DROP FUNCTION check_counts(jsonb);
