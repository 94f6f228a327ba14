-- Deliveries to webhooks that were refused: who tried what. Nothing is decided on them.
--
-- Anybody can send, so a source has so many numbered slots a minute, and each is taken once.
CREATE TABLE refused_deliveries (
    source      text        NOT NULL,
    minute      timestamptz NOT NULL,
    slot        integer     NOT NULL CHECK (slot > 0),
    received_at timestamptz NOT NULL,
    verdict     text        NOT NULL CHECK (verdict IN ('forged', 'malformed', 'unknown_key', 'stale',
                                                        'replayed', 'closed')),
    body        bytea       NOT NULL,
    size        bigint      NOT NULL,
    sha256      text        NOT NULL,
    headers     jsonb       NOT NULL,
    ip          text,
    PRIMARY KEY (source, minute, slot)
);

CREATE INDEX refused_deliveries_by_age ON refused_deliveries (received_at);

CREATE TRIGGER refused_deliveries_are_immutable
    BEFORE UPDATE OR TRUNCATE ON refused_deliveries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The sweep may forget what is thirty days old, and nobody anything sooner. The sweep goes by the worker's
-- clock and this by the database's, so there is a day between the two.
CREATE TRIGGER refused_deliveries_are_kept
    BEFORE DELETE ON refused_deliveries
    FOR EACH ROW WHEN (OLD.received_at > now() - interval '29 days')
    EXECUTE FUNCTION refuse_change();
