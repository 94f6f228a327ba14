DROP TABLE audit_pending;
DROP TABLE audit_seals;
DROP TABLE audit_blocks;
DROP TABLE audit_records;
DROP FUNCTION refuse_unsealed();
DROP FUNCTION await_seal();
