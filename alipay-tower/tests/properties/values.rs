//! The grammars of single values: total, and without loss.

use alipay_tower::{
    Money,
    protocol::{NotifyId, OutTradeNo, PartnerId, RefundStatus, SellerId, Timestamp, TradeNo, TradeStatus},
};
use proptest::prelude::*;

use crate::support::{config, text};

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn money_prints_what_it_parses(fen in 0..=Money::MAX.fen()) {
        let money = Money::from_fen(fen).unwrap();
        let printed = money.to_string();
        prop_assert_eq!(printed.parse(), Ok(money));
        prop_assert_eq!(printed, format!("{}.{:02}", fen / 100, fen % 100));
    }

    #[test]
    fn money_takes_an_amount_or_nothing(text in prop_oneof![text(), "[0-9]{0,12}[.]?[0-9]{0,4}", "[-+ 0-9.eE,]{0,9}"]) {
        if let Ok(money) = text.parse::<Money>() {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            prop_assert!(decimals <= 2 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            let scale = 10_u64.pow(2 - u32::try_from(decimals).unwrap());
            prop_assert_eq!(digits.parse::<u64>().unwrap() * scale, money.fen());
        }
    }

    #[test]
    fn every_moment_prints_what_it_parses(seconds in any::<i64>()) {
        let moment = Timestamp::from_unix_seconds(seconds);
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
    }

    #[test]
    fn a_date_is_taken_as_it_is_written_or_not_at_all(
        text in prop_oneof![text(), "[0-9]{4}-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9]:[0-6][0-9]"],
    ) {
        if let Ok(moment) = text.parse::<Timestamp>() {
            prop_assert_eq!(moment.to_string(), text);
        }
    }

    /// No id can hold what separates fields in a signed text or breaks out of an address or an attribute.
    #[test]
    fn no_id_can_inject(text in prop_oneof![text(), "[ -~]{0,70}", "2088[0-9]{12}", "[a-z0-9%/+=]{1,40}"]) {
        let taken = [
            PartnerId::new(&text).map(|id| id.to_string()),
            SellerId::new(&text).map(|id| id.to_string()),
            OutTradeNo::new(&text).map(|id| id.to_string()),
            TradeNo::new(&text).map(|id| id.to_string()),
            NotifyId::new(&text).map(|id| id.to_string()),
        ];
        for id in taken.into_iter().flatten() {
            prop_assert_eq!(&id, &text);
            prop_assert!(!id.is_empty() && !id.contains(['&', '#', '<', '>', '"', '\'', '\\', '\r', '\n', '\0']));
        }
    }

    #[test]
    fn status_words_are_kept(text in prop_oneof![text(), "[A-Z_]{0,30}"]) {
        let (status, refund) = (TradeStatus::from(text.as_str()), RefundStatus::from(text.as_str()));
        prop_assert_eq!(status.as_str(), &text);
        prop_assert_eq!(refund.as_str(), &text);
        prop_assert_eq!(status.is_paid(), text == "TRADE_SUCCESS" || text == "TRADE_FINISHED");
    }
}
