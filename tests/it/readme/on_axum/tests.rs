use crate::readme::{buy, stage};

#[tokio::test]
async fn it_is_paid() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (simulator, alipay, store) = stage(address).await;
    let server = tokio::spawn(async move { axum::serve(listener, super::shop(alipay)).await });
    buy(address, &simulator, &store).await;
    server.abort();
}
