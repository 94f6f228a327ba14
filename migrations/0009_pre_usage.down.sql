DROP FUNCTION write_units(jsonb[]);
ALTER FUNCTION write_uncounted(jsonb[]) RENAME TO write_units;
DROP FUNCTION write_usage(jsonb[]);
DROP TABLE limit_usage;
