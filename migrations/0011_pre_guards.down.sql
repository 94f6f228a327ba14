DROP FUNCTION write_units(jsonb[]);
ALTER FUNCTION write_unguarded(jsonb[]) RENAME TO write_units;
DROP FUNCTION require_unchanged(jsonb[]);
