-- Processes (deposits, withdrawals, orders, wallets, onboardings), their history, and their work.

CREATE TABLE processes (
    id          uuid        PRIMARY KEY,
    kind        text        NOT NULL,
    investor_id text        NOT NULL,
    group_id    uuid,
    stage       text        NOT NULL,
    version     integer     NOT NULL,
    state       jsonb       NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX processes_by_investor ON processes (investor_id, kind, id DESC);
CREATE INDEX processes_by_group ON processes (group_id) WHERE group_id IS NOT NULL;

-- One row a step: what was learned, and what it changed. Its key makes a version happen once.
CREATE TABLE process_steps (
    process_id   uuid        NOT NULL REFERENCES processes,
    version      integer     NOT NULL,
    seq          bigint      GENERATED ALWAYS AS IDENTITY,
    at           timestamptz NOT NULL,
    fact         text        NOT NULL,
    detail       jsonb       NOT NULL,
    stage_before text,
    stage_after  text        NOT NULL,
    cause        text,
    PRIMARY KEY (process_id, version)
);

CREATE TRIGGER steps_are_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON process_steps
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What providers call a process. One name, one process: the same thing is not taken in twice.
CREATE TABLE provider_names (
    namespace  text NOT NULL,
    value      text NOT NULL,
    process_id uuid NOT NULL REFERENCES processes,
    PRIMARY KEY (namespace, value)
);

-- Verified messages of providers, byte for byte.
CREATE TABLE messages (
    source      text        NOT NULL,
    id          text        NOT NULL,
    body        bytea       NOT NULL,
    headers     jsonb       NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (source, id)
);

-- Work to do: instructions by their reference, and messages to read. A claim moves due_at into the
-- future and counts an attempt, in one statement; a claim that is not finished becomes due again.
CREATE TABLE jobs (
    id         text        COLLATE "C" PRIMARY KEY,
    kind       text        NOT NULL,
    payload    jsonb       NOT NULL,
    process_id uuid,
    attempts   integer     NOT NULL DEFAULT 0,
    due_at     timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    done_at    timestamptz,
    last_error text
) WITH (fillfactor = 70);

CREATE INDEX jobs_due ON jobs (due_at) WHERE done_at IS NULL;
CREATE INDEX jobs_by_process ON jobs (process_id) WHERE process_id IS NOT NULL;

CREATE TABLE cursors (
    feed       text        PRIMARY KEY,
    position   text        NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE investors (
    id            uuid        PRIMARY KEY,
    email         text        NOT NULL,
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT email_taken UNIQUE (email)
);
