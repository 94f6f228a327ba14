-- before: nothing looks at debts
SELECT to_regprocedure('check_debts(jsonb)') IS NULL;

-- after: nothing is free beside a debt
SELECT NOT EXISTS (SELECT
                     FROM accounts AS o
                     JOIN accounts AS f ON f.owner = o.owner AND f.asset = o.asset
                    WHERE o.role = 'owed'
                      AND f.role IN ('cash', 'security')
                      AND o.balance > 0
                      AND f.balance > 0);
