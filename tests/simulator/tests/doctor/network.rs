//! Names, ports and certificates.

use std::net::TcpListener;

use alipay_simulator::doctor::Doctor;

use crate::{
    examine::{assert_golden, doctor},
    shop::{healthy, pem, secure_shop, shop},
};

#[tokio::test]
async fn nobody_there() {
    let unknown = doctor("http://shop.invalid/alipay/notify").examine().await.unwrap();
    assert_golden(&unknown, &["warning plain_http", "bad dns_failed"]);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = doctor(&format!("http://{closed}/")).examine().await.unwrap();
    assert_golden(&refused, &["bad connection_refused"]);
    let plain = shop(healthy).replace("http://", "https://");
    assert_golden(&doctor(&plain).examine().await.unwrap(), &["bad tls_failed"]);
}

#[tokio::test]
async fn certificates() {
    let examine = async |name: &str| {
        doctor(&secure_shop(name)).with_authority(pem("authority")).examine().await.unwrap()
    };
    assert_golden(&examine("good").await, &[]);
    assert_golden(&examine("expired").await, &["bad certificate_expired"]);
    assert_golden(&examine("other_name").await, &["bad certificate_name"]);
    assert_golden(&examine("self_signed").await, &["bad certificate_self_signed"]);
    let unknown = doctor(&secure_shop("good")).examine().await.unwrap();
    assert_golden(&unknown, &["bad certificate_chain"]);
}

#[test]
fn addresses_that_are_none() {
    for bad in ["", "/alipay/notify", "ftp://127.0.0.1/", "http://user@127.0.0.1/", "http://u:p@127.0.0.1/"] {
        assert!(Doctor::new(bad).is_err(), "{bad}");
        assert!(Doctor::new("http://127.0.0.1/").unwrap().with_return_url(bad).is_err(), "{bad}");
    }
}
