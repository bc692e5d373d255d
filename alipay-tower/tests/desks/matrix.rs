//! Every merchant's messages on every merchant's paths.

use std::sync::atomic::Ordering;

use alipay_tower::{Desks, gateway::NotifyGateway};

use crate::support::*;

/// Only on the diagonal is anything accepted; elsewhere it is refused with this word, and no book is touched.
async fn only_ones_own(
    parties: &[Party],
    gateway: impl NotifyGateway + Copy,
    more: &[(&str, &str)],
    word: &str,
) {
    let desks = Desks::under("/pay").unwrap();
    let books: Vec<_> = parties.iter().map(Books::of).collect();
    for (at, (party, books)) in parties.iter().zip(&books).enumerate() {
        desks.add(desk(party, gateway, books, at)).unwrap();
    }
    assert_eq!(desks.all().len(), parties.len());
    let layer = desks.layer();
    // Twice: before anything is in the books, and when everything is.
    for round in 0..2 {
        for own_first in [false, true] {
            for (from, party) in parties.iter().enumerate() {
                let message = message(party, more);
                for at in (0..parties.len()).filter(|at| (*at == from) == own_first) {
                    let (notify, back) = (
                        notify(&layer, &notify_path(at), &message).await,
                        back(&layer, &return_path(at), &message).await,
                    );
                    if at == from {
                        let paid = format!("paid {}.abc", party.merchant.partner());
                        assert_eq!((notify.as_str(), back), ("success", paid), "{from} in round {round}");
                    } else {
                        assert_eq!(notify, format!("fail {word}"), "{from} on {at} in round {round}");
                        assert_eq!(back, word, "{from} on {at} in round {round}");
                    }
                }
            }
            let settled = usize::from(own_first || round > 0);
            assert!(books.iter().all(|books| books.settled.load(Ordering::SeqCst) == settled));
        }
    }
}

#[tokio::test]
async fn md5_by_the_key() {
    let parties: Vec<_> = (0..MERCHANTS).map(md5).collect();
    only_ones_own(&parties, Yes, &[], "forged").await;
    // Cross-border and batch messages name nobody, and the key is enough.
    only_ones_own(&parties, Yes, &[("seller_id", "")], "forged").await;
}

#[tokio::test]
async fn md5_by_the_ids_when_two_share_a_key() {
    let shared = |at: usize| {
        let partner = alipay_tower::protocol::PartnerId::new(&partner(at)).unwrap();
        let merchant = alipay_tower::Merchant::md5(partner, key(0));
        Party { alipay: merchant.clone(), merchant }
    };
    let parties: Vec<_> = (0..MERCHANTS).map(shared).collect();
    only_ones_own(&parties, Yes, &[], "not_ours").await;
    // What names nobody is told apart by the gateway, which knows to whom it was sent.
    only_ones_own(&parties, Knowing, &[("seller_id", "")], "gateway_denied").await;
}

#[cfg(feature = "rsa")]
#[tokio::test]
async fn rsa_by_the_ids_though_all_share_one_key() {
    let parties = rsa();
    only_ones_own(&parties, Yes, &[], "not_ours").await;
    let unnamed = [("seller_id", ""), ("currency", "CNY")];
    only_ones_own(&parties, Knowing, &unnamed, "gateway_denied").await;
}

/// Both generations and all algorithms under one layer; what is alike about any two of them is the key of Alipay's, which
/// the console in truth gives to each application separately.
#[cfg(feature = "rsa")]
#[tokio::test]
async fn all_kinds_of_merchants_side_by_side() {
    use alipay_tower::{
        Merchant,
        protocol::{AppId, PrivateKey, SellerId},
    };

    let (platform, shop) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let application = |at: usize, sha1: bool| {
        let app_id = || AppId::new(&format!("202100000000000{at}")).unwrap();
        let seller_id = || SellerId::new(&partner(at)).unwrap();
        let make = if sha1 { Merchant::openapi_rsa } else { Merchant::rsa2 };
        let merchant = make(app_id(), seller_id(), shop.clone(), platform.public().clone()).unwrap();
        let alipay = make(app_id(), seller_id(), platform.clone(), shop.public().clone()).unwrap();
        Party { merchant, alipay }
    };
    let parties: Vec<_> = rsa_of(&platform, &shop)
        .into_iter()
        .take(2)
        .chain([md5(2), md5(3)])
        .chain([application(4, false), application(5, false), application(6, true), application(7, true)])
        .collect();
    let desks = Desks::new();
    let books: Vec<_> = parties.iter().map(Books::of).collect();
    for (at, (party, books)) in parties.iter().zip(&books).enumerate() {
        desks.add(desk(party, Yes, books, at)).unwrap();
    }
    let layer = desks.layer();
    for (from, party) in parties.iter().enumerate() {
        let message = match party.merchant.app_id() {
            Some(app_id) => application_message(party, app_id.as_str()),
            None => message(party, &[]),
        };
        for at in 0..parties.len() {
            let answer = notify(&layer, &notify_path(at), &message).await;
            if at == from {
                assert_eq!(answer, "success", "{from}");
            } else {
                assert!(
                    ["fail forged", "fail not_ours"].contains(&answer.as_str()),
                    "{from} on {at}: {answer}"
                );
            }
        }
    }
    assert!(books.iter().all(|books| books.settled.load(Ordering::SeqCst) == 1));
}

#[tokio::test]
async fn a_path_is_one_desks_and_below_the_prefix() {
    let desks = Desks::under("/pay").unwrap();
    let (own, books) = (md5(0), Books::of(&md5(0)));
    desks.add(desk(&own, Yes, &books, 0)).unwrap();
    let other = desk(&md5(1), Yes, &books, 1);
    let paths = |notify: &str, back: &str| {
        let there = endpoints(1).with_notify_path("/x").unwrap();
        let there = there.with_return_path(back).unwrap().with_notify_path(notify).unwrap();
        desks.add(other.clone().with_endpoints(there)).map_err(|error| error.to_string())
    };
    let (notify, back) = (notify_path(0), return_path(0));
    for (taken, one) in [
        (&notify, paths(&notify, "/pay/r")),
        (&back, paths(&back, "/pay/r")),
        (&notify, paths("/pay/n", &notify)),
        (&back, paths("/pay/n", &back)),
    ] {
        assert_eq!(one, Err(format!("the path `{taken}` is another desk's: give each desk its own")));
    }
    for outside in ["/", "/pay", "/payments/n", "/PAY/n", "/other/pay/n"] {
        let refused = Err(format!("the path `{outside}` is not below the prefix of the desks"));
        assert_eq!(paths(outside, "/pay/r"), refused);
        assert_eq!(paths("/pay/n", outside), refused);
    }
    // What was refused has left nothing behind.
    assert_eq!(desks.all().len(), 1);
    assert!(desks.desk("/pay/n").is_none() && desks.desk("/pay/r").is_none());
    assert_eq!(paths("/pay/n", "/pay/r"), Ok(()));
    assert_eq!(desks.desk("/pay/r").unwrap().merchant().id(), partner(1));
    for wrong in ["", "pay", "/pay//", "//", "/pay/%6e", "/pay<x>", "/pay?x", "/pay /x"] {
        assert!(Desks::under(wrong).is_err(), "{wrong}");
    }
    assert_eq!([Desks::under("/pay/").unwrap().prefix(), Desks::new().prefix()], ["/pay", "/"]);
}
