//! A gateway that cannot prove who it is. Whatever it would answer, it is not asked: the buyer's notification is answered
//! `fail`, comes again, and settles when the gateway is the right one.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use alipay_simulator::demo_merchant;
use alipay_tower::{
    Alipay, Endpoints, GatewayUrl, RejectionKind,
    gateway::{GatewayError, GatewayOptions, NotifyGateway as _, ReqwestGateway},
    protocol::{Channel, Notification},
};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use crate::{
    doubles::Permissive,
    shops::{AxumShop, Bare, RocketShop, Shop},
    wire::{Message, exchange, post},
};

/// The variable by which a process takes other roots than the system's.
const ROOTS: &str = "SSL_CERT_FILE";

fn certificate(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/simulator/tests/doctor/certificates");
    PathBuf::from(format!("{folder}/{name}.pem"))
}

/// A gateway behind TLS that says `true` to every question and counts them.
fn gateway(name: &str) -> (GatewayUrl, Arc<AtomicUsize>) {
    let chain = CertificateDer::pem_file_iter(certificate(name)).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(certificate(&format!("{name}.key"))).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(chain, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = GatewayUrl::new(&format!("https://{}/gateway.do", listener.local_addr().unwrap())).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            // A client that hangs up on the certificate never says a word.
            if stream.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\ntrue";
                let _ = stream.get_mut().write_all(answer);
                let _ = stream.get_mut().flush();
            }
        }
    });
    (url, asked)
}

fn message() -> Message {
    Message::read(
        b"notify_id=abc&notify_type=trade_status_sync&out_trade_no=T1&total_fee=10.50&trade_no=2024010121001004\
          &trade_status=TRADE_SUCCESS",
    )
}

fn desk(url: &GatewayUrl) -> Alipay {
    let books = Permissive::default();
    *books.price.lock().unwrap() = "10.50".parse().unwrap();
    let client = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
    let endpoints =
        Endpoints::new("http://127.0.0.1/alipay/notify", "http://127.0.0.1/alipay/return").unwrap();
    Alipay::new(demo_merchant().unwrap().with_gateway(url.clone()), client, books, endpoints)
}

/// What the client itself makes of the gateway.
async fn asked(url: &GatewayUrl) -> Result<(), GatewayError> {
    let merchant = demo_merchant().unwrap().with_gateway(url.clone());
    let body = message().body(&merchant);
    let signed = Notification::parse(Channel::Notify, body.as_bytes()).unwrap().authenticate(&merchant);
    let check = signed.unwrap().check(&merchant).unwrap();
    ReqwestGateway::new(&GatewayOptions::default()).unwrap().ask(&check).await.map(drop)
}

async fn delivered(bare: &Bare, desk: &Alipay) -> (u16, String) {
    let answer = exchange(bare.address, post(shop::NOTIFY_PATH, message().body(desk.merchant()))).await;
    (answer.status, answer.text().to_owned())
}

async fn meets<S: Shop>(url: &GatewayUrl, expected: (u16, &str)) {
    let desk = desk(url);
    let bare = S::bare(desk.clone()).await;
    let (status, word) = delivered(&bare, &desk).await;
    assert_eq!((status, word.as_str()), expected, "{}: {url}", S::NAME);
}

/// The roots of a process are read once, so the test plays in a process of its own that trusts the authority of these
/// certificates: what is refused here is refused for what is wrong with it.
#[test]
fn only_a_gateway_with_a_good_certificate_is_asked() {
    let authority = certificate("authority");
    if std::env::var_os(ROOTS).as_deref() != Some(authority.as_os_str()) {
        let name = "hostile::tls::only_a_gateway_with_a_good_certificate_is_asked";
        let own = std::env::current_exe().unwrap();
        let again = Command::new(own).args([name, "--exact", "--nocapture"]).env(ROOTS, authority).output();
        let again = again.unwrap();
        let text = String::from_utf8_lossy(&again.stdout);
        assert!(again.status.success(), "{text}{}", String::from_utf8_lossy(&again.stderr));
        assert!(text.contains("1 passed"), "{text}");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let (url, questions) = gateway("good");
        asked(&url).await.expect("the authority is trusted");
        meets::<AxumShop>(&url, (200, "success")).await;
        meets::<RocketShop>(&url, (200, "success")).await;
        assert_eq!(questions.load(Ordering::SeqCst), 3);

        let refused = RejectionKind::GatewayUnreachable.status();
        for (name, reason) in
            [("self_signed", "UnknownIssuer"), ("expired", "expired"), ("other_name", "not valid for name")]
        {
            let (url, questions) = gateway(name);
            let error = asked(&url).await.unwrap_err();
            assert!(matches!(&error, GatewayError::Transport(text) if text.contains(reason)), "{error}");
            assert!(error.is_outage());
            meets::<AxumShop>(&url, (refused, "fail")).await;
            meets::<RocketShop>(&url, (refused, "fail")).await;
            assert_eq!(questions.load(Ordering::SeqCst), 0, "{name}: not a word, and so no notify_id");
        }
    });
}
