-- What investors have used of their limits, counted in the transaction in which the money is reserved. A row is
-- locked by whoever counts on it until that is committed, so of many that would exceed a limit together
-- exactly those get through that do not.

CREATE TABLE limit_usage (
    investor_id text   NOT NULL,
    activity    text   NOT NULL,
    period      text   NOT NULL,  -- a day (2026-11-24) or a month (2026-11), of UTC
    used        bigint NOT NULL,  -- cents
    allowed     bigint,           -- what bound the last change; NULL: nothing did, it had happened already
    PRIMARY KEY (investor_id, period, activity),
    CONSTRAINT within_limit CHECK (used <= allowed)
) WITH (fillfactor = 70);

CREATE FUNCTION write_usage(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    least bigint;
BEGIN
    -- One statement, in the order of the key: those who wait for each other's rows do so in one direction.
    WITH changes AS (
        SELECT g.investor_id, g.activity, g.period,
               sum(g.amount)::bigint AS amount, min(g.allowed) AS allowed
          FROM unnest(units) AS u,
               jsonb_to_recordset(u -> 'usage')
            AS g(investor_id text, activity text, period text, amount bigint, allowed bigint)
         GROUP BY g.investor_id, g.period, g.activity
         ORDER BY g.investor_id, g.period, g.activity
    ), changed AS (
        INSERT INTO limit_usage AS old (investor_id, activity, period, used, allowed)
        SELECT investor_id, activity, period, amount, allowed FROM changes
            ON CONFLICT (investor_id, period, activity)
            DO UPDATE SET used = old.used + excluded.used, allowed = excluded.allowed
        RETURNING used
    )
    SELECT min(used) INTO least FROM changed;
    -- No CHECK: it would look at the row that was to be inserted, which may well be a giving back.
    IF least < 0 THEN
        RAISE EXCEPTION 'more was given back than was used'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'used_not_negative';
    END IF;
END $$;

ALTER FUNCTION write_units(jsonb[]) RENAME TO write_uncounted;

CREATE FUNCTION write_units(units jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_uncounted(units);
    -- Last, as its locks are the ones that others wait for longest.
    IF EXISTS (SELECT FROM unnest(units) AS u WHERE u ? 'usage') THEN
        PERFORM write_usage(units);
    END IF;
END $$;
