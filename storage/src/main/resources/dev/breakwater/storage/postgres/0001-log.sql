-- The log and the state at once; the same tables as in SQLite. Texts sort by bytes (COLLATE "C"): another collation pages in another
-- order, and an upgrade of the C library may change it under an index.
CREATE TABLE counter (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  rev BIGINT NOT NULL                  -- the last revision given; its row lock puts all commits in order
) WITH (fillfactor = 10);
INSERT INTO counter VALUES (1, 0);

CREATE TABLE store (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  version BIGINT NOT NULL,             -- of this schema
  incarnation TEXT NOT NULL,
  compacted BIGINT NOT NULL,           -- snapshots below it cannot be read
  swept BIGINT NOT NULL,               -- what was superseded up to here is deleted
  token_key BYTEA NOT NULL
) WITH (fillfactor = 10);

-- A session began at "first" after "last": a revision between them was never given by this history.
CREATE TABLE epoch (
  first BIGINT PRIMARY KEY,
  last BIGINT NOT NULL
);

CREATE TABLE rev (
  rev BIGINT PRIMARY KEY,
  kind BIGINT NOT NULL,
  key TEXT COLLATE "C" NOT NULL,       -- 'namespace/name' or 'name', in byte order
  op BIGINT NOT NULL,                  -- 1 added, 2 modified, 3 deleted (shows its predecessor's head)
  prev BIGINT NOT NULL,
  superseded BIGINT NOT NULL,          -- 2^63-1 while live; its own revision for a deletion
  lset BIGINT NOT NULL,
  bulk BIGINT,
  batch BIGINT NOT NULL                -- looks up a commit in doubt
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE UNIQUE INDEX rev_key ON rev (kind, key, rev);                  -- which objects are there, in order, at a snapshot
CREATE INDEX rev_lset ON rev (lset);                                  -- which objects have these labels
CREATE INDEX rev_bulk ON rev (bulk) WHERE bulk IS NOT NULL;           -- does anything still refer to this content

CREATE TABLE cur (
  kind BIGINT NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  rev BIGINT NOT NULL,
  PRIMARY KEY (kind, key)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

-- Never changed once written.
CREATE TABLE head (
  rev BIGINT PRIMARY KEY,
  uid TEXT COLLATE "C" NOT NULL,
  generation BIGINT NOT NULL,
  created BIGINT NOT NULL,             -- milliseconds since 1970
  content BYTEA NOT NULL,
  meta_crc BIGINT NOT NULL, meta_len BIGINT NOT NULL, meta_zcrc BIGINT NOT NULL,
  rest_crc BIGINT NOT NULL, rest_len BIGINT NOT NULL, rest_zcrc BIGINT NOT NULL,
  cells TEXT COLLATE "C" NOT NULL,
  meta BYTEA NOT NULL,
  rest BYTEA NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);
-- Deflated already: another attempt to compress costs time and gains nothing.
ALTER TABLE head ALTER COLUMN meta SET STORAGE EXTERNAL;
ALTER TABLE head ALTER COLUMN rest SET STORAGE EXTERNAL;

CREATE TABLE tally (
  kind BIGINT NOT NULL,
  ns TEXT COLLATE "C" NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (kind, ns)
) WITH (fillfactor = 80);

CREATE TABLE labelset (
  id BIGINT PRIMARY KEY,               -- the revision that brought it: never used again
  hash BYTEA NOT NULL UNIQUE,
  json TEXT COLLATE "C" NOT NULL
);

CREATE TABLE label (
  k TEXT COLLATE "C" NOT NULL,
  v TEXT COLLATE "C" NOT NULL,
  lset BIGINT NOT NULL,
  PRIMARY KEY (k, v, lset)             -- which sets hold this label
);
CREATE INDEX label_lset ON label (lset);                              -- what to delete with a set

CREATE TABLE bulk (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sha BYTEA NOT NULL UNIQUE,
  created BIGINT NOT NULL,             -- milliseconds since 1970
  raw_len BIGINT NOT NULL,
  crc BIGINT NOT NULL,
  enc BIGINT NOT NULL,                 -- the encoding to be read; 1 is the one of the write
  zlen BIGINT NOT NULL
);

CREATE TABLE bulk_chunk (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bulk BIGINT NOT NULL,
  enc BIGINT NOT NULL,
  n BIGINT NOT NULL,
  zcrc BIGINT NOT NULL,
  data BYTEA NOT NULL,                 -- at most 128 KB
  UNIQUE (bulk, enc, n)
);
ALTER TABLE bulk_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

-- Candidates for deletion: enc 0 for the whole content, otherwise for that encoding of it.
CREATE TABLE bulk_gc (
  bulk BIGINT NOT NULL,
  enc BIGINT NOT NULL,
  since BIGINT NOT NULL,               -- milliseconds since 1970
  PRIMARY KEY (bulk, enc)
);
