//! Examinations in which golden findings are compared.

use std::time::Duration;

use alipay_simulator::doctor::{Checkup, Doctor};

use crate::shop::{self, Request, merchant, shop};

/// A doctor with the shop's key who does not wait long.
pub(crate) fn doctor(to: &str) -> Doctor {
    Doctor::new(to).unwrap().with_merchant(merchant()).with_timeout(Duration::from_secs(20))
}

/// The findings as `severity slug`, without the note that the shop is on this machine.
pub(crate) fn golden(checkup: &Checkup) -> Vec<String> {
    let findings = checkup
        .findings()
        .iter()
        .map(|finding| format!("{} {}", finding.defect.severity().as_str(), finding.defect.slug()));
    findings.filter(|line| line != "note not_public").collect()
}

#[track_caller]
pub(crate) fn assert_golden(checkup: &Checkup, expected: &[&str]) {
    assert_eq!(golden(checkup), expected, "{:#?}", checkup.findings());
    let healthy = expected.iter().all(|line| line.starts_with("note "));
    assert_eq!(checkup.is_healthy(), healthy);
}

/// Examines a shop with one defect.
pub(crate) async fn examine(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Checkup {
    doctor(&shop(answer)).examine().await.unwrap()
}

/// Examines a healthy shop whose answers are dressed in another way.
pub(crate) async fn dressed(dress: impl Fn(u16, &'static str) -> Vec<u8> + Send + Sync + 'static) -> Checkup {
    examine(move |request| {
        let word = shop::word(request);
        dress(if word == "success" { 200 } else { 403 }, word)
    })
    .await
}
