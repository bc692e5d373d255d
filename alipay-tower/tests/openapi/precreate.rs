//! A code on the shop's screen, from the desk.

use alipay_tower::{
    Alipay, CallError, Endpoints, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{
        Confirmation, NotifyCheck, OutTradeNo, SignedRequest,
        openapi::{Json, Precreate},
    },
    store::MemoryStore,
};

use crate::support::{answer, merchant};

struct Codes;

#[async_trait]
impl NotifyGateway for Codes {
    async fn ask(&self, _: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        panic!("this generation has no notify_verify")
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        assert_eq!(request.field("notify_url"), Some("https://shop.example.com/notify"));
        assert_eq!(request.field("return_url"), None);
        let business = Json::parse(request.field("biz_content").unwrap()).unwrap();
        let number = business.text("out_trade_no").unwrap();
        let content = format!(
            r#"{{"code":"10000","msg":"Success","out_trade_no":"{}","qr_code":"https:\/\/qr.alipay.com\/bax0"}}"#,
            if number == "T2" { "T1" } else { number }
        );
        Ok(answer("alipay_trade_precreate_response", &content).into_bytes())
    }
}

#[tokio::test]
async fn the_desk_asks_for_a_code_and_is_told_of_the_payment() {
    let endpoints =
        Endpoints::new("https://shop.example.com/notify", "https://shop.example.com/return").unwrap();
    let alipay = Alipay::new(merchant(), Codes, MemoryStore::new(), endpoints);
    let payment =
        |number: &str| Precreate::new(&OutTradeNo::new(number).unwrap(), "item", "1.00".parse().unwrap());
    let code = alipay.precreate(&payment("T1")).await.unwrap();
    assert_eq!(code.qr_code(), "https://qr.alipay.com/bax0");
    // The code of another order is not shown.
    let other = alipay.precreate(&payment("T2")).await.unwrap_err();
    assert!(matches!(other, CallError::Answer(_)) && other.is_outcome_unknown());
    let slash = alipay.precreate(&payment("T/3")).await.unwrap_err();
    assert!(matches!(slash, CallError::Request(ref error) if error.field() == "out_trade_no"));
}
