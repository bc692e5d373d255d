//! Alipay's public key: is it the shop's own, another environment's, or meant for the other digest?

use alipay_tower::protocol::{PublicKey, Scheme, SignType};

use super::{Diagnosis, Finding, evidence::Evidence, lock::Lock};

/// The key that all merchants of the classic gateway verify RSA with (Alipay, *Signature*, RSA), of 1024 bits.
const MAPI_PLATFORM: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCnxj/9qwVfgoUh/y2W89L6BkRAFljhNhgPdyPuBV64bfQNN1Pj\
    bCzkIM6qRdKBoLPXmKKMiFYnkd6rAoprih3/PrQEB/VsW8OoM8fxn67UDYuyBTqA23MML9q1+ilIZwBC2AQ2UBVOrFXfFl75p6/B5KsiNG9zpgmL\
    CUYuLkxpLQIDAQAB";

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let Lock::Rsa(configured, sign_type) = evidence.lock() else { return None };
    let text = evidence.text();
    let opens = |key: &PublicKey, sign_type| evidence.signs_by(&text, &Lock::Rsa(key.clone(), sign_type));
    let own = evidence.other_keys().own.as_ref();
    if own.is_some_and(|own| own.is_same_as(configured)) {
        let detail = "--alipay-public-key is the public half of your own --private-key, not Alipay's key";
        return Some(Finding::certain(Diagnosis::OwnKey, detail));
    }
    if own.is_some_and(|own| opens(own, *sign_type)) {
        let detail = "this verifies with your own key: the shop signed it, not Alipay";
        return Some(Finding::certain(Diagnosis::OwnKey, detail));
    }
    let other_type = if *sign_type == SignType::Rsa { SignType::Rsa2 } else { SignType::Rsa };
    if opens(configured, other_type) {
        let detail =
            format!("the signature is good by {}, not by {}", other_type.as_str(), sign_type.as_str());
        return Some(Finding::certain(Diagnosis::OtherAlgorithm, detail));
    }
    let others = &evidence.other_keys().public;
    [*sign_type, other_type].into_iter().find_map(|sign_type| {
        let by = sign_type.as_str();
        let detail = match others.iter().position(|key| opens(key, sign_type)) {
            Some(at) => format!("this verifies with --other-public-key number {} (by {by})", at + 1),
            None if evidence.merchant().scheme() == Scheme::Mapi => {
                let platform = PublicKey::new(MAPI_PLATFORM).ok()?;
                if !opens(&platform, sign_type) {
                    return None;
                }
                format!("this verifies with the published key of the classic gateway (by {by})")
            }
            None => return None,
        };
        Some(Finding::certain(Diagnosis::KeyOfOtherEnvironment, detail))
    })
}
