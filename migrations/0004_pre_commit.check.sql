-- before: there is no door
SELECT to_regprocedure('commit_units(jsonb[])') IS NULL;

-- after: a unit without rows is taken
SELECT commit_units(ARRAY['{}'::jsonb]) = ARRAY[''];
