-- What a unit was decided on must still be so when it is committed, although the unit does not change it: the
-- row is locked against a step of its process until then.

CREATE FUNCTION require_unchanged(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM
       FROM processes
      WHERE id IN (SELECT (g ->> 'id')::uuid
                     FROM unnest(units) AS u, jsonb_array_elements(u -> 'unchanged') AS g)
      ORDER BY id
        FOR SHARE;
    IF EXISTS (SELECT
                 FROM unnest(units) AS u,
                      jsonb_to_recordset(u -> 'unchanged') AS g(id uuid, version integer)
                 LEFT JOIN processes AS p ON p.id = g.id
                WHERE p.version IS DISTINCT FROM g.version) THEN
        RAISE EXCEPTION 'what it was decided on has moved on'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'stale_version';
    END IF;
END $$;

ALTER FUNCTION write_units(jsonb[]) RENAME TO write_unguarded;

CREATE FUNCTION write_units(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_unguarded(units);
    -- After the rows that are written, so that nobody locks a row to read it and then once more to write it.
    IF EXISTS (SELECT FROM unnest(units) AS u WHERE u ? 'unchanged') THEN
        PERFORM require_unchanged(units);
    END IF;
END $$;
