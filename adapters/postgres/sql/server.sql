-- name: session
SELECT pg_backend_pid() AS pid,
       setting AS statement_timeout_ms
  FROM pg_settings
 WHERE name = 'statement_timeout';

-- A standby refuses it, and so does a server that is read-only.
-- name: probe_write
UPDATE cursors SET position = position WHERE false;
