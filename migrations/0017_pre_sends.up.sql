-- When a request that the provider cannot tell from its repetition was last sent: committed before it is sent.
ALTER TABLE jobs ADD COLUMN sent_at timestamptz;

-- Of what is under way by the release before this one, that is not known.
UPDATE jobs SET sent_at = now() WHERE done_at IS NULL AND attempts > 0;
