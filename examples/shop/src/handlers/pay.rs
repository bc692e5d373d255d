//! The confirmation page: the last page before Alipay's.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::{
    PaymentRequest,
    protocol::{
        EscrowPayment, Logistics, LogisticsPayment, LogisticsType, Money, RequestError, Scheme,
        SignedRequest, openapi::PagePay,
    },
};

use crate::{
    answer::Answer,
    forms::PayOptions,
    pages::{Bank, PayPage, State, Way},
    shop::Shop,
    visitor::Visitor,
};

impl Shop {
    /// `GET /orders/{no}/pay`: the amount, a button and a link that go to the gateway, and the choice of a way.
    pub async fn pay(&self, visitor: &Visitor, no: &str, options: &PayOptions) -> Answer {
        let order = match self.find(no).await {
            Ok(Some(order)) => order,
            Ok(None) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        if !State::of(&order).is_pending() {
            return Answer::go(format!("/orders/{}", order.out_trade_no()));
        }
        let way = Way::find(options, self.alipay().merchant().scheme());
        match self.sign(&order, way) {
            Ok(request) => self.pay_page(visitor, &order, way, &request),
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    /// Everything comes from the books: nothing that a browser sent reaches the gateway but the choice of a way.
    fn sign(&self, order: &OrderRecord, way: Way) -> Result<SignedRequest, RequestError> {
        let (id, amount) = (order.out_trade_no(), order.amount());
        if self.alipay().merchant().scheme() == Scheme::OpenApi {
            return self.alipay().checkout(&PagePay::new(id, order.subject(), amount));
        }
        let instant = PaymentRequest::new(id.clone(), order.subject(), amount);
        match way {
            Way::Any => self.alipay().checkout(&instant),
            Way::Bank(bank) => self.alipay().checkout(&instant.with_bank(bank.code)),
            Way::Escrow => {
                // The shop pays the carrier, so the total stays the order's.
                let carrier =
                    Logistics::new(LogisticsType::Express, Money::default(), LogisticsPayment::SellerPay);
                let escrow = EscrowPayment::new(id.clone(), order.subject(), amount, 1, carrier);
                self.alipay().checkout(&escrow)
            }
        }
    }

    fn pay_page(&self, visitor: &Visitor, order: &OrderRecord, way: Way, request: &SignedRequest) -> Answer {
        let lang = visitor.lang();
        let button = match lang.t("zh", "en") {
            "zh" => format!("支付宝付款 ¥{}", order.amount()),
            _ => format!("Pay ¥{} with Alipay", order.amount()),
        };
        let page = PayPage {
            frame: self.frame(visitor, format!("/orders/{}/pay", order.out_trade_no())),
            order,
            way,
            banks: Bank::all(),
            form: request.form_element(&button),
            link: request.url(),
            fields: request.fields().collect(),
            openapi: self.alipay().merchant().scheme() == Scheme::OpenApi,
        };
        self.show(visitor, 200, &page).with_form_action(&self.inner.form_action)
    }
}
