//! Bank codes for `defaultbank`. The real list changes with the contracts; this one is data and no promise.

/// Code, name in Chinese, name in English: what the cashier offers.
pub(crate) const OFFERED: [(&str, &str, &str); 12] = [
    ("ICBCB2C", "工商银行", "ICBC"),
    ("CMB", "招商银行", "China Merchants Bank"),
    ("CCB", "建设银行", "China Construction Bank"),
    ("BOCB2C", "中国银行", "Bank of China"),
    ("ABC", "农业银行", "Agricultural Bank"),
    ("COMM", "交通银行", "Bank of Communications"),
    ("POSTGC", "邮储银行", "Postal Savings Bank"),
    ("SPDB", "浦发银行", "SPD Bank"),
    ("CITIC", "中信银行", "CITIC Bank"),
    ("CMBC", "民生银行", "Minsheng Bank"),
    ("CIB", "兴业银行", "Industrial Bank"),
    ("SPABANK", "平安银行", "Ping An Bank"),
];

/// Codes that a request may name besides.
const FURTHER: [&str; 35] = [
    "ABCBTB",
    "BJBANK",
    "BJRCB",
    "BOC-DEBIT",
    "BOCBTB",
    "CCB-DEBIT",
    "CCBBTB",
    "CEB-DEBIT",
    "CEBBANK",
    "CITIC-DEBIT",
    "CMB-DEBIT",
    "CMBBTB",
    "COMM-DEBIT",
    "FDB",
    "GDB",
    "GDB-DEBIT",
    "HZCBB2C",
    "ICBC-DEBIT",
    "ICBCBTB",
    "NBBANK",
    "PSBC-DEBIT",
    "SDB",
    "SHBANK",
    "SHRCB",
    "SPDB-DEBIT",
    "SPDBB2B",
    "WZCBB2C-DEBIT",
    "abc1003",
    "abc1004",
    "BOC-CCIP-3",
    "BOC-CCIP-6",
    "BOC-CCIP-12",
    "CCB-CCIP-3",
    "CCB-CCIP-6",
    "CCB-CCIP-12",
];

pub(crate) fn is_known(code: &str) -> bool {
    OFFERED.iter().any(|(own, ..)| *own == code) || FURTHER.contains(&code)
}

/// The name of a bank, or its code.
pub(crate) fn name(code: &str) -> &str {
    OFFERED.iter().find(|(own, ..)| *own == code).map_or(code, |(_, name, _)| name)
}
