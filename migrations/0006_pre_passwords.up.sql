-- A unit may say what it takes an investor's password to be, and change it. The row is locked, so log-ins
-- and changes of one investor happen one after the other: a session that was begun with the old password
-- is there to be ended by the change, or is not begun at all.

ALTER FUNCTION write_units(jsonb[]) RENAME TO write_rows;

CREATE FUNCTION write_passwords(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    expected integer;
    changed  integer;
BEGIN
    PERFORM
       FROM investors
      WHERE id IN (SELECT (p ->> 'investor_id')::uuid
                     FROM unnest(units) AS u, jsonb_array_elements(u -> 'passwords') AS p)
      ORDER BY id
        FOR NO KEY UPDATE;

    IF EXISTS (SELECT
                 FROM unnest(units) AS u,
                      jsonb_to_recordset(u -> 'passwords') AS p(investor_id uuid, held text)
                 LEFT JOIN investors AS i ON i.id = p.investor_id
                WHERE i.password_hash IS DISTINCT FROM p.held) THEN
        RAISE EXCEPTION 'the password is another by now'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'stale_version';
    END IF;

    SELECT count(*) INTO expected
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'passwords') AS p(becomes text)
     WHERE p.becomes IS NOT NULL;

    UPDATE investors AS i
       SET password_hash = p.becomes
      FROM unnest(units) AS u,
           jsonb_to_recordset(u -> 'passwords') AS p(investor_id uuid, becomes text)
     WHERE i.id = p.investor_id AND p.becomes IS NOT NULL;
    GET DIAGNOSTICS changed = ROW_COUNT;

    IF changed <> expected
       OR EXISTS (SELECT
                    FROM unnest(units) AS u,
                         jsonb_to_recordset(u -> 'passwords')
                      AS p(investor_id text, becomes text, keeps uuid)
                    JOIN processes AS s
                      ON s.investor_id = p.investor_id
                     AND s.kind = 'Session'
                     AND s.stage = 'active'
                     AND s.id IS DISTINCT FROM p.keeps
                   WHERE p.becomes IS NOT NULL) THEN
        RAISE EXCEPTION 'a session would outlive the password'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'stale_version';
    END IF;
END $$;

CREATE FUNCTION write_units(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_rows(units);
    -- Last: what it looks for may have been written by the same units.
    IF EXISTS (SELECT FROM unnest(units) AS u WHERE u ? 'passwords') THEN
        PERFORM write_passwords(units);
    END IF;
END $$;
