//! Order numbers.

use alipay_tower::protocol::{OutTradeNo, Timestamp};

/// Crockford's digits: none looks like another.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An order number `T<yyyymmdd><20 random digits>`: unique for ever, and, with 100 random bits, known only to those it
/// was shown to. `None` when the system has no randomness to give.
#[must_use]
pub fn new_order_no(now: Timestamp) -> Option<OutTradeNo> {
    OutTradeNo::new(&format!("T{}{}", now.date(), random_text(20)?)).ok()
}

/// `length` random letters and digits of five bits each.
pub(crate) fn random_text(length: usize) -> Option<String> {
    let mut bytes = vec![0_u8; length];
    getrandom::fill(&mut bytes).ok()?;
    bytes.into_iter().map(|byte| DIGITS.get(usize::from(byte & 31)).copied().map(char::from)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_are_dated_and_unguessable() {
        let new_year: Timestamp = "2024-01-01 00:00:00".parse().unwrap();
        let numbers: HashSet<_> =
            (0..1000).map(|_| new_order_no(new_year).unwrap().as_str().to_owned()).collect();
        assert_eq!(numbers.len(), 1000);
        for number in numbers {
            assert!(number.starts_with("T20240101") && number.len() == 29, "{number}");
            assert!(number.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{number}");
        }
    }
}
