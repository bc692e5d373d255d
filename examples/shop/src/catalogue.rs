//! What the shop sells.

use alipay_tower::Money;

use crate::lang::Lang;

/// A text in both languages.
#[derive(Clone, Copy, Debug)]
struct Text {
    zh: &'static str,
    en: &'static str,
}

/// One article.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    id: &'static str,
    fen: u16,
    cents: u16,
    name: Text,
    story: Text,
    art: &'static str,
}

/// The currency that buyers abroad are asked for.
pub(crate) const ABROAD: &str = "USD";

/// The largest number of one article in an order.
pub const MAX_QUANTITY: u16 = 9;

macro_rules! item {
    ($id:literal, $fen:literal, $cents:literal, $zh:literal, $en:literal, $zh_story:literal, $en_story:literal) => {
        Item {
            id: $id,
            fen: $fen,
            cents: $cents,
            name: Text { zh: $zh, en: $en },
            story: Text { zh: $zh_story, en: $en_story },
            art: include_str!(concat!("../assets/art/", $id, ".svg")),
        }
    };
}

static ITEMS: [Item; 6] = [
    item!(
        "sample",
        1,
        1,
        "试饮茶包",
        "Sample sachet",
        "一分钱，一杯茶，一次完整的付款。",
        "One fen, one cup, one complete payment."
    ),
    item!(
        "scoop",
        880,
        130,
        "竹制茶则",
        "Bamboo scoop",
        "一勺三克，不多不少。",
        "Three grams at a time, no more, no less."
    ),
    item!(
        "jasmine",
        2880,
        420,
        "茉莉花茶",
        "Jasmine tea",
        "七次窨花，香在水里。",
        "Scented seven times; the flowers stay behind."
    ),
    item!(
        "cup",
        3650,
        530,
        "白瓷茶杯",
        "Porcelain cup",
        "薄胎，一手刚好握住。",
        "Thin, white, and exactly one hand wide."
    ),
    item!(
        "longjing",
        12_800,
        1850,
        "西湖龙井",
        "Longjing green tea",
        "清明前采，手工炒制。",
        "Picked before the April rains, roasted by hand."
    ),
    item!(
        "teapot",
        28_800,
        4150,
        "紫砂茶壶",
        "Clay teapot",
        "只泡一种茶，越用越润。",
        "Give it one kind of tea, and it will remember."
    ),
];

impl Item {
    /// All articles, in the order of the catalogue.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &ITEMS
    }

    /// The article with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        ITEMS.iter().find(|item| item.id == id)
    }

    /// The article's id in addresses and forms.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The name.
    #[must_use]
    pub const fn name(&self, lang: Lang) -> &'static str {
        lang.t(self.name.zh, self.name.en)
    }

    /// One sentence about it.
    #[must_use]
    pub const fn story(&self, lang: Lang) -> &'static str {
        lang.t(self.story.zh, self.story.en)
    }

    /// The picture: an SVG element.
    #[must_use]
    pub const fn art(&self) -> &'static str {
        self.art
    }

    /// The price of one.
    #[must_use]
    pub fn price(&self) -> Money {
        self.total(1)
    }

    /// The price of several. A catalogue of small prices and quantities stays far below [`Money::MAX`].
    #[must_use]
    pub fn total(&self, quantity: u16) -> Money {
        Money::from_fen(u64::from(self.fen) * u64::from(quantity)).unwrap_or(Money::MAX)
    }

    /// The price of one for buyers abroad.
    pub(crate) fn price_abroad(&self) -> Money {
        self.total_abroad(1)
    }

    /// The price of several for buyers abroad. It is the catalogue's own and not yuan at some rate: Alipay's messages name
    /// what was paid in this currency, so the order must know how much that is to be.
    pub(crate) fn total_abroad(&self, quantity: u16) -> Money {
        Money::from_fen(u64::from(self.cents) * u64::from(quantity)).unwrap_or(Money::MAX)
    }

    /// The title of an order at Alipay: Chinese, and short.
    #[must_use]
    pub fn subject(&self, quantity: u16) -> String {
        if quantity == 1 { self.name.zh.to_owned() } else { format!("{} × {quantity}", self.name.zh) }
    }

    /// The title of an order in the reader's language; one that is no article's stays as it is.
    #[must_use]
    pub fn title(subject: &str, lang: Lang) -> String {
        let (name, count) =
            subject.split_once(" × ").map_or((subject, None), |(name, count)| (name, Some(count)));
        let name = ITEMS.iter().find(|item| item.name.zh == name).map_or(name, |item| item.name(lang));
        count.map_or_else(|| name.to_owned(), |count| format!("{name} × {count}"))
    }
}

#[cfg(test)]
mod tests {
    use alipay_tower::{
        Merchant, PaymentRequest,
        protocol::{Charset, Md5Key, OutTradeNo, PartnerId},
    };

    use super::*;

    #[test]
    fn every_order_can_be_signed_in_every_charset() {
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        let merchant = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key);
        for charset in [Charset::Utf8, Charset::Gbk, Charset::Gb2312] {
            let merchant = merchant.clone().with_charset(charset);
            for item in Item::all() {
                let id = OutTradeNo::new("T1").unwrap();
                let request = PaymentRequest::new(id, item.subject(MAX_QUANTITY), item.total(MAX_QUANTITY))
                    .with_body(item.story(Lang::Zh));
                request.sign(&merchant).unwrap();
            }
        }
    }

    #[test]
    fn prices_begin_at_one_fen_and_ids_are_unique() {
        assert_eq!(Item::all().iter().map(Item::price).min(), Some("0.01".parse().unwrap()));
        for item in Item::all() {
            assert_eq!(Item::find(item.id()).unwrap().name(Lang::En), item.name(Lang::En));
            assert!(item.price().fen() > 0 && item.art().starts_with("<svg"));
        }
        assert!(Item::find("nothing").is_none());
        assert_eq!(Item::title(&Item::find("cup").unwrap().subject(3), Lang::En), "Porcelain cup × 3");
        assert_eq!(Item::title("别的 × 2", Lang::En), "别的 × 2");
    }
}
