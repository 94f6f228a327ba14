DROP FUNCTION commit_units(jsonb[]);
DROP FUNCTION write_units(jsonb[]);
DROP FUNCTION write_jobs(jsonb[]);
DROP FUNCTION write_entries(jsonb[]);
DROP FUNCTION write_processes(jsonb[]);
