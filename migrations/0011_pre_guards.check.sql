-- before: nothing that a unit names is guarded
SELECT to_regprocedure('require_unchanged(jsonb[])') IS NULL;

-- after: a unit is refused that was decided on what does not exist
SELECT commit_units(ARRAY[jsonb_build_object('unchanged', jsonb_build_array(jsonb_build_object(
           'id', '00000000-0000-0000-0000-000000000000', 'version', 1)))]) = ARRAY['stale_version'];

-- after: a unit without rows is taken
SELECT commit_units(ARRAY['{}'::jsonb]) = ARRAY[''];
