-- before: nothing can be swept
SELECT NOT EXISTS (SELECT FROM account_roles WHERE role = 'residual');

-- after: residuals grow by credits, and are not guarded
SELECT EXISTS (SELECT FROM account_roles WHERE role = 'residual' AND NOT debit_normal AND NOT guarded);

-- after: an account without any balance is empty
SELECT commit_rows('{"emptied": ["nobody"]}') = '';
