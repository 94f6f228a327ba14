DROP FUNCTION commit_units(jsonb[]);
DROP FUNCTION write_units(jsonb[]);
