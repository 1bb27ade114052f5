-- A record is a JSON document under a number, which its kind gives out in order; {key} is the dialect's 64-bit primary key.
CREATE TABLE fleets (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE locations (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE resource_tags (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE computes (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE auth_tokens (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE aliases (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE game_session_queues (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE placements (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE fleet_events (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE server_processes (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE game_sessions (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE player_sessions (number {key}, id TEXT NOT NULL, document TEXT NOT NULL);
