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
END $$;

DROP FUNCTION check_debts(jsonb);
