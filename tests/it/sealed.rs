//! What the types of the chain are not. `alipay-tower/tests/compile_fail` has what must not compile; this must.

use alipay_tower::{
    Alipay, Endpoints, Merchant, VerifiedPayment,
    protocol::{
        AesKey, Confirmation, ConfirmedNotification, Md5Key, PrivateKey, SignedNotification, UnmatchedPayment,
    },
};

use crate::doubles::{Honest, Permissive};

/// Compiles only while the type does not have the trait: if it had, two `lacks` would fit.
macro_rules! lacks {
    ($($kind:ty: $($trait:path),+;)+) => {
        $($(const _: () = {
            trait Lacks<Choice> {
                fn lacks() {}
            }
            impl<T: ?Sized> Lacks<()> for T {}
            #[allow(dead_code, reason = "only its existence matters")]
            struct Has;
            impl<T: ?Sized + $trait> Lacks<Has> for T {}
            let _ = <$kind as Lacks<_>>::lacks;
        };)+)+
    };
}

lacks! {
    VerifiedPayment: Default, serde::de::DeserializeOwned, std::str::FromStr, From<UnmatchedPayment>;
    UnmatchedPayment: Default, serde::de::DeserializeOwned;
    ConfirmedNotification: Default, serde::de::DeserializeOwned, From<SignedNotification>;
    SignedNotification: Default, serde::de::DeserializeOwned;
    Confirmation: Default, serde::de::DeserializeOwned, From<bool>;
    // Secrets are not shown, not sent and not compared.
    Md5Key: std::fmt::Display, serde::Serialize, PartialEq, Copy;
    PrivateKey: std::fmt::Display, serde::Serialize, PartialEq, Copy;
    AesKey: std::fmt::Display, serde::Serialize, PartialEq, Copy;
}

#[test]
fn no_debug_text_has_the_key_in_it() {
    let secret = alipay_simulator::DEMO_KEY;
    let merchant = alipay_simulator::demo_merchant().unwrap();
    let endpoints = Endpoints::new("https://a.example/notify", "https://a.example/return").unwrap();
    let alipay = Alipay::new(merchant.clone(), Honest::default(), Permissive::default(), endpoints);
    let signed: Merchant = merchant.clone();
    for text in
        [format!("{merchant:?}"), format!("{merchant:#?}"), format!("{alipay:?}"), format!("{signed:?}")]
    {
        assert!(!text.contains(secret) && text.contains("redacted"), "{text}");
    }
}
