-- The audit trail. Records are written with the act they are about, by write_units, and never changed.
--
-- Sealing makes a chain of blocks of them. Numbers are given before a transaction commits, so a record can
-- appear below one that is sealed already: which records wait is therefore kept explicitly, and so is the
-- block of each.
CREATE TABLE audit_records (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    kind       text        NOT NULL,
    subject    text,
    actor      text        NOT NULL,
    about      uuid,
    request_id text,
    ip         text,
    detail     jsonb       NOT NULL
);

CREATE TABLE audit_pending (
    record_id bigint PRIMARY KEY
);

-- One chain: a block has one successor.
CREATE TABLE audit_blocks (
    number        bigint      PRIMARY KEY,
    first_id      bigint      NOT NULL,
    last_id       bigint      NOT NULL,
    count         integer     NOT NULL,
    previous_hash text        NOT NULL UNIQUE,
    hash          text        NOT NULL UNIQUE,
    sealed_at     timestamptz NOT NULL
);

CREATE TABLE audit_seals (
    record_id bigint PRIMARY KEY REFERENCES audit_records,
    block     bigint NOT NULL REFERENCES audit_blocks,
    digest    text   NOT NULL
);

CREATE INDEX audit_seals_by_block ON audit_seals (block, record_id);

CREATE FUNCTION await_seal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_pending (record_id) SELECT id FROM inserted;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_records_await_their_seal
    AFTER INSERT ON audit_records
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION await_seal();

CREATE TRIGGER audit_records_are_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_blocks_are_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_blocks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_seals_are_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_pending_is_not_truncated
    BEFORE UPDATE OR TRUNCATE ON audit_pending
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A record stops waiting when it has been sealed and in no other way.
CREATE FUNCTION refuse_unsealed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM deleted d
                WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.record_id = d.record_id)) THEN
        RAISE EXCEPTION 'a record without a seal stays waiting'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sealed_first';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_pending_ends_with_a_seal
    AFTER DELETE ON audit_pending
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unsealed();
