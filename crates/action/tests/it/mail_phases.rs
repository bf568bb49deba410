//! `email.send` against a relay that refuses, breaks off or falls silent at each part of the talk.

use std::time::Duration;

use cauce_action::SmtpRelay;
use cauce_model::{Failure, Happened, RetryAdvice};
use cauce_net::{Policy, Tls};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::parts::{call, dialer, door, door_to, loopback, relay, run};
use crate::scripted::{Say, Scripted, willing};

fn mail() -> Value {
    json!({"to": ["ana@shop.example", "eva@shop.example"], "subject": "Hi", "text": "Hello"})
}

/// Sends a mail to a relay that is willing, but for what it says to lines that begin so.
async fn send(begin: &'static str, say: Say, user: &str) -> Result<Value, Failure> {
    let server = Scripted::start(move |line| if line.starts_with(begin) { say } else { willing(line) }).await;
    let mut call = call(mail());
    call.timeout = Duration::from_secs(if matches!(say, Say::Silence) { 1 } else { 20 });
    run("email.send@1", call, &door_to(relay(&server.url(user)))).await
}

#[tokio::test]
async fn a_mail_is_handed_over_once_for_all_recipients() {
    let server = Scripted::start(willing).await;
    let output = run("email.send@1", call(mail()), &door_to(relay(&server.url("")))).await.unwrap();
    assert_eq!(output["message_id"], "<0123456789abcdef0123456789abcdef@shop.example>");
    assert_eq!(output["accepted"], json!(["ana@shop.example", "eva@shop.example"]));
    assert_eq!(output["response"], "fine");
    let lines = server.lines();
    let begin: Vec<&str> = lines.iter().take(5).map(String::as_str).collect();
    assert_eq!(
        begin,
        [
            "EHLO shop.example",
            "MAIL FROM:<news@shop.example>",
            "RCPT TO:<ana@shop.example>",
            "RCPT TO:<eva@shop.example>",
            "DATA"
        ]
    );
}

#[tokio::test]
async fn an_answer_means_that_it_did_not_happen() {
    for (begin, said, code, retry, status) in [
        ("EHLO", "421 busy", "A012", RetryAdvice::Backoff, 421),
        ("MAIL", "451 later", "A012", RetryAdvice::Backoff, 451),
        ("MAIL", "550 not you", "A011", RetryAdvice::Never, 550),
        ("MAIL", "530 sign in first", "A007", RetryAdvice::NeedsLogin, 530),
        ("RCPT TO:<eva", "550 no such mailbox", "A011", RetryAdvice::Never, 550),
        ("RCPT", "450 greylisted", "A012", RetryAdvice::Backoff, 450),
        ("DATA", "554 no", "A011", RetryAdvice::Never, 554),
        (".", "452 full", "A012", RetryAdvice::Backoff, 452),
        (".", "552 too large", "A011", RetryAdvice::Never, 552),
    ] {
        let failure = send(begin, Say::Line(said), "").await.unwrap_err();
        let found = (failure.error.code.as_str(), failure.retry, failure.error.status, failure.happened);
        assert_eq!(found, (code, retry, Some(status), Happened::No), "{begin} {said}: {failure}");
        let (_, text) = said.split_once(' ').unwrap();
        assert!(failure.error.message.contains(text), "{failure}");
    }
}

#[tokio::test]
async fn before_the_end_of_the_mail_nothing_happened_and_after_it_nobody_knows() {
    for say in [Say::Close, Say::Silence] {
        for begin in ["EHLO", "MAIL", "RCPT TO:<eva", "DATA"] {
            let failure = send(begin, say, "").await.unwrap_err();
            let found = (failure.error.code.as_str(), failure.retry, failure.happened);
            assert_eq!(found, ("A003", RetryAdvice::Backoff, Happened::No), "{begin}: {failure}");
        }
        let failure = send(".", say, "").await.unwrap_err();
        let found = (failure.error.code.as_str(), failure.retry, failure.happened);
        assert_eq!(found, ("A004", RetryAdvice::Backoff, Happened::InDoubt), "{failure}");
    }
}

#[tokio::test]
async fn refused_credentials_hold_the_run() {
    for say in ["535 wrong password", "534 too weak", "504 not so"] {
        let failure = send("AUTH", Say::Line(say), "ana:s3cret@").await.unwrap_err();
        let found = (failure.error.code.as_str(), failure.retry, failure.happened);
        assert_eq!(found, ("A007", RetryAdvice::NeedsLogin, Happened::No), "{failure}");
        assert!(!format!("{failure:?}").contains("s3cret"), "{failure:?}");
    }
    let busy = send("AUTH", Say::Line("454 later"), "ana:s3cret@").await.unwrap_err();
    assert_eq!((busy.error.code.as_str(), busy.retry), ("A012", RetryAdvice::Backoff), "{busy}");
    let none = send("EHLO", Say::Line("250 mail.demo"), "ana:s3cret@").await.unwrap_err();
    assert_eq!((none.error.code.as_str(), none.retry), ("A007", RetryAdvice::NeedsLogin), "{none}");
}

#[tokio::test]
async fn a_line_that_is_a_dot_does_not_end_the_mail() {
    let server = Scripted::start(willing).await;
    let input =
        json!({"to": "ana@shop.example", "subject": "Hi", "text": "a\n.\nMAIL FROM:<eve@evil.example>\n"});
    run("email.send@1", call(input), &door_to(relay(&server.url("")))).await.unwrap();
    let senders = server.lines().iter().filter(|line| line.starts_with("MAIL FROM")).count();
    assert_eq!(senders, 1, "{:?}", server.lines());
}

#[tokio::test]
async fn an_address_with_unicode_needs_a_relay_that_knows_it() {
    let server = Scripted::start(willing).await;
    let input = json!({"to": "añá@shop.example", "subject": "Hi", "text": "Hello"});
    let failure = run("email.send@1", call(input), &door_to(relay(&server.url("")))).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.happened), ("A011", Happened::No), "{failure}");
    assert!(failure.error.message.contains("SMTPUTF8"), "{failure}");
}

#[tokio::test]
async fn nobody_there_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    let failure = run("email.send@1", call(mail()), &door_to(relay(&url))).await.unwrap_err();
    let found = (failure.error.code.as_str(), failure.retry, failure.happened);
    assert_eq!(found, ("A003", RetryAdvice::Backoff, Happened::No), "{failure}");
}

#[tokio::test]
async fn the_guard_judges_the_relay_too() {
    let from = Some("news@shop.example".to_owned());
    let tls = Tls::system().unwrap();
    let strict = SmtpRelay::parse("smtp://127.0.0.1:25", from, dialer(Policy::default()), tls).unwrap();
    let failure = run("email.send@1", call(mail()), &door_to(strict)).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.retry), ("A002", RetryAdvice::Never));
    assert!(failure.error.hint.unwrap().contains("--allow-net 127.0.0.1/32"));
}

#[tokio::test]
async fn without_a_relay_the_run_is_held() {
    for input in [mail(), json!({"to": "a@b.example", "from": "c@b.example", "subject": "Hi", "text": "x"})] {
        let failure = run("email.send@1", call(input), &door(loopback())).await.unwrap_err();
        let found = (failure.error.code.as_str(), failure.retry, failure.happened);
        assert_eq!(found, ("A009", RetryAdvice::NeedsLogin, Happened::No), "{failure}");
    }
}

#[test]
fn a_wrong_sender_is_refused_at_the_start() {
    let from = Some("not an address".to_owned());
    let error =
        SmtpRelay::parse("smtp://127.0.0.1", from, dialer(loopback()), Tls::system().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "`not an address` is no sender's address");
}
