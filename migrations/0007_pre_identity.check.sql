-- allow: require-concurrent-index-creation because it comes before the first release, when no table is large

-- before: no investor is a process
SELECT NOT EXISTS (SELECT FROM processes WHERE kind = 'Investor');

-- after: every investor of the table is a process under the same address
SELECT NOT EXISTS (
       SELECT
         FROM investors i
        WHERE NOT EXISTS (SELECT
                            FROM provider_names n
                            JOIN processes p ON p.id = n.process_id
                           WHERE n.namespace = 'stack.email'
                             AND n.value = i.email
                             AND p.id = i.id
                             AND p.kind = 'Investor'));

-- after: a unit without rows is taken
SELECT commit_units(ARRAY['{}'::jsonb]) = ARRAY[''];
