//! What to do with a notification while the gateway cannot be asked about it.

/// What becomes of a notification with a good signature while the gateway is out of reach. A gateway that answered is
/// always believed: after `false` or `invalid` nothing is accepted, whatever the policy. A return is never accepted
/// unconfirmed either; it may only show what the shop's books hold.
///
/// ```
/// use alipay_tower::{
///     Alipay, Endpoints, Merchant, Order, OutagePolicy, async_trait,
///     gateway::{GatewayError, NotifyGateway},
///     protocol::{Confirmation, ConfirmedBy, Md5Key, NotifyCheck, OutTradeNo, PartnerId},
///     store::{MemoryStore, Receipt},
/// };
///
/// struct Down;
///
/// #[async_trait]
/// impl NotifyGateway for Down {
///     async fn ask(&self, _check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
///         Err(GatewayError::Status(503))
///     }
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let merchant = Merchant::md5(PartnerId::new("2088000000000001")?, Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?);
/// let store = MemoryStore::new();
/// store.insert(Order::new(OutTradeNo::new("T1")?, "10.50".parse()?));
/// let endpoints = Endpoints::new("https://shop.example.com/alipay/notify", "https://shop.example.com/alipay/return")?;
/// let careful = Alipay::new(merchant.clone(), Down, store, endpoints);
/// let patient = careful.clone().with_outage_policy(OutagePolicy::AcceptThenConfirm);
///
/// let signed = merchant.sign_fields([
///     ("notify_id", "0123456789abcdef"),
///     ("notify_type", "trade_status_sync"),
///     ("out_trade_no", "T1"),
///     ("total_fee", "10.50"),
///     ("trade_no", "2024010121001004010200000001"),
///     ("trade_status", "TRADE_SUCCESS"),
/// ])?;
/// let (_, message) = signed.url().split_once('?').unwrap_or_default();
///
/// // Fail closed, the default: `fail`, and Alipay repeats itself for a day.
/// assert!(careful.receive_notify(message.as_bytes()).await.is_err());
/// // Accept, then confirm: in the books, and marked.
/// match patient.receive_notify(message.as_bytes()).await? {
///     Receipt::Settled(payment) => assert_eq!(payment.confirmed_by(), ConfirmedBy::Nobody),
///     other => panic!("{other:?}"),
/// }
/// // The buyer's return is refused by the one and shown from the books by the other.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutagePolicy {
    /// A payment that fits a pending order is settled on its signature alone, says
    /// [`ConfirmedBy::Nobody`](crate::protocol::ConfirmedBy::Nobody), and is answered `success`; the gateway must be asked
    /// about the trade later, as the [reconciler](crate::docs::operating) does. Everything
    /// else is refused as by [`FailClosed`](Self::FailClosed): other news, money that fits no order, a second payment, a
    /// message that does not say whose it is.
    ///
    /// For shops whose goods can be called back. Until the gateway is back, whoever has stolen the MD5 key can pay for
    /// orders with it.
    AcceptThenConfirm,
    /// Every notification is answered `fail`; Alipay sends it again, for 25 hours. The default.
    #[default]
    FailClosed,
}

impl OutagePolicy {
    /// One stable word for configurations and logs: `accept_then_confirm` or `fail_closed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcceptThenConfirm => "accept_then_confirm",
            Self::FailClosed => "fail_closed",
        }
    }
}
