//! Who can be paid: a few people who are known here, and rules for everybody else.

/// Accounts and the names that belong to them.
const KNOWN: [(&str, &str); 3] =
    [("payee1@example.com", "张三"), ("payee2@example.com", "王五"), ("payee3@example.com", "赵六")];

/// Beginnings of accounts that cannot be paid, and why (Alipay, *batch_trans_notify*, reasons of failure).
const REFUSED: [(&str, &str); 5] = [
    ("blocked", "ILLEGAL_USER_STATUS"),
    ("limit", "DAILY_QUOTA_LIMIT_EXCEED"),
    ("nobody", "RECEIVE_USER_NOT_EXIST"),
    ("released", "PAYEE_ACCOUNT_IS_RELEASED"),
    ("unverified", "ERROR_OTHER_CERTIFY_LEVEL_LIMIT"),
];

/// Why this account cannot be paid under this name. Whoever is not known is whoever he says.
pub(crate) fn objection(account: &str, name: &str) -> Option<&'static str> {
    if let Some((_, code)) = REFUSED.iter().find(|(prefix, _)| account.starts_with(prefix)) {
        return Some(code);
    }
    let known = KNOWN.iter().find(|(own, _)| *own == account);
    // Alipay's own spelling.
    known.filter(|(_, own)| *own != name).map(|_| "ACCOUN_NAME_NOT_MATCH")
}
