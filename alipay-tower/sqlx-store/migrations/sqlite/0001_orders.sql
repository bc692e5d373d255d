-- The tables share a database with the shop's own, so every name begins with `alipay_`.
-- Amounts are whole fen, times are seconds since 1970 in UTC, `leased_until` is in milliseconds.

CREATE TABLE alipay_orders (
    out_trade_no TEXT    NOT NULL PRIMARY KEY,
    amount       INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 10000000000),
    subject      TEXT    NOT NULL,
    seller_id    TEXT,
    contact      TEXT,
    adjusted_ok  INTEGER NOT NULL DEFAULT 0 CHECK (adjusted_ok IN (0, 1)),
    state        TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'paid', 'closed')),
    trade_no     TEXT,
    created_at   INTEGER NOT NULL,
    paid_at      INTEGER,
    closed_at    INTEGER,
    CHECK ((state = 'paid') = (trade_no IS NOT NULL)),
    CHECK ((state = 'paid') = (paid_at IS NOT NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT;

CREATE INDEX alipay_orders_newest ON alipay_orders (created_at);

-- Money that must go back: a further trade for an order that was paid.
CREATE TABLE alipay_extra_payments (
    trade_no     TEXT    NOT NULL,
    out_trade_no TEXT    NOT NULL REFERENCES alipay_orders (out_trade_no),
    earlier      TEXT    NOT NULL,
    amount       INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (trade_no, out_trade_no)
) STRICT;

-- Real money that fits no order: a confirmed payment of an unknown or closed order, or of another amount. The order may
-- be missing, so `out_trade_no` refers to nothing; `amount` is NULL when the message says none in yuan.
CREATE TABLE alipay_unmatched_payments (
    out_trade_no TEXT    NOT NULL,
    trade_no     TEXT    NOT NULL,
    amount       INTEGER,
    kind         TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    raw          BLOB    NOT NULL,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    times        INTEGER NOT NULL,
    PRIMARY KEY (out_trade_no, trade_no)
) STRICT;

-- `capped` names the class of rows of which only the newest are kept; NULL: kept for ever. Anyone can cause refused
-- hits, and `out_trade_no` is whatever a signed message said, so it refers to nothing.
CREATE TABLE alipay_journal (
    id           INTEGER NOT NULL PRIMARY KEY,
    at           INTEGER NOT NULL,
    channel      TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    reason       TEXT,
    out_trade_no TEXT,
    trade_no     TEXT,
    raw          BLOB    NOT NULL,
    refused      INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    capped       TEXT             CHECK (capped IN ('refused', 'repeated'))
) STRICT;

CREATE INDEX alipay_journal_capped ON alipay_journal (capped, id) WHERE capped IS NOT NULL;

-- Every refused hit there ever was, by its kind; the journal forgets the oldest.
CREATE TABLE alipay_refused_hits (
    kind TEXT    NOT NULL PRIMARY KEY,
    hits INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- An unmatched payment may be of no order, so `out_trade_no` refers to nothing.
CREATE TABLE alipay_outbox (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind            TEXT    NOT NULL,
    out_trade_no    TEXT    NOT NULL,
    payload         TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL UNIQUE,
    created_at      INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    leased_until    INTEGER NOT NULL DEFAULT 0,
    done_at         INTEGER,
    note            TEXT
) STRICT;

CREATE INDEX alipay_outbox_open ON alipay_outbox (id) WHERE done_at IS NULL;
