//! `alipay.data.dataservice.bill.downloadurl.query`: the bill of a day that is over, for thirty seconds.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use alipay_tower::protocol::Charset;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::{call::Call, content::node, failure::Failure};
use crate::{
    pages, random,
    shared::{Shared, now},
};

const LIFETIME: Duration = Duration::from_secs(30);
/// The most addresses that are remembered.
const MAX_BILLS: usize = 100;
const TYPES: [&str; 2] = ["trade", "signcustomer"];

/// What an address leads to.
#[derive(Clone, Debug)]
pub(crate) struct Bill {
    id: String,
    account: String,
    /// `yyyyMMdd`, or `yyyyMM`.
    date: String,
    until: Instant,
}

pub(super) fn answer(call: &Call, shared: &Shared) -> Result<Map<String, Value>, Failure> {
    let kind = call.required("bill_type", 30)?;
    if !TYPES.contains(&kind.as_str()) {
        return Err(Failure::business("INVAILID_ARGUMENTS", "bill_type: trade or signcustomer"));
    }
    let text = call.required("bill_date", 15)?;
    let today = now().date();
    let date: String = text.split('-').collect();
    let digits = date.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!((text.len(), date.len()), (7, 6) | (10, 8)) {
        return Err(Failure::business("INVAILID_ARGUMENTS", "bill_date: yyyy-MM-dd or yyyy-MM"));
    }
    if today.starts_with(&date) || date > today {
        return Err(Failure::business(
            "BILL_NOT_EXIST",
            "bill_date: there is no bill before the day is over",
        ));
    }
    let bill = Bill {
        id: random::hex(),
        account: call.account.id().to_owned(),
        date,
        until: Instant::now() + LIFETIME,
    };
    let url = format!("http://{}/bills/{}", shared.address, bill.id);
    let empty = if rows(&bill, shared).is_empty() { "EMPTY_DATA_WITH_BILL_FILE" } else { "" };
    let mut bills = shared.bills.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if bills.len() >= MAX_BILLS {
        bills.pop_front();
    }
    bills.push_back(bill);
    Ok(node([("bill_download_url", url), ("bill_file_code", empty.to_owned())]))
}

/// GET of a bill: its trades as comma-separated values in GBK, as Alipay's files are.
pub(crate) async fn serve(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let found = {
        let bills = shared.bills.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        bills.iter().find(|bill| bill.id == id && Instant::now() < bill.until).cloned()
    };
    let Some(bill) = found else {
        return pages::message(
            StatusCode::NOT_FOUND,
            "404",
            "账单地址已失效。The address of the bill is over.",
        );
    };
    let head = "支付宝交易号,商户订单号,商品名称,订单金额（元）,退款金额（元）";
    let text = format!("{head}\n{}", rows(&bill, &shared).concat());
    let bytes =
        Charset::Gbk.encode(&text).map_or_else(|_| text.clone().into_bytes(), |bytes| bytes.into_owned());
    ([(CONTENT_TYPE, "text/csv")], bytes).into_response()
}

fn rows(bill: &Bill, shared: &Shared) -> Vec<String> {
    let trades = shared.trades.all().into_iter().filter(|trade| trade.account() == bill.account);
    let of_day = trades.filter(|trade| trade.paid_at().is_some_and(|at| at.date().starts_with(&bill.date)));
    let row = |trade: crate::trade::Trade| {
        let subject = trade.subject().replace([',', '"', '\n'], " ");
        format!(
            "{},{},{subject},{},{}\n",
            trade.trade_no(),
            trade.out_trade_no(),
            trade.total_fee(),
            trade.refunded()
        )
    };
    of_day.map(row).collect()
}
