//! Several merchants of both generations on the paths of one application: nobody's message is good on another's path,
//! whoever comes and goes, and whichever key is in use.

use std::sync::Arc;

use alipay_tower::{
    Alipay, Desks, Endpoints, Merchant, Order, OrderStore as _,
    protocol::{AppId, Md5Key, OutTradeNo, PartnerId, PrivateKey, SellerId},
    store::MemoryStore,
};

use super::stories;
use crate::{
    doubles::Honest,
    shops::{Bare, Shop, price},
    wire::{Message, exchange, post},
};

// Both generations are on the stage at once, so one telling for each framework is enough.
stories! {
    classic: everybody_on_every_path, coming_and_going, an_md5_key_changes, a_classic_rsa_key_changes,
        a_key_of_alipays_changes,
}

/// A merchant, and who signs Alipay's messages to it.
struct Party {
    merchant: Merchant,
    alipay: Merchant,
    store: Arc<MemoryStore>,
}

fn key(at: usize) -> Md5Key {
    Md5Key::new(&format!("abcdefghijklmnopqrstuvwxyz{at:06}")).unwrap()
}

fn partner(at: usize) -> PartnerId {
    PartnerId::new(&format!("208800000000010{at}")).unwrap()
}

impl Party {
    fn of(merchant: Merchant, alipay: Merchant) -> Self {
        let store = Arc::new(MemoryStore::new());
        store.insert(Order::new(OutTradeNo::new("T1").unwrap(), price()));
        Self { merchant, alipay, store }
    }

    fn md5(at: usize) -> Self {
        let merchant = Merchant::md5(partner(at), key(at));
        Self::of(merchant.clone(), merchant)
    }

    fn rsa(at: usize, alipay: &PrivateKey) -> Self {
        let own = PrivateKey::generate().unwrap();
        let side = |own: &PrivateKey, other: &PrivateKey| {
            Merchant::rsa(partner(at), own.clone(), other.public().clone()).unwrap()
        };
        Self::of(side(&own, alipay), side(alipay, &own))
    }

    fn application(at: usize, alipay: &PrivateKey) -> Self {
        let own = PrivateKey::generate().unwrap();
        Self::of(application(at, &own, alipay), application(at, alipay, &own))
    }

    fn desk(&self, at: usize) -> Alipay {
        let url = |what: &str| format!("https://shop.example.com/pay/shop-{at}/{what}");
        let endpoints = Endpoints::new(&url("notify"), &url("return")).unwrap();
        Alipay::new(self.merchant.clone(), Honest::default(), Arc::clone(&self.store), endpoints)
    }

    fn message(&self) -> String {
        let seller = self.merchant.seller_id().as_str();
        let fields = Message::read(b"notify_id=abc&notify_type=trade_status_sync&out_trade_no=T1");
        let fields = fields
            .with("trade_no", &format!("202401012100{seller}"))
            .with("trade_status", "TRADE_SUCCESS")
            .with("seller_id", seller);
        let fields = match self.merchant.app_id() {
            Some(app_id) => fields.with("total_amount", "10.50").with("app_id", app_id.as_str()),
            None => fields.with("total_fee", "10.50"),
        };
        fields.body(&self.alipay)
    }
}

fn application(at: usize, own: &PrivateKey, other: &PrivateKey) -> Merchant {
    let app_id = AppId::new(&format!("902100000000010{at}")).unwrap();
    let seller_id = SellerId::new(partner(at).as_str()).unwrap();
    Merchant::rsa2(app_id, seller_id, own.clone(), other.public().clone()).unwrap()
}

/// Two of each kind; Alipay has one RSA key for all of them.
fn everybody() -> Vec<Party> {
    let alipay = PrivateKey::generate().unwrap();
    vec![
        Party::md5(0),
        Party::md5(1),
        Party::rsa(2, &alipay),
        Party::rsa(3, &alipay),
        Party::application(4, &alipay),
        Party::application(5, &alipay),
    ]
}

async fn send(bare: &Bare, at: usize, body: &str) -> (u16, String) {
    let answer = exchange(bare.address, post(&format!("/pay/shop-{at}/notify"), body)).await;
    (answer.status, answer.text().to_owned())
}

async fn is_settled(store: &MemoryStore) -> bool {
    let order = store.find(&OutTradeNo::new("T1").unwrap()).await.unwrap();
    order.is_some_and(|order| order.settled_by().is_some())
}

fn success() -> (u16, String) {
    (200, "success".to_owned())
}

