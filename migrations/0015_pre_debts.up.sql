-- A debt is paid first: what is free beside a debt of the same owner and asset is refused, and whoever wrote it
-- reads both and pays. The rows of `debts` are the pairs of accounts that a unit could leave so; the release before
-- this one names none, and is not asked.

CREATE FUNCTION check_debts(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever makes a debt and whoever adds to what is free both lock what is free, so that none of them
    -- misses the other.
    PERFORM
       FROM accounts
      WHERE name IN (SELECT d.free FROM jsonb_to_recordset(rows -> 'debts') AS d(free text))
      ORDER BY name
        FOR NO KEY UPDATE;
    IF EXISTS (SELECT
                 FROM jsonb_to_recordset(rows -> 'debts') AS d(free text, owed text)
                 JOIN accounts AS f ON f.name = d.free
                 JOIN accounts AS o ON o.name = d.owed
                WHERE f.balance > 0
                  AND o.balance > 0) THEN
        RAISE EXCEPTION 'something is free beside a debt'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'debt_unpaid';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION put_entries(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO entries (key, template, process_id, at)
    SELECT e.key, e.template, e.process_id, e.at
      FROM jsonb_to_recordset(rows -> 'entries')
        AS e(key text, template text, process_id uuid, at timestamptz);

    INSERT INTO postings (entry_key, line, debit, credit, asset, amount)
    SELECT p.entry_key, p.line, p.debit, p.credit, p.asset, p.amount
      FROM jsonb_to_recordset(rows -> 'postings')
        AS p(entry_key text, line smallint, debit text, credit text, asset text, amount bigint);

    IF rows ? 'debts' THEN
        PERFORM check_debts(rows);
    END IF;
END $$;

-- The debts that stand beside free money now are paid, each in an entry of its own.
WITH due AS (
    SELECT 'debt-paid:' || o.owner || ':' || o.asset || ':' || extract(epoch FROM now()) AS key,
           o.asset, o.name AS owed, f.name AS free, least(o.balance, f.balance) AS amount
      FROM accounts AS o
      JOIN accounts AS f ON f.owner = o.owner AND f.asset = o.asset AND f.role IN ('cash', 'security')
     WHERE o.role = 'owed'
       AND o.balance > 0
       AND f.balance > 0
), entered AS (
    INSERT INTO entries (key, template, at)
    SELECT key, 'debt_paid', now() FROM due
    RETURNING key
)
INSERT INTO postings (entry_key, line, debit, credit, asset, amount)
SELECT due.key, 0, due.free, due.owed, due.asset, due.amount
  FROM due
  JOIN entered ON entered.key = due.key;
