-- The firm's own money, and money of which it is not known whose it is.
INSERT INTO account_roles (role, debit_normal, guarded)
VALUES ('capital',  false, false),
       ('suspense', false, false);
