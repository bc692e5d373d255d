//! Orders of an Alipay shop in SQL: settled exactly once, with a journal and an outbox.
//!
//! [`SqlStore`] is a ready [`OrderStore`](alipay_tower::OrderStore). The shop records an order, sends the buyer to pay, and
//! hands the store to [`Alipay`](alipay_tower::Alipay); from then on the books keep themselves:
//!
//! ```
//! use alipay_sqlx_store::{NewOrder, OutboxKind, SqlStore};
//! use alipay_tower::{OrderStore, protocol::{OrderState, OutTradeNo}};
//! # use alipay_tower::{Merchant, VerifiedPayment, protocol::{Channel, Md5Key, Notification, PartnerId, TradeEvent}};
//! # async fn verified(store: &SqlStore) -> Result<VerifiedPayment, Box<dyn std::error::Error>> {
//! #     let merchant = Merchant::md5(PartnerId::new("2088000000000001")?, Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?);
//! #     let text = "notify_id=70fec0&notify_type=trade_status_sync&out_trade_no=T20240101000001&total_fee=10.50\
//! #         &trade_no=2024010121001004010200000001&trade_status=TRADE_SUCCESS";
//! #     let body = format!("{text}&sign={}&sign_type=MD5", merchant.sign_text(text.as_bytes()));
//! #     let signed = Notification::parse(Channel::Notify, body.as_bytes())?.authenticate(&merchant)?;
//! #     let confirmation = signed.check(&merchant)?.read(b"true")?;
//! #     let TradeEvent::Paid(payment) = signed.confirm(&confirmation)?.into_event()? else { panic!("not paid") };
//! #     let order = store.find(payment.notice().out_trade_no()).await?.ok_or("no order")?;
//! #     Ok(payment.match_order(&order)?)
//! # }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let store = SqlStore::connect("sqlite::memory:").await?; // or sqlite://shop.db
//! let id = OutTradeNo::new("T20240101000001")?;
//! store
//!     .create_order(NewOrder::new(id.clone(), "10.50".parse()?, "a pot of tea").with_contact("buyer@example.com"))
//!     .await?;
//!
//! // `Alipay::new(merchant, gateway, store.clone(), endpoints)` takes a clone, and settles what the gateway tells:
//! # let payment = verified(&store).await?;
//! let _ = store.settle(&payment).await?;
//!
//! let order = store.order(&id).await?.ok_or("the order is gone")?;
//! assert_eq!(order.state(), &OrderState::Paid(payment.trade_no().clone()));
//!
//! // A worker, in this process or in another, sends what is owed.
//! for message in store.claim_outbox(10, std::time::Duration::from_secs(60)).await? {
//!     assert_eq!(message.kind(), &OutboxKind::Receipt);
//!     store.outbox_done(message.id(), "sent").await?;
//! }
//!
//! store.close().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! * **Once.** A payment is settled by one conditional `UPDATE`; of any number of concurrent calls, in any number of
//!   processes, one moves the row and the others are told what they found.
//! * **Together.** The order's new state, its line in the journal and its message in the [outbox](SqlStore::claim_outbox)
//!   are one transaction. After a crash there are all three or none, and where there are none the gateway's next try brings them.
//! * **On disk.** `settle` returns when its transaction is synced. Dropping the future neither undoes nor repeats it.
//! * **Honest under load.** Waiting writes share one commit (group commit); when too many wait, the next is refused at
//!   once, the notification is answered `fail`, and comes again.
//! * **Bounded.** Illegal hits are [counted](SqlStore::refused_hits) for ever, but the journal remembers only the newest
//!   of them. Of messages without a good signature it takes a hundred a second, and 256 bytes of each. Hits are written
//!   when no other work waits and in transactions of their own, so a flood of them costs a settlement at most the time
//!   of one small transaction.
//!
//! * **Never back.** What messages say of a trade is joined: late, repeated and missing ones lead to the same books.
//!
//! A second payment of a paid order is kept in [`SqlStore::extra_payments`] and told by a message of the kind
//! [`OutboxKind::PaidTwice`]: it is money that must go back. A confirmed payment that fits no order is kept in
//! [`SqlStore::unmatched_payments`] and told once by a message of the kind [`OutboxKind::Unmatched`]: it is real money
//! that needs a person. Of these, the exact payment of a closed order moves it to
//! [`PaidAfterClose`](alipay_tower::protocol::OrderState::PaidAfterClose) and is told by [`OutboxKind::PaidAfterClose`]: the
//! shop ships after all, or sends the money back. A store that wraps this one must hand on
//! [`unmatched`](alipay_tower::OrderStore::unmatched), or only the count of such hits is left.
//!
//! # Trades, refunds, history
//!
//! The books follow each trade: held, shipped, paid, finished, closed, and what went back of it ([`OrderRecord::progress`],
//! [`OrderRecord::refunded`]). A refund is known by its key, so that the shop's own word ([`SqlStore::record_refund`]), the
//! gateway's notification and its repetitions are one; the sum never exceeds what was paid, and what would exceed it is told
//! by [`OutboxKind::RefundExceeds`]. Numbers of refund batches come from [`SqlStore::next_batch_no`]. Every move of an order
//! is a line of its history, for a person to read: [`SqlStore::events`].
//!
//! # Lost notifications
//!
//! The store is a [`ReconcileStore`](alipay_tower::store::ReconcileStore): it lists the orders about which the gateway is to
//! be asked, takes back a settlement that the gateway denies ([`OutboxKind::SettlementDenied`]), and lets one of several
//! instances sweep at a time. A message that lies in the journal can be played again: [`SqlStore::journal_entry`].
//!
//! # Databases
//!
//! The URL's scheme chooses the database, and a feature compiles it in:
//!
//! | scheme | feature | default |
//! |---|---|---|
//! | `sqlite:` | `sqlite` | yes |
//!
//! SQLite runs in WAL mode with `synchronous=FULL`, foreign keys and a busy time-out of five seconds, and the tables
//! migrate themselves in [`SqlStore::connect`]. The store lives on the tokio runtime on which it was opened. The journal
//! and the outbox hold what buyers' messages hold: treat the file as personal data.
//!
//! The minimum Rust version is 1.94.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "sqlite"), expect(dead_code, unused_imports, reason = "only databases use them"))]

mod backend;
mod clock;
mod error;
mod options;
mod records;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

pub use self::{
    error::{DatabaseError, SqlStoreError},
    options::SqlStoreOptions,
    records::{
        ExtraPayment, JournalEntry, NewOrder, OrderEvent, OrderEventKind, OrderRecord, OutboxKind,
        OutboxMessage, RefundBatch, RefundEntry, RefundIntent, RefundRecord, RefundRequest, RefundStart,
        RefusedHits, UnmatchedRecord,
    },
    store::SqlStore,
};
