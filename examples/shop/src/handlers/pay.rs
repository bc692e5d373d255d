//! The confirmation page: the last page before Alipay's.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::{
    PaymentRequest,
    protocol::{
        DualPayment, EscrowPayment, ForexAmount, ForexPayment, ForexWapPayment, Logistics, LogisticsPayment,
        LogisticsType, Money, PageRequest, Scheme, SignedRequest, Timeout, WapPayment, openapi::PagePay,
    },
};

use crate::{
    answer::Answer,
    forms::PayOptions,
    pages::{Bank, PayPage, State, Way},
    shop::Shop,
    visitor::Visitor,
};

/// How long a buyer may take to pay; the simulated gateway makes 24 minutes of it.
const TIMEOUT: Timeout = Timeout::Days(1);

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
        let way = Way::find(options, &order, self.alipay().merchant().scheme());
        match self.alipay().checkout(&*self.request(&order, way)) {
            Ok(request) => self.pay_page(visitor, &order, way, &request),
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    /// Everything comes from the books: nothing that a browser sent reaches the gateway but the choice of a way.
    fn request(&self, order: &OrderRecord, way: Way) -> Box<dyn PageRequest> {
        let (id, subject, amount) = (order.out_trade_no().clone(), order.subject(), order.amount());
        if self.alipay().merchant().scheme() == Scheme::OpenApi {
            return Box::new(PagePay::new(&id, subject, amount).with_timeout(TIMEOUT));
        }
        // Where the cashier leads back to.
        let back = format!("{}/orders/{id}", self.public_url());
        // The shop pays the carrier, so the total stays the order's.
        let carrier = Logistics::new(LogisticsType::Express, Money::default(), LogisticsPayment::SellerPay);
        let price = ForexAmount::new(order.order().currency(), amount);
        let instant = PaymentRequest::new(id.clone(), subject, amount).with_show_url(&back);
        // The real classic gateway takes a time-out only from merchants for whom it was activated.
        let instant = if self.inner.simulated { instant.with_timeout(TIMEOUT) } else { instant };
        match way {
            Way::Any => Box::new(instant),
            Way::Bank(bank) => Box::new(instant.with_bank(bank.code)),
            Way::Dual => Box::new(DualPayment::new(id, subject, amount, 1, carrier).with_show_url(back)),
            Way::Escrow => Box::new(EscrowPayment::new(id, subject, amount, 1, carrier).with_show_url(back)),
            Way::Forex => Box::new(
                ForexPayment::new(id, subject, price)
                    .with_product_code(ForexPayment::PRODUCT_CODE)
                    .with_refer_url(self.public_url()),
            ),
            Way::ForexWap => Box::new(
                ForexWapPayment::new(id, subject, price, back)
                    .with_product_code(ForexWapPayment::PRODUCT_CODE)
                    .with_refer_url(self.public_url()),
            ),
            Way::Wap => Box::new(WapPayment::new(id, subject, amount, back)),
        }
    }

    fn pay_page(&self, visitor: &Visitor, order: &OrderRecord, way: Way, request: &SignedRequest) -> Answer {
        let frame = self.frame(visitor, format!("/orders/{}/pay", order.out_trade_no()));
        let price = frame.price(order);
        let button = match visitor.lang().t("zh", "en") {
            "zh" => format!("支付宝付款 {price}"),
            _ => format!("Pay {price} with Alipay"),
        };
        let page = PayPage {
            frame,
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
