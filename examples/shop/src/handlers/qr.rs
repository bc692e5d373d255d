//! Paying by a code that the buyer scans, in the OpenAPI generation.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::{
    Scheme,
    openapi::{Precreate, QrCode},
};

use crate::{
    answer::Answer,
    forms::Waiting,
    pages::{QrPage, State},
    shop::Shop,
    visitor::Visitor,
};

/// How often the page looks whether the code was paid: about ten minutes.
const MAX_LOOKS: u32 = 120;

impl Shop {
    /// `GET /orders/{no}/qr`: a code for the buyer's telephone. The page looks by itself whether it was paid.
    pub async fn qr(&self, visitor: &Visitor, no: &str, waiting: &Waiting) -> Answer {
        let order = match self.find(no).await {
            Ok(Some(order)) if self.alipay().merchant().scheme() == Scheme::OpenApi => order,
            Ok(_) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        let here = format!("/orders/{}", order.out_trade_no());
        if !State::of(&order).is_pending() {
            return Answer::go(here);
        }
        let text = match self.code(&order).await {
            Ok(text) => text,
            Err(error) => return self.unavailable(visitor, &error),
        };
        let svg = match QrCode::new(&text) {
            Ok(code) => code.svg(),
            Err(error) => return self.unavailable(visitor, &error),
        };
        let looks = waiting.wait.parse().unwrap_or(0_u32);
        let mut frame = self.frame(visitor, format!("{here}/qr"));
        if looks < MAX_LOOKS {
            frame = frame.refreshed(5, format!("{here}/qr?wait={}", looks + 1));
        }
        self.show(visitor, 200, &QrPage { frame, order: &order, svg, text: &text })
    }

    /// The text of the order's code. Asking again gives a code for the same order.
    async fn code(&self, order: &OrderRecord) -> Result<String, crate::BoxError> {
        let precreate = Precreate::new(order.out_trade_no(), order.subject(), order.amount());
        let answer = self.alipay().precreate(&precreate).await?;
        Ok(answer.qr_code().to_owned())
    }
}
