-- Investors are processes like any other: their history is kept, and they change through the one door.
--
-- The table `investors` stays as long as the release before this one may run: whoever it lets in, and the
-- passwords it changes, are mirrored. It goes with a later migration.

CREATE INDEX processes_by_stage ON processes (kind, stage, id DESC);

CREATE FUNCTION mirror_investor() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE processes
           SET state = state || jsonb_build_object(
                   'password_hash', NEW.password_hash,
                   'epoch', (state ->> 'epoch')::integer + 1),
               version = version + 1,
               updated_at = now()
         WHERE id = NEW.id;
        INSERT INTO process_steps (process_id, version, at, fact, detail, stage_before, stage_after)
        SELECT id, version, now(), 'PasswordSet', '{}', stage, stage
          FROM processes
         WHERE id = NEW.id;
        -- The release before ended the other sessions itself; those left go on.
        UPDATE processes
           SET state = state || jsonb_build_object('epoch', i.epoch)
          FROM (SELECT (state ->> 'epoch')::integer AS epoch FROM processes WHERE id = NEW.id) AS i
         WHERE investor_id = NEW.id::text AND kind = 'Session' AND stage = 'active';
        RETURN NULL;
    END IF;
    INSERT INTO processes (id, kind, investor_id, stage, version, state, created_at, updated_at)
    VALUES (NEW.id, 'Investor', NEW.id::text, 'active', 1,
            jsonb_build_object('id', NEW.id, 'email', NEW.email,
                               'password_hash', NEW.password_hash,
                               'created_at', NEW.created_at, 'stage', 'active',
                               'role', 'user', 'epoch', 1),
            NEW.created_at, now());
    INSERT INTO process_steps (process_id, version, at, fact, detail, stage_after)
    VALUES (NEW.id, 1, NEW.created_at, 'Opened', '{}', 'active');
    INSERT INTO provider_names (namespace, value, process_id)
    VALUES ('stack.email', NEW.email, NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER investors_are_mirrored
    AFTER INSERT OR UPDATE ON investors
    FOR EACH ROW EXECUTE FUNCTION mirror_investor();

INSERT INTO processes (id, kind, investor_id, stage, version, state, created_at, updated_at)
SELECT id, 'Investor', id::text, 'active', 1,
       jsonb_build_object('id', id, 'email', email, 'password_hash', password_hash,
                          'created_at', created_at, 'stage', 'active',
                          'role', 'user', 'epoch', 1),
       created_at, now()
  FROM investors;

INSERT INTO process_steps (process_id, version, at, fact, detail, stage_after)
SELECT id, 1, created_at, 'Opened', '{}', 'active'
  FROM investors;

INSERT INTO provider_names (namespace, value, process_id)
SELECT 'stack.email', email, id
  FROM investors;

-- Who acts must be active, and stay so until the commit: the row is locked against a change of it.
CREATE FUNCTION require_active(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM
       FROM processes
      WHERE id IN (SELECT a::uuid
                     FROM unnest(units) AS u, jsonb_array_elements_text(u -> 'acting') AS a)
      ORDER BY id
        FOR SHARE;
    IF EXISTS (SELECT
                 FROM unnest(units) AS u,
                      jsonb_array_elements_text(u -> 'acting') AS a
                 LEFT JOIN processes AS p ON p.id = a::uuid AND p.kind = 'Investor'
                WHERE p.stage IS DISTINCT FROM 'active') THEN
        RAISE EXCEPTION 'an account that may not act'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_active';
    END IF;
END $$;

CREATE FUNCTION require_empty(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT
                 FROM unnest(units) AS u,
                      jsonb_array_elements_text(u -> 'emptied') AS e
                 JOIN accounts AS a ON a.owner = e
                WHERE a.balance <> 0) THEN
        RAISE EXCEPTION 'something is left in the account'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_empty';
    END IF;
END $$;

ALTER FUNCTION write_units(jsonb[]) RENAME TO write_units_before_identity;

CREATE FUNCTION write_units(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    tables text[];
BEGIN
    PERFORM write_units_before_identity(units);
    SELECT array_agg(DISTINCT t) INTO tables
      FROM unnest(units) AS u, jsonb_object_keys(u) AS t;
    -- Last: a repeated request is told so first, and what is looked for may have been written just now.
    IF 'acting' = ANY (tables) THEN
        PERFORM require_active(units);
    END IF;
    IF 'emptied' = ANY (tables) THEN
        PERFORM require_empty(units);
    END IF;
END $$;
