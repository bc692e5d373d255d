//! One refund of a `batch_refund_notify`.

use std::fmt;

use super::{ParseError, RefundPart, extra, records};
use crate::protocol::{ErrorCode, Money, TradeNo};

/// What became of one refund of a batch (`result_details`).
///
/// ```
/// use alipay_tower::protocol::{RefundItem, RefundPart};
///
/// let items = RefundItem::parse_all(
///     "2024010121001004010200000001^0.01^SUCCESS$fee@example.com^2088000000000003^0.00^SUCCESS\
///      #2024010121001004010200000002^5.00^NOT_THIS_PARTNERS_TRADE",
/// )?;
/// assert!(items[0].result.is_success());
/// assert!(matches!(items[0].parts[0], RefundPart::Fee { amount, .. } if amount.fen() == 0));
/// assert_eq!(items[1].result.error().and_then(|code| code.meaning()), Some("The trade is another partner's."));
/// # Ok::<(), alipay_tower::protocol::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundItem {
    /// Alipay's number of the trade.
    pub trade_no: TradeNo,
    /// What was to go back to the buyer.
    pub amount: Money,
    /// What became of it.
    pub result: RefundResult,
    /// Columns behind the result that this version does not know (`true`, `P`).
    pub extra: Vec<Box<str>>,
    /// What else was refunded together with it, in the order of the message.
    pub parts: Vec<RefundPart>,
}

/// What became of a refund, or of one part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefundResult {
    /// The money did not move.
    Failed(ErrorCode),
    /// The money went back.
    Success,
}

impl RefundResult {
    /// Whether the money went back.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Success)
    }

    /// Why not, when it did not.
    #[must_use]
    pub const fn error(&self) -> Option<&ErrorCode> {
        match self {
            Self::Failed(code) => Some(code),
            Self::Success => None,
        }
    }
}

impl From<&str> for RefundResult {
    fn from(text: &str) -> Self {
        if text == "SUCCESS" { Self::Success } else { Self::Failed(ErrorCode::new(text)) }
    }
}

/// As on the wire.
impl fmt::Display for RefundResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.error().map_or("SUCCESS", ErrorCode::as_str))
    }
}

impl RefundItem {
    /// Reads the details of a batch: refunds joined by `#`.
    ///
    /// # Errors
    ///
    /// [`ParseError::BadValue`] when a refund has no trade number, amount and result, or when there are more than 1000.
    pub fn parse_all(details: &str) -> Result<Vec<Self>, ParseError> {
        records(details, '#', Self::read, "result_details")
    }

    fn read(text: &str) -> Option<Self> {
        let end = text.find(['$', '|']).unwrap_or(text.len());
        let (trade, parts) = text.split_at_checked(end)?;
        let mut columns = trade.split('^');
        Some(Self {
            trade_no: TradeNo::new(columns.next()?).ok()?,
            amount: columns.next()?.parse().ok()?,
            result: RefundResult::from(columns.next()?),
            extra: extra(columns),
            parts: RefundPart::read_all(parts),
        })
    }
}

