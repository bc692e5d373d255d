use crate::readme::{buy, stage};

#[tokio::test]
async fn it_is_paid() {
    // Rocket binds by itself: this is only to know a free port.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (simulator, alipay, store) = stage(address).await;
    let figment = rocket::Config::figment()
        .merge(("address", "127.0.0.1"))
        .merge(("port", address.port()))
        .merge(("log_level", "off"))
        .merge(("shutdown.ctrlc", false));
    let server = tokio::spawn(super::shop(alipay).configure(figment).launch());
    crate::until("it listens", async || tokio::net::TcpStream::connect(address).await.is_ok()).await;
    buy(address, &simulator, &store).await;
    server.abort();
}
