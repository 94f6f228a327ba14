CREATE OR REPLACE FUNCTION check_emptied(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT
                 FROM jsonb_array_elements_text(rows -> 'emptied') AS e
                 JOIN accounts AS a ON a.owner = e
                WHERE a.balance <> 0) THEN
        RAISE EXCEPTION 'something is left in the account'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_empty';
    END IF;
END $$;

-- Residuals that are posted keep their role: entries are never deleted.
DELETE FROM account_roles
 WHERE role = 'residual'
   AND NOT EXISTS (SELECT FROM accounts WHERE role = 'residual');
