-- The tables share a database with the shop's own, so every name begins with `alipay_`.
-- Amounts are whole fen (hundredths of the order's currency), times are seconds since 1970 in UTC, `leased_until` is in
-- milliseconds.

-- `unconfirmed`: settled on a signature alone. `denials`: how often the gateway denied such a settlement. `checks` and
-- `next_check_at`: how often the gateway was asked about the order in vain, and when it is asked again.
CREATE TABLE alipay_orders (
    out_trade_no  TEXT    NOT NULL PRIMARY KEY,
    amount        INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 10000000000),
    currency      TEXT    NOT NULL,
    subject       TEXT    NOT NULL,
    seller_id     TEXT,
    contact       TEXT,
    adjusted_ok   INTEGER NOT NULL DEFAULT 0 CHECK (adjusted_ok IN (0, 1)),
    escrow_ok     INTEGER NOT NULL DEFAULT 0 CHECK (escrow_ok IN (0, 1)),
    state         TEXT    NOT NULL DEFAULT 'pending'
                  CHECK (state IN ('pending', 'paid', 'closed', 'paid_after_close')),
    trade_no      TEXT,
    created_at    INTEGER NOT NULL,
    paid_at       INTEGER,
    closed_at     INTEGER,
    unconfirmed   INTEGER NOT NULL DEFAULT 0 CHECK (unconfirmed IN (0, 1)),
    denials       INTEGER NOT NULL DEFAULT 0,
    checks        INTEGER NOT NULL DEFAULT 0,
    next_check_at INTEGER,
    CHECK ((state IN ('paid', 'paid_after_close')) = (trade_no IS NOT NULL)),
    CHECK ((state IN ('paid', 'paid_after_close')) = (paid_at IS NOT NULL)),
    CHECK ((state IN ('closed', 'paid_after_close')) = (closed_at IS NOT NULL)),
    CHECK (unconfirmed = 0 OR state = 'paid')
) STRICT;

CREATE INDEX alipay_orders_newest ON alipay_orders (created_at);
CREATE INDEX alipay_orders_pending ON alipay_orders (created_at) WHERE state = 'pending';
CREATE INDEX alipay_orders_unconfirmed ON alipay_orders (created_at) WHERE unconfirmed = 1;

-- Everything that confirmed messages have said about each trade of an order, joined; nothing here ever goes back. The
-- order's own trade is the one that it names; the others are kept because messages come in any order. `stage` is a rank:
-- 0 new, 10 waiting, 20 held, 30 shipped, 40 paid, 50 finished. `amount` is the trade's total, NULL when none was named.
CREATE TABLE alipay_trades (
    trade_no     TEXT    NOT NULL,
    out_trade_no TEXT    NOT NULL REFERENCES alipay_orders (out_trade_no),
    amount       INTEGER,
    stage        INTEGER NOT NULL CHECK (stage IN (0, 10, 20, 30, 40, 50)),
    closed       INTEGER NOT NULL CHECK (closed IN (0, 1)),
    refunded     INTEGER NOT NULL CHECK (refunded >= 0),
    refund_seen  INTEGER NOT NULL CHECK (refund_seen IN (0, 1)),
    PRIMARY KEY (trade_no, out_trade_no)
) STRICT, WITHOUT ROWID;

-- Single refunds. `key` is what a repetition is known by; `amount` is NULL when no message names it; `counted` is 0 for
-- one that would bring the sum above what was paid. `out_trade_no` is NULL while the trade is of no known order.
CREATE TABLE alipay_refunds (
    trade_no     TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    out_trade_no TEXT,
    amount       INTEGER CHECK (amount >= 0),
    at           INTEGER NOT NULL,
    counted      INTEGER NOT NULL CHECK (counted IN (0, 1)),
    PRIMARY KEY (trade_no, key)
) STRICT;

CREATE INDEX alipay_refunds_order ON alipay_refunds (out_trade_no);

-- Numbers of batches of refunds and payouts, each recorded before it is used and used once. `results`: what a
-- notification said of each payout, in Alipay's words; NULL while none has come.
CREATE TABLE alipay_refund_batches (
    batch_no   TEXT    NOT NULL PRIMARY KEY,
    day        TEXT    NOT NULL,
    serial     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    details    TEXT    NOT NULL,
    told_at    INTEGER,
    results    TEXT,
    UNIQUE (day, serial),
    CHECK ((told_at IS NULL) = (results IS NULL))
) STRICT;

-- What became of each order, for a person to read. An unmatched payment may be of no order, so `out_trade_no` refers to
-- nothing.
CREATE TABLE alipay_order_events (
    id           INTEGER NOT NULL PRIMARY KEY,
    out_trade_no TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    trade_no     TEXT,
    amount       INTEGER,
    detail       TEXT
) STRICT;

CREATE INDEX alipay_order_events_order ON alipay_order_events (out_trade_no, id);

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

-- Who does what alone, until when.
CREATE TABLE alipay_leases (
    name         TEXT    NOT NULL PRIMARY KEY,
    holder       TEXT    NOT NULL,
    leased_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
