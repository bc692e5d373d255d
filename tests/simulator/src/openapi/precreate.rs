//! `alipay.trade.precreate`: a QR code that the buyer scans; only then there is a trade.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde_json::{Map, Value};

use super::{
    call::Call,
    content::node,
    failure::{self, Failure},
    pay,
};
use crate::{
    actions, pages,
    product::Product,
    purchase::Purchase,
    random,
    settings::MAX_TRADES,
    shared::{Shared, compressed},
    trade::Trade,
};

/// A code dies after two hours, whatever the request says (Alipay, *alipay.trade.precreate*).
const LIFETIME: Duration = Duration::from_secs(2 * 60 * 60);

/// Orders whose codes nobody has scanned yet.
#[derive(Debug, Default)]
pub(crate) struct Codes(Mutex<VecDeque<Code>>);

#[derive(Clone, Debug)]
struct Code {
    id: String,
    purchase: Purchase,
    until: Instant,
}

impl Codes {
    fn put(&self, purchase: Purchase, lifetime: Duration) -> String {
        let id = random::hex();
        let mut codes = self.lock();
        let other = |code: &Code| {
            code.purchase.account != purchase.account || code.purchase.out_trade_no != purchase.out_trade_no
        };
        // A new code for an order takes the place of the old one.
        codes.retain(other);
        if codes.len() >= MAX_TRADES {
            codes.pop_front();
        }
        codes.push_back(Code { id: id.clone(), purchase, until: Instant::now() + lifetime });
        id
    }

    fn get(&self, id: &str) -> Option<Purchase> {
        let codes = self.lock();
        let code = codes.iter().find(|code| code.id == id && Instant::now() < code.until)?;
        Some(code.purchase.clone())
    }

    /// Nobody is to scan the code of this order any more.
    pub(super) fn forget(&self, account: &str, out_trade_no: &str) {
        let other =
            |code: &Code| code.purchase.account != account || code.purchase.out_trade_no != out_trade_no;
        self.lock().retain(other);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Code>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn answer(call: &Call, shared: &Shared) -> Result<Map<String, Value>, Failure> {
    let purchase = pay::read(call, Product::Precreate, shared)?;
    if let Some(trade) = shared.trades.by_order(&purchase.account, &purchase.out_trade_no) {
        use alipay_tower::protocol::TradeStatus::{TradeClosed, WaitBuyerPay};
        match trade.status() {
            WaitBuyerPay if trade.total_fee() == purchase.fee.total => {}
            WaitBuyerPay => return Err(failure::of_order("TRADE_TOTALFEE_NOT_MATCH")),
            TradeClosed => return Err(Failure::business("ACQ.TRADE_HAS_CLOSE", "this order is closed")),
            _ => return Err(Failure::business("ACQ.TRADE_HAS_SUCCESS", "this order is paid")),
        }
    }
    let out_trade_no = purchase.out_trade_no.clone();
    let id = shared.codes.put(purchase, compressed(LIFETIME, shared.settings.deadline_speed));
    let qr_code = format!("http://{}/qr/{id}", shared.address);
    Ok(node([("out_trade_no", out_trade_no), ("qr_code", qr_code)]))
}

/// The trade of a code.
pub(crate) fn open(shared: &Arc<Shared>, id: &str) -> Result<Trade, String> {
    let purchase = shared.codes.get(id).ok_or("this code is unknown, or older than two hours")?;
    actions::open(shared, purchase).map_err(|refusal| refusal.advice)
}

/// GET of a code, which is what scanning it comes to.
pub(crate) async fn scan(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    match open(&shared, &id) {
        Ok(trade) => Redirect::to(&format!("/cashier/{}", trade.trade_no())).into_response(),
        Err(advice) => pages::message(StatusCode::NOT_FOUND, "二维码 QR code", &advice),
    }
}
