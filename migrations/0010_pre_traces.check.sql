-- before: no process has a trace
SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'processes'::regclass AND attname = 'trace');

-- after: a unit without rows is taken
SELECT commit_units(ARRAY['{}'::jsonb]) = ARRAY[''];
