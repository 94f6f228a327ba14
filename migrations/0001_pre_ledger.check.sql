-- before: there are no books
SELECT to_regclass('entries') IS NULL;

-- after: every account holds what its postings say
SELECT NOT EXISTS (
       SELECT
         FROM balances b
         FULL JOIN (SELECT leg.name,
                           sum(CASE WHEN r.debit_normal THEN leg.debited ELSE -leg.debited END) AS balance
                      FROM (SELECT debit AS name, amount AS debited FROM postings
                             UNION ALL
                            SELECT credit, -amount FROM postings) AS leg
                      JOIN account_roles r ON r.role = split_part(leg.name, ':', 1)
                     GROUP BY leg.name) AS p USING (name)
        WHERE coalesce(b.balance, 0) <> coalesce(p.balance, 0));
