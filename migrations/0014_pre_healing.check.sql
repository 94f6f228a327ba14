-- before: no account can hold the firm's capital
SELECT NOT EXISTS (SELECT FROM account_roles WHERE role IN ('capital', 'suspense'));

-- after: it can, and may be taken out again
SELECT count(*) = 2 FROM account_roles
 WHERE role IN ('capital', 'suspense') AND NOT debit_normal AND NOT guarded;
