-- Each refund that the shop has begun, under a number of its own. `idempotency_key` is what one press of a button carries.
-- `doubts`: how often it was sent and no certain no came back. `accepted`: Alipay has said that it has it. `ended_at`: since
-- when it is known what became of it; NULL means that money may still leave.
CREATE TABLE alipay_refund_requests (
    batch_no        TEXT    NOT NULL PRIMARY KEY REFERENCES alipay_refund_batches (batch_no),
    out_trade_no    TEXT    NOT NULL,
    trade_no        TEXT    NOT NULL,
    amount          INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 10000000000),
    reason          TEXT    NOT NULL,
    idempotency_key TEXT    UNIQUE,
    begun_at        INTEGER NOT NULL,
    doubts          INTEGER NOT NULL CHECK (doubts >= 0),
    accepted        INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    ended_at        INTEGER
) STRICT;

CREATE INDEX alipay_refund_requests_open ON alipay_refund_requests (out_trade_no) WHERE ended_at IS NULL;
