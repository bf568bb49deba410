//! The mailbox: a real client's mails, and how strictly the server talks.

use axum::http::{Method, StatusCode};
use cauce_demo::Demo;
use lettre::message::MultiPart;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::{Value, json};

use crate::browser::{get, post_json, send};
use crate::smtp::Client;
use crate::{demo, soon};

async fn mails(demo: &Demo) -> Value {
    get(&format!("{}/api/mails", demo.mailbox_page)).await.json()
}

fn sender(demo: &Demo) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(demo.smtp.ip().to_string())
        .port(demo.smtp.port())
        .build()
}

fn welcome() -> Message {
    Message::builder()
        .from("Tienda <shop@cauce-good.dev>".parse().unwrap())
        .to("Ana <ana@cauce-good.dev>".parse().unwrap())
        .bcc("copy@cauce-good.dev".parse().unwrap())
        .subject("¡Bienvenida, Ana!")
        .message_id(Some("<run-1.step-2@cauce-good.dev>".into()))
        .multipart(MultiPart::alternative_plain_html(
            String::from(".\n..dots stay\nHola, Ñandú"),
            String::from("<p>Hola, <b>Ñandú</b></p><script>alert(1)</script>"),
        ))
        .unwrap()
}

#[tokio::test]
async fn a_real_clients_mail_arrives_decoded() {
    let demo = demo().await;
    soon(sender(&demo).send(welcome())).await.unwrap();
    let all = mails(&demo).await;
    let mail = &all[0];
    assert_eq!((&mail["n"], &mail["from"]), (&json!(1), &json!("shop@cauce-good.dev")));
    assert_eq!(mail["to"], json!(["ana@cauce-good.dev", "copy@cauce-good.dev"]));
    assert_eq!(mail["subject"], "¡Bienvenida, Ana!");
    assert_eq!(mail["message_id"], "<run-1.step-2@cauce-good.dev>");
    assert_eq!(mail["received_at"], "2024-02-29T12:00:00Z");
    let text = mail["text"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim_end(), ".\n..dots stay\nHola, Ñandú");
    assert!(mail["html"].as_str().unwrap().contains("<b>Ñandú</b>"));
    demo.stop().await;
}

#[tokio::test]
async fn the_pages_show_mails_and_run_nothing_of_them() {
    let demo = demo().await;
    soon(sender(&demo).send(welcome())).await.unwrap();
    let list = get(&demo.mailbox_page).await;
    assert!(list.body.contains("<a href=\"/mail/1\">¡Bienvenida, Ana!</a>"), "{}", list.body);
    assert!(list.body.contains("&lt;run-1.step-2@cauce-good.dev&gt;"));

    let page = get(&format!("{}/mail/1", demo.mailbox_page)).await;
    assert!(page.body.contains("sandbox=\"\"") && page.body.contains("&lt;script&gt;"), "{}", page.body);
    assert!(!page.body.contains("<script>"));
    let raw = get(&format!("{}/mail/1/raw", demo.mailbox_page)).await;
    assert!(raw.header("content-type").starts_with("text/plain") && raw.body.contains("Message-ID: <run-1"));

    assert_eq!(get(&format!("{}/mail/2", demo.mailbox_page)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&format!("{}/mail/2/raw", demo.mailbox_page)).await.status, StatusCode::NOT_FOUND);
    let cleared = send(Method::DELETE, &format!("{}/api/mails", demo.mailbox_page), &[], "").await;
    assert_eq!(cleared.status, StatusCode::NO_CONTENT);
    assert_eq!(mails(&demo).await, json!([]));
    demo.stop().await;
}

