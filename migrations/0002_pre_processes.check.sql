-- before: there are no processes
SELECT to_regclass('processes') IS NULL;

-- after: no process has a step later than itself
SELECT NOT EXISTS (
       SELECT
         FROM process_steps s
         JOIN processes p ON p.id = s.process_id
        WHERE s.version > p.version);
