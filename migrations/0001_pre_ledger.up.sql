-- The ledger: accounts, entries, postings. See domain/ledger/account.py for the meaning of each role.
--
-- What the database itself guarantees, whoever writes:
--   * a posting moves one positive amount between two accounts of one asset, so every entry balances;
--   * entries and postings are never changed or deleted;
--   * a balance is the sum of its postings: only the insertion of postings moves it;
--   * an account that is guarded is never negative.

CREATE TABLE account_roles (
    role         text    PRIMARY KEY,
    debit_normal boolean NOT NULL,
    guarded      boolean NOT NULL
);

INSERT INTO account_roles (role, debit_normal, guarded)
VALUES ('custody',     true,  false),
       ('offramp',     true,  false),
       ('broker',      true,  false),
       ('fee_paid',    true,  false),
       ('owed',        true,  true),
       ('incoming',    false, true),
       ('cash',        false, true),
       ('hold',        false, true),
       ('outgoing',    false, true),
       ('security',    false, true),
       ('dust',        false, true),
       ('fee_charged', false, false);

-- The name says everything: role:owner:asset, and for a hold :process.
CREATE TABLE accounts (
    name    text    COLLATE "C" PRIMARY KEY,
    role    text    NOT NULL REFERENCES account_roles,
    owner   text    NOT NULL,
    asset   text    NOT NULL,
    guarded boolean NOT NULL,
    balance bigint  NOT NULL DEFAULT 0,
    CONSTRAINT balance_not_negative CHECK (balance >= 0 OR NOT guarded)
) WITH (fillfactor = 70);

CREATE INDEX accounts_by_owner ON accounts (owner);

-- Accounts of the house are touched by everybody. Their changes are appended here and rolled up, so
-- that nobody waits for anybody's lock.
CREATE TABLE account_changes (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text   COLLATE "C" NOT NULL,
    change  bigint NOT NULL
);

CREATE INDEX account_changes_by_account ON account_changes (account);

CREATE TABLE entries (
    key        text        COLLATE "C" PRIMARY KEY,
    seq        bigint      GENERATED ALWAYS AS IDENTITY,
    template   text        NOT NULL,
    process_id uuid,
    at         timestamptz NOT NULL
);

CREATE INDEX entries_by_process ON entries (process_id) WHERE process_id IS NOT NULL;

CREATE TABLE postings (
    entry_key text     COLLATE "C" NOT NULL REFERENCES entries,
    line      smallint NOT NULL,
    debit     text     COLLATE "C" NOT NULL,
    credit    text     COLLATE "C" NOT NULL,
    asset     text     NOT NULL,
    amount    bigint   NOT NULL,
    PRIMARY KEY (entry_key, line),
    CONSTRAINT amount_positive CHECK (amount > 0),
    CONSTRAINT one_asset CHECK (
        split_part(debit, ':', 3) = asset AND split_part(credit, ':', 3) = asset AND debit <> credit
    )
);

-- Pooled accounts belong to the house.
CREATE FUNCTION is_pooled(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN split_part(name, ':', 2) = 'firm';

-- Move balances by the postings just inserted. Rows are locked in the order of their names, so two
-- writers cannot wait for each other in a circle.
CREATE FUNCTION apply_postings() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    all_names       text[];
    private_names   text[];
    private_changes bigint[];
    pooled_names    text[];
    pooled_changes  bigint[];
BEGIN
    WITH legs AS (
        SELECT debit AS name, amount AS debited FROM inserted
         UNION ALL
        SELECT credit, -amount FROM inserted
    ), net AS (
        SELECT legs.name,
               sum(CASE WHEN r.debit_normal THEN debited ELSE -debited END)::bigint AS change
          FROM legs
          LEFT JOIN account_roles r ON r.role = split_part(legs.name, ':', 1)
         GROUP BY legs.name
    )
    SELECT array_agg(name ORDER BY name),
           array_agg(name ORDER BY name)   FILTER (WHERE NOT is_pooled(name)),
           array_agg(change ORDER BY name) FILTER (WHERE NOT is_pooled(name)),
           array_agg(name ORDER BY name)   FILTER (WHERE is_pooled(name)),
           array_agg(change ORDER BY name) FILTER (WHERE is_pooled(name))
      INTO all_names, private_names, private_changes, pooled_names, pooled_changes
      FROM net;

    INSERT INTO accounts (name, role, owner, asset, guarded)
    SELECT n, split_part(n, ':', 1), split_part(n, ':', 2), split_part(n, ':', 3), r.guarded
      FROM unnest(all_names) AS n
      LEFT JOIN account_roles r ON r.role = split_part(n, ':', 1)
     WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.name = n)
     ORDER BY n
        ON CONFLICT DO NOTHING;

    IF private_names IS NOT NULL THEN
        PERFORM FROM accounts WHERE name = ANY (private_names) ORDER BY name FOR NO KEY UPDATE;
        UPDATE accounts a
           SET balance = a.balance + c.change
          FROM unnest(private_names, private_changes) AS c(name, change)
         WHERE a.name = c.name;
    END IF;

    IF pooled_names IS NOT NULL THEN
        INSERT INTO account_changes (account, change)
        SELECT c.name, c.change
          FROM unnest(pooled_names, pooled_changes) AS c(name, change)
         WHERE c.change <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER postings_move_balances
    AFTER INSERT ON postings
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION apply_postings();

-- Rolling up is deleting appended changes: whatever is deleted is added to the balance.
CREATE FUNCTION fold_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts a
       SET balance = a.balance + f.change
      FROM (SELECT account, sum(change)::bigint AS change FROM deleted GROUP BY account) AS f
     WHERE a.name = f.account;
    RETURN NULL;
END $$;

CREATE TRIGGER deleted_changes_fold
    AFTER DELETE ON account_changes
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION fold_changes();

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'append_only';
END $$;

CREATE TRIGGER entries_are_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER postings_are_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Balances move from within the triggers above and in no other way.
CREATE TRIGGER balances_follow_postings
    BEFORE INSERT OR UPDATE OR DELETE ON accounts
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER changes_follow_postings
    BEFORE INSERT OR UPDATE ON account_changes
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER accounts_are_not_truncated
    BEFORE TRUNCATE ON accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER changes_are_not_truncated
    BEFORE TRUNCATE ON account_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The balance of every account: what is rolled up and what is not yet.
CREATE VIEW balances AS
SELECT a.name,
       a.role,
       a.owner,
       a.asset,
       (a.balance + coalesce((SELECT sum(c.change)
                                FROM account_changes c
                               WHERE c.account = a.name), 0))::bigint AS balance
  FROM accounts a;
