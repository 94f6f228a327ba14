-- before: the claims of the release before leave no note
SELECT to_regprocedure('note_old_send()') IS NULL;

-- after: they leave one
SELECT to_regprocedure('note_old_send()') IS NOT NULL;
