DROP FUNCTION write_units(jsonb[]);
ALTER FUNCTION write_units_before_identity(jsonb[]) RENAME TO write_units;
DROP FUNCTION require_empty(jsonb[]);
DROP FUNCTION require_active(jsonb[]);

DROP TRIGGER investors_are_mirrored ON investors;
DROP FUNCTION mirror_investor();

-- Back into the table, with the passwords of today, whoever it does not know.
INSERT INTO investors (id, email, password_hash, created_at)
SELECT id, state ->> 'email', state ->> 'password_hash', created_at
  FROM processes
 WHERE kind = 'Investor'
    ON CONFLICT (id) DO UPDATE SET password_hash = excluded.password_hash;

DELETE FROM provider_names WHERE namespace = 'stack.email';
ALTER TABLE process_steps DISABLE TRIGGER steps_are_immutable;
DELETE FROM process_steps WHERE process_id IN (SELECT id FROM investors);
ALTER TABLE process_steps ENABLE TRIGGER steps_are_immutable;
DELETE FROM processes WHERE kind = 'Investor';

DROP INDEX processes_by_stage;
