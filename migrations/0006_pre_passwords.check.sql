-- before: nothing looks at passwords
SELECT to_regprocedure('write_passwords(jsonb[])') IS NULL;

-- after: a unit without rows is taken
SELECT commit_units(ARRAY['{}'::jsonb]) = ARRAY[''];
