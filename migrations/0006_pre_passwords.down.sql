DROP FUNCTION write_units(jsonb[]);
DROP FUNCTION write_passwords(jsonb[]);
ALTER FUNCTION write_rows(jsonb[]) RENAME TO write_units;
