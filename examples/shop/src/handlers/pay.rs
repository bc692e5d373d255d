//! The confirmation page: the last page before Alipay's.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::{PaymentRequest, protocol::RequestError, protocol::SignedRequest};

use crate::{
    answer::Answer,
    forms::PayOptions,
    pages::{Bank, PayPage, State},
    shop::Shop,
    visitor::Visitor,
};

impl Shop {
    /// `GET /orders/{no}/pay`: the amount, a button and a link that go to the gateway, and the choice of a bank.
    pub async fn pay(&self, visitor: &Visitor, no: &str, options: &PayOptions) -> Answer {
        let order = match self.find(no).await {
            Ok(Some(order)) => order,
            Ok(None) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        if !State::of(&order).is_pending() {
            return Answer::go(format!("/orders/{}", order.out_trade_no()));
        }
        let bank = Bank::find(&options.bank);
        match self.sign(&order, bank) {
            Ok(request) => self.pay_page(visitor, &order, bank, &request),
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    /// Everything comes from the books: nothing that a browser sent reaches the gateway but the choice of a bank.
    fn sign(&self, order: &OrderRecord, bank: Option<&Bank>) -> Result<SignedRequest, RequestError> {
        let id = order.out_trade_no().clone();
        let mut request = PaymentRequest::new(id, order.subject(), order.amount());
        if let Some(bank) = bank {
            request = request.with_bank(bank.code);
        }
        self.alipay().checkout(&request)
    }

    fn pay_page(
        &self,
        visitor: &Visitor,
        order: &OrderRecord,
        bank: Option<&'static Bank>,
        request: &SignedRequest,
    ) -> Answer {
        let lang = visitor.lang();
        let button = match lang.t("zh", "en") {
            "zh" => format!("支付宝付款 ¥{}", order.amount()),
            _ => format!("Pay ¥{} with Alipay", order.amount()),
        };
        let page = PayPage {
            frame: self.frame(visitor, format!("/orders/{}/pay", order.out_trade_no())),
            order,
            bank,
            banks: Bank::all(),
            form: request.form_element(&button),
            link: request.url(),
            fields: request.fields().collect(),
        };
        self.show(visitor, 200, &page).with_form_action(&self.inner.form_action)
    }
}
