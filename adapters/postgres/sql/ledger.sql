-- name: account_balance
SELECT balance
  FROM balances
 WHERE name = $1;

-- name: balances_of_owner
SELECT name, balance
  FROM balances
 WHERE owner = $1
   AND balance <> 0
 ORDER BY name;

-- Balances and changes are summed separately: joining them by account would cost many times as much.
-- name: ledger_totals
SELECT role, asset, sum(balance)::bigint AS balance
  FROM (SELECT role, asset, balance
          FROM accounts
         UNION ALL
        SELECT split_part(account, ':', 1), split_part(account, ':', 3), change
          FROM account_changes) AS parts
 GROUP BY role, asset
 ORDER BY role, asset;

-- The balance of every account by its postings, compared with the stored balance.
-- name: ledger_imbalances
WITH legs AS (
    SELECT debit AS name, amount AS debited FROM postings
     UNION ALL
    SELECT credit, -amount FROM postings
), expected AS (
    SELECT legs.name,
           sum(CASE WHEN r.debit_normal THEN debited ELSE -debited END)::bigint AS balance
      FROM legs
      JOIN account_roles r ON r.role = split_part(legs.name, ':', 1)
     GROUP BY legs.name
)
SELECT coalesce(b.name, e.name) AS name, e.balance AS expected, b.balance AS held
  FROM balances b
  FULL JOIN expected e USING (name)
 WHERE coalesce(b.balance, 0) <> coalesce(e.balance, 0);

-- Both sides of the balance sheet, by asset.
-- name: ledger_sides
SELECT b.asset,
       coalesce(sum(b.balance) FILTER (WHERE r.debit_normal), 0)::bigint     AS debits,
       coalesce(sum(b.balance) FILTER (WHERE NOT r.debit_normal), 0)::bigint AS credits
  FROM balances b
  JOIN account_roles r USING (role)
 GROUP BY b.asset;

-- name: roll_up_changes
DELETE FROM account_changes
 WHERE id = ANY (ARRAY(SELECT id
                         FROM account_changes
                        ORDER BY id
                        LIMIT $1
                          FOR UPDATE SKIP LOCKED));

-- The postings at these roles by an owner's processes from an id on, which are those begun since then. The
-- sub-queries are by index: a plan that joins whole tables would be chosen for an unknown number of rows.
-- name: ledger_movements_of_owner
SELECT moved.*
  FROM (SELECT id FROM processes WHERE investor_id = $1 AND id >= $2::uuid OFFSET 0) AS o
 CROSS JOIN LATERAL (
       SELECT e.process_id::text AS process_id, e.seq, e.key, e.template, e.at,
              p.line, p.debit, p.credit, p.asset, p.amount
         FROM entries e
         JOIN postings p ON p.entry_key = e.key
        WHERE e.process_id = o.id
          AND (split_part(p.debit, ':', 1) = ANY ($3::text[])
               OR split_part(p.credit, ':', 1) = ANY ($3::text[]))
       OFFSET 0) AS moved
 ORDER BY moved.seq, moved.line
 LIMIT $4;

-- The same of every owner's processes.
-- name: ledger_movements
WITH o AS MATERIALIZED (
    SELECT id FROM processes WHERE id >= $1::uuid ORDER BY id LIMIT $4
)
SELECT moved.*, (SELECT count(*) FROM o) AS processes
  FROM o
 CROSS JOIN LATERAL (
       SELECT e.process_id::text AS process_id, e.seq, e.key, e.template, e.at,
              p.line, p.debit, p.credit, p.asset, p.amount
         FROM entries e
         JOIN postings p ON p.entry_key = e.key
        WHERE e.process_id = o.id
          AND (split_part(p.debit, ':', 1) = ANY ($2::text[])
               OR split_part(p.credit, ':', 1) = ANY ($2::text[]))
       OFFSET 0) AS moved
 ORDER BY moved.seq, moved.line
 LIMIT $3;
