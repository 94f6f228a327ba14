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
