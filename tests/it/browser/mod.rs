//! One story in a real browser: a person clicks through the shop, with scripts and without.

mod chromium;

use alipay_tower::protocol::Scheme;
use fantoccini::{Client, Locator};

use self::chromium::{Chromium, Scripts};
use crate::{
    shops::{Options, Running, Shop},
    stories::stories,
};

stories! { buys_by_clicking_with_scripts, buys_by_clicking_without_scripts }

async fn buys_by_clicking_with_scripts<S: Shop>() {
    tell::<S>(Scripts::On).await;
}

async fn buys_by_clicking_without_scripts<S: Shop>() {
    tell::<S>(Scripts::Off).await;
}

async fn tell<S: Shop>(scripts: Scripts) {
    let Some(browser) = Chromium::start(scripts).await else { return };
    let shop = S::start(Options::default()).await;
    let page = Page { client: browser.client(), pictures: S::NAME == "axum" && scripts == Scripts::On };
    page.assert_scripts(scripts).await;
    buy_by_button(&page, &shop).await;
    match S::SCHEME {
        Scheme::OpenApi => buy_by_code(&page, &shop).await,
        _ => buy_by_link_from_a_bank(&page, &shop).await,
    }
    let operator = page.open(&format!("{}/operator", shop.url())).await;
    operator.picture("operator").await;
    assert_eq!(operator.count("tr[data-state=paid]").await, 2);
    assert_eq!(operator.count("tr[data-outcome=settled]").await, 2);
    operator.click("tr[data-state=paid] a[href^='/operator/orders/']").await;
    operator.wait_for(".timeline").await;
    operator.picture("timeline").await;
    browser.quit().await;
    assert_eq!(shop.store.refused_hits().await.unwrap().total(), 0);
    shop.stop().await;
}

/// Catalogue, article, order, confirmation; then a form takes the buyer to the cashier, and the cashier sends him back.
async fn buy_by_button(page: &Page, shop: &Running) {
    page.open(&format!("{}/", shop.url())).await.picture("catalogue").await;
    page.click(".card a.button").await;
    page.write("#email", "buyer@example.com").await;
    page.click("form[action='/orders'] button").await;
    page.picture("confirmation").await;
    page.click(".pay button").await;
    page.wait_for("#pay-balance").await;
    page.picture("cashier").await;
    page.click("#pay-balance").await;
    is_paid(page, shop, true).await;
}

/// The link instead of the button, and a bank instead of the balance.
async fn buy_by_link_from_a_bank(page: &Page, shop: &Running) {
    page.open(&format!("{}/", shop.url())).await;
    page.click(".card:nth-child(2) a.button").await;
    page.click("form[action='/orders'] button").await;
    page.click("input[name=bank][value=CMB]").await;
    page.click("form[action$='/pay'] button").await;
    page.wait_for("input[name=bank][value=CMB][checked]").await;
    page.click("#pay-link").await;
    page.click("#pay-bank").await;
    is_paid(page, shop, false).await;
}

/// A code instead of a page of Alipay's; the simulated gateway lets its address be opened in place of a telephone.
async fn buy_by_code(page: &Page, shop: &Running) {
    page.open(&format!("{}/", shop.url())).await;
    page.click(".card:nth-child(2) a.button").await;
    page.click("form[action='/orders'] button").await;
    page.click("#qr").await;
    page.wait_for(".code svg").await;
    page.click("#qr-link").await;
    page.click("#pay-balance").await;
    let order = shop.store.orders(1).await.unwrap().remove(0).out_trade_no().clone();
    shop.assert_settled_once(&order).await;
    // The page with the code goes on to the order by itself, once it is paid.
    page.open(&format!("{}/orders/{order}/qr", shop.url())).await;
    page.wait_for(&format!("main[data-state=paid][data-order={order}]")).await;
}

async fn is_paid(page: &Page, shop: &Running, wants_receipt: bool) {
    page.wait_for("main[data-state=settled]").await;
    page.picture("return").await;
    let newest = shop.store.orders(1).await.unwrap().remove(0);
    let order = newest.out_trade_no();
    page.wait_for(&format!("main[data-order={order}]")).await;
    shop.assert_settled_once(order).await;
    assert_eq!(newest.contact().is_some(), wants_receipt);
}

/// What a person does with a page.
struct Page {
    client: Client,
    /// Whether pictures are wanted of this story, if of any.
    pictures: bool,
}

impl Page {
    async fn open(&self, url: &str) -> &Self {
        self.client.goto(url).await.unwrap();
        self
    }

    async fn wait_for(&self, css: &str) -> fantoccini::elements::Element {
        let wait = self.client.wait().at_most(std::time::Duration::from_secs(40));
        match wait.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => {
                let (url, source) = (self.client.current_url().await, self.client.source().await);
                panic!("{css}: {error} at {url:?}: {}", source.unwrap_or_default())
            }
        }
    }

    async fn click(&self, css: &str) {
        self.wait_for(css).await.click().await.unwrap();
    }

    async fn write(&self, css: &str, text: &str) {
        self.wait_for(css).await.send_keys(text).await.unwrap();
    }

    async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// That the browser runs scripts, or does not, as it was told.
    async fn assert_scripts(&self, scripts: Scripts) {
        self.open("data:text/html,<title>off</title><script>document.title='on'</script>").await;
        let title = self.client.title().await.unwrap();
        assert_eq!(title, if scripts == Scripts::On { "on" } else { "off" });
    }

    /// Keeps a picture of the page in the folder that `SCREENSHOTS` names.
    async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("SCREENSHOTS").filter(|_| self.pictures) {
            let folder = std::path::PathBuf::from(folder);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), self.client.screenshot().await.unwrap())
                .unwrap();
        }
    }
}
