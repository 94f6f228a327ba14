-- name: investor_by_email
SELECT id::text, email, password_hash, created_at
  FROM investors
 WHERE email = $1;

-- name: investor_by_id
SELECT id::text, email, password_hash, created_at
  FROM investors
 WHERE id = $1::uuid;
