-- Refused while accounts of these roles exist: their postings cannot be undone.
DELETE FROM account_roles WHERE role IN ('capital', 'suspense');
