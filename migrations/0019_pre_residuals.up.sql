-- What closed accounts leave becomes the firm's, in an account of its own.
INSERT INTO account_roles (role, debit_normal, guarded)
VALUES ('residual', false, false)
    ON CONFLICT DO NOTHING;

-- An account is empty when nothing is owed to its owner or by them. Where value is (custody, broker) is not asked: what
-- was swept stays there, and belongs to the firm.
CREATE OR REPLACE FUNCTION check_emptied(rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT
                 FROM jsonb_array_elements_text(rows -> 'emptied') AS e
                 JOIN accounts AS a ON a.owner = e
                WHERE a.balance <> 0
                  AND a.role NOT IN ('custody', 'broker', 'offramp', 'fee_paid')) THEN
        RAISE EXCEPTION 'something is left in the account'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_empty';
    END IF;
END $$;
