DROP TABLE investors;
DROP TABLE cursors;
DROP TABLE jobs;
DROP TABLE messages;
DROP TABLE provider_names;
DROP TABLE process_steps;
DROP TABLE processes;
