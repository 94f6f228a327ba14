-- before: no use of a limit is counted
SELECT to_regclass('limit_usage') IS NULL;

-- after: nobody has used less than nothing
SELECT NOT EXISTS (SELECT FROM limit_usage WHERE used < 0);