fn refused() -> (u16, String) {
    (403, "fail".to_owned())
}

async fn everybody_on_every_path<S: Shop>() {
    let (parties, desks) = (everybody(), Desks::under("/pay").unwrap());
    let bare = S::bare_desks(desks.clone()).await;
    for (at, party) in parties.iter().enumerate() {
        desks.add(party.desk(at)).unwrap();
    }
    for (sender, party) in parties.iter().enumerate() {
        for path in (0..parties.len()).filter(|path| *path != sender) {
            let answer = send(&bare, path, &party.message()).await;
            assert_eq!(answer, refused(), "{}: {sender}'s message on {path}'s path", S::NAME);
        }
    }
    for (at, party) in parties.iter().enumerate() {
        assert_eq!(send(&bare, at, &party.message()).await, success(), "{}: {at}", S::NAME);
        assert!(is_settled(&party.store).await, "{}: {at}", S::NAME);
    }
}

async fn coming_and_going<S: Shop>() {
    let (parties, desks) = (everybody(), Desks::under("/pay").unwrap());
    let bare = S::bare_desks(desks.clone()).await;
    for (at, party) in parties.iter().enumerate() {
        assert_eq!(send(&bare, at, &party.message()).await.0, 404, "nobody is there yet");
        desks.add(party.desk(at)).unwrap();
        assert_eq!(send(&bare, at, &party.message()).await, success());
        assert!(desks.remove(&format!("/pay/shop-{at}/notify")).is_some());
        let (status, word) = send(&bare, at, &party.message()).await;
        assert!(status == 404 && word != "success", "{status} {word}");
        desks.add(party.desk(at)).unwrap();
        assert_eq!(send(&bare, at, &party.message()).await, success(), "again, and settled already");
    }
}

async fn an_md5_key_changes<S: Shop>() {
    let desks = Desks::under("/pay").unwrap();
    let bare = S::bare_desks(desks.clone()).await;
    let (old, new) = (Merchant::md5(partner(0), key(0)), Merchant::md5(partner(0), key(7)));
    let party = |alipay: &Merchant| Party::of(old.clone(), alipay.clone());
    let desk = party(&old).desk(0);
    desks.add(desk.clone()).unwrap();
    let (by_old, by_new) = (party(&old).message(), party(&new).message());
    assert_eq!(send(&bare, 0, &by_new).await, refused());
    let both = new.clone().with_previous_key(key(0));
    desks.replace(desk.clone().with_merchant(both)).unwrap();
    assert_eq!(send(&bare, 0, &by_old).await, success());
    assert_eq!(send(&bare, 0, &by_new).await, success());
    desks.replace(desk.with_merchant(new)).unwrap();
    assert_eq!(send(&bare, 0, &by_old).await, refused());
    assert_eq!(send(&bare, 0, &by_new).await, success());
}

/// Alipay's key of one generation changes: for a while both are good, then only the new one.
async fn alipays_key_changes<S: Shop>(side: impl Fn(&PrivateKey, &PrivateKey) -> Merchant) {
    let desks = Desks::under("/pay").unwrap();
    let bare = S::bare_desks(desks.clone()).await;
    let [own, old, new] = [(); 3].map(|()| PrivateKey::generate().unwrap());
    let party = |alipay: &PrivateKey| Party::of(side(&own, alipay), side(alipay, &own));
    let desk = party(&old).desk(4);
    desks.add(desk.clone()).unwrap();
    let (by_old, by_new) = (party(&old).message(), party(&new).message());
    assert_eq!(send(&bare, 4, &by_new).await, refused());
    let next = side(&own, &new);
    let both = next.clone().with_previous_alipay_key(old.public().clone()).unwrap();
    desks.replace(desk.clone().with_merchant(both)).unwrap();
    assert_eq!(send(&bare, 4, &by_old).await, success());
    assert_eq!(send(&bare, 4, &by_new).await, success());
    desks.replace(desk.with_merchant(next)).unwrap();
    assert_eq!(send(&bare, 4, &by_old).await, refused());
    assert_eq!(send(&bare, 4, &by_new).await, success());
}

async fn a_classic_rsa_key_changes<S: Shop>() {
    alipays_key_changes::<S>(|own, other| {
        Merchant::rsa(partner(4), own.clone(), other.public().clone()).unwrap()
    })
    .await;
}

async fn a_key_of_alipays_changes<S: Shop>() {
    alipays_key_changes::<S>(|own, other| application(4, own, other)).await;
}
