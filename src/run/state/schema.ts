/**
 * How the state file came to be what it is: the statements at index n bring version n to n + 1 (`user_version`). A
 * published entry is never changed. Nothing but plain SQLite, so that any SQLite can read the file.
 *
 * Order is told by `seq`, a number that only grows: a clock may jump back. Times are ISO 8601 in UTC, except those of
 * challenges, which are compared: milliseconds since the epoch.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sequence (n INTEGER NOT NULL);
  INSERT INTO sequence VALUES (0);

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    command TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    interrupted INTEGER,
    stopped TEXT,
    resumes TEXT
  );

  CREATE TABLE run_devices (
    run TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    outcome TEXT,
    state TEXT,
    since TEXT,
    code TEXT,
    step TEXT,
    message TEXT,
    hint TEXT,
    valid_until TEXT,
    PRIMARY KEY (run, device)
  );
  CREATE INDEX run_devices_in_order ON run_devices (device, seq);

  CREATE TABLE steps (
    seq INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    run TEXT NOT NULL,
    step TEXT NOT NULL,
    trustpoint TEXT,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT,
    note TEXT
  );
  CREATE INDEX steps_of_device ON steps (device, run);

  CREATE TABLE leases (
    device TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    taken_at TEXT NOT NULL
  );

  CREATE TABLE challenges (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    service TEXT NOT NULL,
    authority TEXT NOT NULL,
    device TEXT NOT NULL,
    trustpoint TEXT NOT NULL,
    replaces TEXT,
    state TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    life INTEGER,
    expires_at INTEGER,
    settled_at INTEGER
  );
  CREATE INDEX challenges_of_service ON challenges (service, state);
  CREATE INDEX challenges_of_device ON challenges (device, state);
  `,
  'ALTER TABLE run_devices ADD COLUMN retirable TEXT',
  'ALTER TABLE runs ADD COLUMN settings TEXT',
  `
  CREATE TABLE challenge_waits (
    service TEXT NOT NULL,
    run TEXT NOT NULL,
    since INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (service, run)
  );
  `,
];
