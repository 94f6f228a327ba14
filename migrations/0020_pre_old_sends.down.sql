DROP TRIGGER jobs_claimed_by_the_release_before ON jobs;
DROP FUNCTION note_old_send();
