-- name: read_cursor
SELECT position
  FROM cursors
 WHERE feed = $1;

-- name: advance_cursor
INSERT INTO cursors (feed, position, updated_at)
VALUES ($1, $2, $3)
    ON CONFLICT (feed) DO UPDATE
   SET position = EXCLUDED.position,
       updated_at = EXCLUDED.updated_at;

-- Of machines that ask at the same time, one waits for the other's row and then finds the turn taken.
-- name: take_turn
INSERT INTO cursors (feed, position, updated_at)
VALUES ($1, '', now())
    ON CONFLICT (feed) DO UPDATE
   SET updated_at = EXCLUDED.updated_at
 WHERE cursors.updated_at <= now() - make_interval(secs => $2)
RETURNING feed;