/// As on the wire.
impl fmt::Display for RefundItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}^{}^{}", self.trade_no, self.amount, self.result)?;
        self.extra.iter().try_for_each(|column| write!(f, "^{column}"))?;
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(items: &[RefundItem]) -> String {
        items.iter().map(ToString::to_string).collect::<Vec<_>>().join("#")
    }

    #[test]
    fn reads_what_alipay_was_seen_to_send() {
        let item = |text: &str| RefundItem::parse_all(text).unwrap().remove(0);
        let five = item(
            "2016081121001004320278315709^0.01^SUCCESS^true^P$seller@example.com^2088000000000001^0.00^SUCCESS",
        );
        assert_eq!(five.extra, ["true".into(), "P".into()]);
        assert!(
            matches!(&five.parts[..], [RefundPart::Fee { account, .. }] if &**account == "seller@example.com")
        );
        let failed = item("2010031206252779^10.00^NOT_THIS_PARTNERS_TRADE");
        assert_eq!((failed.amount.fen(), failed.result.is_success()), (1000, false));
        // Amounts may come without decimals.
        assert_eq!(item("2010031906272929^80^SUCCESS").amount.fen(), 8000);
    }

    #[test]
    fn reads_every_part() {
        let text = "2010031906272929^80.00^SUCCESS$f@example.com^2088000000000003^0.01^SUCCESS\
            |o@example.com^2088000000000004^i@example.com^2088000000000005^1.00^BALANCE_LOW\
            |o2@example.com^2088000000000006^i@example.com^2088000000000005^2.00^SUCCESS\
            $$3.00^SUCCESS|what^is^this";
        let items = RefundItem::parse_all(text).unwrap();
        let [
            RefundPart::Fee { .. },
            RefundPart::Royalty { result, .. },
            RefundPart::Royalty { amount, .. },
            RefundPart::SubTrade { .. },
            RefundPart::Other(other),
        ] = &items[0].parts[..]
        else {
            panic!("{items:?}")
        };
        assert!(!result.is_success());
        assert_eq!((amount.fen(), &**other), (200, "|what^is^this"));
        assert_eq!(printed(&items), text);
    }

    #[test]
    fn refuses_what_says_nothing_about_money() {
        for bad in [
            "x",
            "2010031206252779",
            "2010031206252779^1.00",
            "^1.00^SUCCESS",
            "2010031206252779^-1.00^SUCCESS",
            "2010031206252779^1.005^SUCCESS",
        ] {
            assert_eq!(RefundItem::parse_all(bad), Err(ParseError::BadValue("result_details")), "{bad}");
        }
        assert_eq!(RefundItem::parse_all(""), Ok(Vec::new()));
        let many = |count| vec!["2010031206252779^1.00^SUCCESS"; count].join("#");
        assert_eq!(RefundItem::parse_all(&many(1000)).unwrap().len(), 1000);
        assert!(RefundItem::parse_all(&many(1001)).is_err());
    }

    fn column() -> impl Strategy<Value = String> {
        "[a-zA-Z0-9@._ 张三]{0,12}"
    }

    fn result() -> impl Strategy<Value = RefundResult> {
        prop_oneof![Just("SUCCESS".to_owned()), column()].prop_map(|text| RefundResult::from(&*text))
    }

    fn amount() -> impl Strategy<Value = Money> {
        (0..=Money::MAX.fen()).prop_map(|fen| Money::from_fen(fen).unwrap())
    }

    fn part() -> impl Strategy<Value = RefundPart> {
        prop_oneof![
            (column(), column(), amount(), result()).prop_map(|(account, user_id, amount, result)| {
                RefundPart::Fee { account: account.into(), user_id: user_id.into(), amount, result }
            }),
            (column(), column(), column(), column(), amount(), result()).prop_map(
                |(out_account, out_id, in_account, in_id, amount, result)| RefundPart::Royalty {
                    out_account: out_account.into(),
                    out_id: out_id.into(),
                    in_account: in_account.into(),
                    in_id: in_id.into(),
                    amount,
                    result,
                }
            ),
            (amount(), prop::option::of(column()), result()).prop_map(|(amount, compensation, result)| {
                RefundPart::SubTrade { amount, compensation: compensation.map(Box::from), result }
            }),
        ]
    }

    fn item() -> impl Strategy<Value = RefundItem> {
        let extra = prop::collection::vec(column().prop_map(Box::from), 0..3);
        ("[0-9]{16,28}", amount(), result(), extra, prop::collection::vec(part(), 0..4)).prop_map(
            |(trade_no, amount, result, extra, parts)| RefundItem {
                trade_no: TradeNo::new(&trade_no).unwrap(),
                amount,
                result,
                extra,
                parts,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

        #[test]
        fn what_is_printed_is_read_back(items in prop::collection::vec(item(), 0..6)) {
            prop_assert_eq!(RefundItem::parse_all(&printed(&items)), Ok(items));
        }

        /// Any text is refused, or read into what prints and reads alike.
        #[test]
        fn any_text_is_read_without_panic(text in "([0-9]{0,4}|\\^|\\||\\$|#|[.]|SUCCESS|\\PC){0,40}") {
            if let Ok(items) = RefundItem::parse_all(&text) {
                prop_assert_eq!(RefundItem::parse_all(&printed(&items)), Ok(items));
            }
        }

        #[test]
        fn the_separators_alone_decide(tail in "([0-9]{1,4}|\\^|\\||\\$|[.]|SUCCESS|a){0,30}") {
            let text = format!("2010031206252779^1.00^{tail}");
            let items = RefundItem::parse_all(&text).unwrap();
            prop_assert_eq!(items.len(), 1);
            prop_assert_eq!(RefundItem::parse_all(&printed(&items)), Ok(items));
        }
    }
}
