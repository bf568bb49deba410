//! The shop: webhooks, their retries and their signature; orders and the report.

use axum::http::StatusCode;
use cauce_demo::Demo;
use serde_json::{Value, json};

use crate::browser::{get, post_form, post_json};
use crate::hooks::Hooks;
use crate::{demo, setting, soon};

const ANA: &str = "name=Ana+%C3%91and%C3%BA&email=ana%40cauce-good.dev";

/// The page again and again, until it shows what is awaited.
async fn page_shows(demo: &Demo, wanted: &str) -> String {
    soon(async {
        loop {
            let page = get(&demo.shop).await.body;
            if page.contains(wanted) {
                return page;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_sign_up_is_posted_to_its_workflow_with_a_signature_over_the_raw_body() {
    let mut hooks = Hooks::answering(&[]).await;
    let mut setting = setting(&hooks.base);
    setting.secret = Some("key".into());
    let demo = Demo::start(setting).await.unwrap();

    let answer = post_form(&format!("{}/signup", demo.shop), ANA).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/?done=sent"));

    let hook = hooks.next().await;
    let body: Value = serde_json::from_slice(&hook.body).unwrap();
    assert_eq!(hook.path, "/hooks/signup/signup");
    assert_eq!(hook.headers["content-type"], "application/json");
    assert_eq!((&body["name"], &body["email"]), (&json!("Ana Ñandú"), &json!("ana@cauce-good.dev")));
    assert_eq!(hook.headers["x-shop-delivery"], body["id"].as_str().unwrap());
    assert_eq!(hook.headers["x-shop-signature"], hmac_by_the_book(b"key", &hook.body));

    let page = page_shows(&demo, "delivered").await;
    assert!(page.contains("202 {&quot;outcome&quot;:&quot;&lt;run&gt;&quot;}"), "{page}");
    demo.stop().await;
}

/// RFC 2104, written out.
fn hmac_by_the_book(key: &[u8], body: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::digest([block.map(|byte| byte ^ 0x36).as_slice(), body].concat());
    let outer = Sha256::digest([block.map(|byte| byte ^ 0x5c).as_slice(), inner.as_slice()].concat());
    format!("sha256={}", outer.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[tokio::test]
async fn a_webhook_that_met_a_fault_comes_again_with_the_same_bytes() {
    let mut hooks = Hooks::answering(&[503, 429]).await;
    let demo = Demo::start(setting(&hooks.base)).await.unwrap();
    post_form(&format!("{}/signup", demo.shop), ANA).await;

    let (first, second, third) = (hooks.next().await, hooks.next().await, hooks.next().await);
    assert_eq!(first.body, second.body);
    assert_eq!(second.body, third.body);
    assert_eq!(first.headers["x-shop-delivery"], third.headers["x-shop-delivery"]);
    assert!(first.headers.get("x-shop-signature").is_none());
    let page = page_shows(&demo, "delivered").await;
    assert!(page.contains("<td>3</td>"), "{page}");
    demo.stop().await;
}

#[tokio::test]
async fn the_shop_gives_up_after_its_retries_and_at_once_when_refused() {
    let demo = demo().await;
    post_form(&format!("{}/signup", demo.shop), ANA).await;
    let page = page_shows(&demo, "given up").await;
    assert!(page.contains("<td>3</td>") && page.to_lowercase().contains("connect"), "{page}");
    demo.stop().await;

    let hooks = Hooks::answering(&[404]).await;
    let demo = Demo::start(setting(&hooks.base)).await.unwrap();
    post_form(&format!("{}/signup", demo.shop), ANA).await;
    let page = page_shows(&demo, "refused").await;
    assert!(page.contains("<td>1</td>"), "{page}");
    demo.stop().await;
}

#[tokio::test]
async fn a_cart_left_behind_can_be_bought_once() {
    let mut hooks = Hooks::answering(&[]).await;
    let demo = Demo::start(setting(&hooks.base)).await.unwrap();
    let form = format!("{ANA}&mug=2&shirt=1&book=0");
    assert_eq!(post_form(&format!("{}/cart", demo.shop), &form).await.status, StatusCode::SEE_OTHER);

    let hook = hooks.next().await;
    let body: Value = serde_json::from_slice(&hook.body).unwrap();
    let cart = body["cart"]["id"].as_str().unwrap();
    assert_eq!(hook.path, "/hooks/abandoned-cart/cart");
    assert_eq!(body["cart"]["total"], 49.9);
    assert_eq!(body["remind_after"], "30s");
    assert_eq!(body["cart"]["items"][0], json!({"sku": "mug", "name": "Mug", "quantity": 2, "price": 12.5}));
    assert_eq!(body["cart"]["items"].as_array().unwrap().len(), 2);
    assert_eq!(body["customer"], json!({"name": "Ana Ñandú", "email": "ana@cauce-good.dev"}));

    let orders = format!("{}/api/orders?cart_id={cart}", demo.shop);
    assert_eq!(get(&orders).await.json(), json!({"orders": [], "count": 0}));
    let buy = format!("cart_id={cart}");
    let order = format!("{}/order", demo.shop);
    assert_eq!(post_form(&order, &buy).await.header("location"), "/?done=ordered");
    let answer = get(&orders).await.json();
    assert_eq!((&answer["count"], &answer["orders"][0]["total"]), (&json!(1), &json!(49.9)));
    assert_eq!(answer["orders"][0]["at"], "2024-02-29T12:00:00Z");
    assert_eq!(post_form(&order, &buy).await.status, StatusCode::CONFLICT);
    demo.stop().await;
}

#[tokio::test]
async fn a_form_filled_in_wrongly_is_shown_again_and_nothing_is_sent() {
    let demo = demo().await;
    let long = format!("name={}&email=a%40b.dev", "a".repeat(101));
    for (path, form, message) in [
        ("/signup", "name=+&email=a%40b.dev", "Please give a name"),
        ("/signup", long.as_str(), "Please give a name"),
        ("/signup", "name=%3Cb%3E&email=", "Please give an email"),
        ("/signup", "name=Ana&email=a%0d%0ab", "Please give an email"),
        ("/cart", "name=Ana&email=a%40b.dev&mug=0", "The cart is empty"),
    ] {
        let answer = post_form(&format!("{}{path}", demo.shop), form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.body.contains(message) && !answer.body.contains("<b>"), "{form}: {}", answer.body);
        assert!(answer.body.contains("Nothing was sent yet."));
    }
    let answer = post_form(&format!("{}/cart", demo.shop), "name=Ana&email=a%40b.dev&mug=many").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    demo.stop().await;
}

#[tokio::test]
async fn orders_come_over_the_api_too_and_wrong_ones_are_refused() {
    let demo = demo().await;
    let orders = format!("{}/api/orders", demo.shop);
    let order = post_json(&orders, &json!({"cart_id": "c-1", "total": 12.5})).await;
    assert_eq!(order.status, StatusCode::CREATED);
    assert_eq!(order.json()["currency"], "EUR");
    for (body, status) in [
        (json!({"cart_id": "c-1", "total": 12.5}), StatusCode::CONFLICT),
        (json!({"cart_id": "c 2", "total": 1}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"cart_id": "c-2", "total": -1}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"cart_id": "c-2"}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = post_json(&orders, &body).await;
        assert_eq!(answer.status, status, "{body}");
        assert!(answer.json()["message"].is_string());
    }
    let broken = post_form(&orders, "{\"cart_id\":").await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    demo.stop().await;
}

#[tokio::test]
async fn the_report_of_yesterday_tells_what_was_sold_before_opening() {
    let demo = demo().await;
    post_json(&format!("{}/api/orders", demo.shop), &json!({"cart_id": "today", "total": 99})).await;
    let report = get(&format!("{}/api/report/yesterday", demo.shop)).await.json();
    let expected = json!({
        "date": "2024-02-28", "orders": 4, "revenue": 174.9, "currency": "EUR", "new_contacts": 3,
    });
    assert_eq!(report, expected);
    demo.stop().await;
}