#[tokio::test]
async fn a_mail_over_http_is_kept_once_a_key() {
    let demo = demo().await;
    let url = format!("{}/api/mails", demo.mailbox_page);
    let json_type = ("content-type", "application/json");
    let mail = json!({"to": "ana@cauce-good.dev", "subject": "¡Hola!", "text": "Ñandú\n."}).to_string();
    let key = ("idempotency-key", "run-1:send");
    let first = send(Method::POST, &url, &[json_type, key], mail.clone()).await;
    assert_eq!((first.status, &first.json()["n"]), (StatusCode::CREATED, &json!(1)), "{}", first.body);
    let again = send(Method::POST, &url, &[json_type, key], mail.clone()).await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, first.json()));
    let other = send(Method::POST, &url, &[json_type], mail.clone()).await;
    assert_eq!((other.status, &other.json()["n"]), (StatusCode::CREATED, &json!(2)));
    let all = mails(&demo).await;
    assert_eq!((&all[1]["subject"], &all[1]["text"]), (&json!("¡Hola!"), &json!("Ñandú\n.")));
    assert_eq!(all[1]["message_id"], "<run-1:send@service.cauce-good.dev>");
    let raw = get(&format!("{}/mail/1/raw", demo.mailbox_page)).await.body;
    assert!(raw.contains("To: ana@cauce-good.dev\r\n") && raw.ends_with("Ñandú\r\n."), "{raw}");
    for (bad, status) in [
        ("{", StatusCode::BAD_REQUEST),
        (r#"{"to": "a@b.dev"}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"to": "a", "subject": "", "text": ""}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"to": "a@b.dev", "subject": "a\nBcc: c@d.dev", "text": ""}"#, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(send(Method::POST, &url, &[json_type], bad).await.status, status, "{bad}");
    }
    post_json(&format!("{}/_faults", demo.mailbox_page), &json!({"api": 503})).await;
    assert_eq!(
        send(Method::POST, &url, &[json_type], mail.clone()).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(send(Method::POST, &url, &[json_type], mail.clone()).await.status, StatusCode::CREATED);
    demo.stop().await;
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let demo = demo().await;
    let mut client = Client::to(demo.smtp).await;
    assert!(client.say("MAIL FROM:<a@cauce-good.dev>").await.starts_with("503 "));
    client.say("EHLO client.dev").await;
    assert!(client.say("RCPT TO:<ana@cauce-good.dev>").await.starts_with("503 "));
    assert!(client.say("DATA").await.starts_with("503 "));
    assert!(client.say("MAIL FROM:<a@cauce-good.dev>").await.starts_with("250 "));
    assert!(client.say("MAIL FROM:<a@cauce-good.dev>").await.starts_with("503 "));
    assert!(client.say("DATA").await.starts_with("503 "));
    assert!(client.say("RSET").await.starts_with("250 "));
    assert!(client.say("RCPT TO:<ana@cauce-good.dev>").await.starts_with("503 "));
    assert!(client.say("NOOP").await.starts_with("250 "));
    assert!(client.say("VRFY ana").await.starts_with("252 "));
    assert!(client.say("QUIT").await.starts_with("221 "));
    assert!(client.is_over().await);
    demo.stop().await;
}

#[tokio::test]
async fn the_greeting_offers_what_the_server_keeps_to() {
    let demo = demo().await;
    let mut client = Client::to(demo.smtp).await;
    let offers = client.say("EHLO client.dev").await;
    for offer in ["PIPELINING", "SIZE 10000000", "8BITMIME", "ENHANCEDSTATUSCODES"] {
        assert!(offers.contains(&format!("250-{offer}\r\n")), "{offers}");
    }
    assert!(client.say("STARTTLS").await.starts_with("502 "));
    assert!(client.say("HELP").await.starts_with("214 "));
    let mut old = Client::to(demo.smtp).await;
    assert!(old.say("HELO client.dev").await.starts_with("250 "));
    demo.stop().await;
}

#[tokio::test]
async fn a_mail_may_be_sent_in_one_breath() {
    let demo = demo().await;
    let mut client = Client::to(demo.smtp).await;
    client
        .write(
            b"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@cauce-good.dev>\r\nRCPT TO:<b@cauce-dead.dev>\r\nDATA\r\n",
        )
        .await;
    for code in ["250-", "250 ", "250 ", "550 5.1.10 ", "354 "] {
        let reply = client.reply().await;
        assert!(reply.starts_with(code), "{code}: {reply}");
    }
    client.write(b"Subject: x\r\n\r\n..one dot\r\n.\r\nQUIT\r\n").await;
    assert_eq!(client.reply().await, "250 2.0.0 kept as mail 1\r\n");
    assert!(client.reply().await.starts_with("221 "));
    let mail = &mails(&demo).await[0];
    assert_eq!((&mail["from"], &mail["to"]), (&json!(""), &json!(["a@cauce-good.dev"])));
    assert_eq!((&mail["text"], &mail["html"]), (&json!(".one dot\r\n"), &json!(null)));
    demo.stop().await;
}

#[tokio::test]
async fn a_mail_too_large_is_refused_when_announced_and_when_it_comes() {
    let demo = demo().await;
    let mut client = Client::greeted(demo.smtp).await;
    assert!(client.say("MAIL FROM:<a@cauce-good.dev> SIZE=10000001").await.starts_with("552 "));
    assert!(client.say("MAIL FROM:<a@cauce-good.dev> SIZE=10000000").await.starts_with("250 "));
    client.say("RCPT TO:<ana@cauce-good.dev>").await;
    assert!(client.say("DATA").await.starts_with("354 "));
    let line = [b"x".repeat(998), b"\r\n".to_vec()].concat();
    client.write(&line.repeat(10_001)).await;
    assert!(client.say(".").await.starts_with("552 "));
    assert!(client.say("MAIL FROM:<a@cauce-good.dev>").await.starts_with("250 "));
    assert_eq!(mails(&demo).await, json!([]));
    demo.stop().await;
}

#[tokio::test]
async fn lines_too_long_are_refused() {
    let demo = demo().await;
    let mut client = Client::with_envelope(demo.smtp).await;
    assert!(client.say(&format!("NOOP {}", "x".repeat(600))).await.starts_with("500 "));
    assert!(client.say("DATA").await.starts_with("354 "));
    let reply = client.say(&format!("{}\r\n.", "x".repeat(999))).await;
    assert!(reply.starts_with("500 "), "{reply}");
    assert_eq!(mails(&demo).await, json!([]));
    demo.stop().await;
}

#[tokio::test]
async fn a_line_feed_alone_ends_the_conversation_and_smuggles_nothing() {
    let demo = demo().await;
    let mut client = Client::with_envelope(demo.smtp).await;
    assert!(client.say("DATA").await.starts_with("354 "));
    client.write(b"Subject: x\r\n\r\nhello\n.\r\nMAIL FROM:<evil@cauce-good.dev>\r\n").await;
    assert!(client.reply().await.starts_with("521 "));
    assert_eq!(mails(&demo).await, json!([]));
    let mut client = Client::greeted(demo.smtp).await;
    client.write(b"NOOP\n").await;
    assert!(client.reply().await.starts_with("521 "));
    assert!(client.is_over().await);
    demo.stop().await;
}

#[tokio::test]
async fn a_client_that_only_errs_is_sent_away() {
    let demo = demo().await;
    let mut client = Client::to(demo.smtp).await;
    for _ in 0..20 {
        assert!(client.say("GET / HTTP/1.1").await.starts_with("500 "));
    }
    assert!(client.is_over().await);
    demo.stop().await;
}

#[tokio::test]
async fn a_mail_has_at_most_a_hundred_recipients() {
    let demo = demo().await;
    let mut client = Client::greeted(demo.smtp).await;
    client.say("MAIL FROM:<a@cauce-good.dev>").await;
    for number in 0..100 {
        assert!(client.say(&format!("RCPT TO:<a{number}@cauce-good.dev>")).await.starts_with("250 "));
    }
    assert!(client.say("RCPT TO:<one@cauce-good.dev>").await.starts_with("452 "));
    demo.stop().await;
}

#[tokio::test]
async fn the_fault_switch_answers_so_many_mails_with_its_code() {
    let demo = demo().await;
    let faults = format!("{}/_faults", demo.mailbox_page);
    post_json(&faults, &json!({"smtp": 451, "times": 1})).await;
    let refused = soon(sender(&demo).send(welcome())).await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    soon(sender(&demo).send(welcome())).await.unwrap();

    post_json(&faults, &json!({"smtp": 421})).await;
    let mut client = Client::greeted(demo.smtp).await;
    assert!(client.say("MAIL FROM:<a@cauce-good.dev>").await.starts_with("421 "));
    assert!(client.is_over().await);

    post_json(&faults, &json!({"smtp": 550, "times": 9})).await;
    assert_eq!(send(Method::DELETE, &faults, &[], "").await.status, StatusCode::NO_CONTENT);
    soon(sender(&demo).send(welcome())).await.unwrap();
    assert_eq!(post_json(&faults, &json!({"smtp": 250})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post_json(&faults, &json!({})).await.status, StatusCode::BAD_REQUEST);
    demo.stop().await;
}
