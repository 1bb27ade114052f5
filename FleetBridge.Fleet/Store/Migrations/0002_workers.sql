-- Workers, what should be of their servers and, in a table of its own, what is; commands, and the hashes of join tokens.
CREATE TABLE workers (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE placed_servers (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE server_observations (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE server_commands (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE join_tokens (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
-- Where several hosts share a store, the number of the one that holds it.
CREATE TABLE store_owner (number {key}, generation BIGINT NOT NULL);
