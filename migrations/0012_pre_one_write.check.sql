-- before: there is one door
SELECT to_regprocedure('commit_rows(jsonb)') IS NULL;

-- after: a document without rows is taken
SELECT commit_rows('{}') = '';

-- after: what was decided on what does not exist is refused, by the name of the rule
SELECT commit_rows(jsonb_build_object('unchanged', jsonb_build_array(jsonb_build_object(
           'id', '00000000-0000-0000-0000-000000000000', 'version', 1)))) = 'stale_version';
