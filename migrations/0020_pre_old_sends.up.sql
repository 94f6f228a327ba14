-- The release before does not note what it sends, and runs beside this one during an upgrade. Its claims are known by
-- not counting a try: whatever it claims it may have sent.
CREATE FUNCTION note_old_send() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.sent_at := now();
    RETURN NEW;
END $$;

CREATE TRIGGER jobs_claimed_by_the_release_before
BEFORE UPDATE ON jobs
   FOR EACH ROW
  WHEN (NEW.attempts > OLD.attempts AND NEW.tries = OLD.tries)
EXECUTE FUNCTION note_old_send();
