-- The log and the state at once. auto_vacuum and page_size are set before this, by the connection that creates the file.
CREATE TABLE counter (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  rev INTEGER NOT NULL                 -- the last revision given
);
INSERT INTO counter VALUES (1, 0);

CREATE TABLE store (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,            -- of this schema
  incarnation TEXT NOT NULL,
  compacted INTEGER NOT NULL,          -- snapshots below it cannot be read
  swept INTEGER NOT NULL,              -- what was superseded up to here is deleted
  token_key BLOB NOT NULL
);

-- A session began at "first" after "last": a revision between them was never given by this history.
CREATE TABLE epoch (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
);

CREATE TABLE rev (
  rev INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,                   -- 'namespace/name' or 'name', in byte order
  op INTEGER NOT NULL,                 -- 1 added, 2 modified, 3 deleted (shows its predecessor's head)
  prev INTEGER NOT NULL,
  superseded INTEGER NOT NULL,         -- 2^63-1 while live; its own revision for a deletion
  lset INTEGER NOT NULL,
  bulk INTEGER,
  batch INTEGER NOT NULL               -- looks up a commit in doubt
);
CREATE UNIQUE INDEX rev_key ON rev (kind, key, rev);                  -- which objects are there, in order, at a snapshot
CREATE INDEX rev_lset ON rev (lset);                                  -- which objects have these labels
CREATE INDEX rev_bulk ON rev (bulk) WHERE bulk IS NOT NULL;           -- does anything still refer to this content

CREATE TABLE cur (
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,
  rev INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;

-- Never changed once written.
CREATE TABLE head (
  rev INTEGER PRIMARY KEY,
  uid TEXT NOT NULL,
  generation INTEGER NOT NULL,
  created INTEGER NOT NULL,            -- milliseconds since 1970
  content BLOB NOT NULL,
  meta_crc INTEGER NOT NULL, meta_len INTEGER NOT NULL, meta_zcrc INTEGER NOT NULL,
  rest_crc INTEGER NOT NULL, rest_len INTEGER NOT NULL, rest_zcrc INTEGER NOT NULL,
  cells TEXT NOT NULL,
  meta BLOB NOT NULL,
  rest BLOB NOT NULL
);

CREATE TABLE tally (
  kind INTEGER NOT NULL,
  ns TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (kind, ns)
) WITHOUT ROWID;

CREATE TABLE labelset (
  id INTEGER PRIMARY KEY,              -- the revision that brought it: never used again
  hash BLOB NOT NULL UNIQUE,
  json TEXT NOT NULL
);

CREATE TABLE label (
  k TEXT NOT NULL,
  v TEXT NOT NULL,
  lset INTEGER NOT NULL,
  PRIMARY KEY (k, v, lset)             -- which sets hold this label
) WITHOUT ROWID;
CREATE INDEX label_lset ON label (lset);                              -- what to delete with a set

CREATE TABLE bulk (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sha BLOB NOT NULL UNIQUE,
  created INTEGER NOT NULL,            -- milliseconds since 1970
  raw_len INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  enc INTEGER NOT NULL,                -- the encoding to be read; 1 is the one of the write
  zlen INTEGER NOT NULL
);

CREATE TABLE bulk_chunk (
  id INTEGER PRIMARY KEY,
  bulk INTEGER NOT NULL,
  enc INTEGER NOT NULL,
  n INTEGER NOT NULL,
  zcrc INTEGER NOT NULL,
  data BLOB NOT NULL,                  -- at most 128 KB
  UNIQUE (bulk, enc, n)
);

-- Candidates for deletion: enc 0 for the whole content, otherwise for that encoding of it.
CREATE TABLE bulk_gc (
  bulk INTEGER NOT NULL,
  enc INTEGER NOT NULL,
  since INTEGER NOT NULL,              -- milliseconds since 1970
  PRIMARY KEY (bulk, enc)
) WITHOUT ROWID;
