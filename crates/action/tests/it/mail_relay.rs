//! `email.send` through a mail relay that is not ours (aiosmtpd), read back by a mail parser that is not ours (Python's).

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use cauce_model::RetryAdvice;
use serde_json::{Value, json};

use crate::parts::{call, door_to, relay, run};

struct Aiosmtpd {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl Aiosmtpd {
    fn start(words: &[&str]) -> Self {
        let python = std::env::var_os("CAUCE_PYTHON").unwrap_or_else(|| "python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/smtp_server.py");
        let mut command = Command::new(&python);
        command.arg(script).args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        let port = port.trim().parse().unwrap_or_else(|_| {
            panic!("{} does not run aiosmtpd: `.ci/install smtp` installs it, and CAUCE_PYTHON names the Python that has it", python.display())
        });
        Self { child, lines, port }
    }

    /// The next mail that it took.
    fn mail(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn url(&self, user: &str) -> String {
        format!("smtp://{user}127.0.0.1:{}", self.port)
    }
}

impl Drop for Aiosmtpd {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn header<'a>(mail: &'a Value, name: &str) -> Vec<&'a str> {
    let all = mail["headers"].as_array().unwrap().iter();
    all.filter(|pair| pair[0] == name).map(|pair| pair[1].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_meant() {
    let mut server = Aiosmtpd::start(&[]);
    let link = format!("<https://shop.example/unsubscribe?token={}>", "x".repeat(200));
    let input = json!({
        "to": ["\"Gómez, Ana\" <ana@cañón.example>", "eva@shop.example"],
        "from": "La Tienda ✉ <news@shop.example>",
        "subject": format!("¡Bienvenida, Ana! {}", "muchas gracias ".repeat(12).trim()),
        "text": format!("Hola, ñandú ✉\n.\nFrom here on\n{}\n", "long ".repeat(400)),
        "html": "<p>Hola, <b>ñandú</b> ✉</p>",
        "reply_to": "Ayuda <help@shop.example>",
        "headers": {"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "X-Tag": "ñ"},
    });
    let output = run("email.send@1", call(input.clone()), &door_to(relay(&server.url("")))).await.unwrap();
    let mail = server.mail();
    assert_eq!(output["response"], "2.0.0 kept");
    assert_eq!(mail["sender"], "news@shop.example");
    assert_eq!(mail["recipients"], json!(["ana@xn--can-8mak.example", "eva@shop.example"]));
    assert_eq!(mail["defects"], json!([]), "{mail}");
    assert_eq!(header(&mail, "subject"), [input["subject"].as_str().unwrap()]);
    assert_eq!(header(&mail, "from"), ["La Tienda ✉ <news@shop.example>"]);
    assert_eq!(header(&mail, "to"), ["\"Gómez, Ana\" <ana@xn--can-8mak.example>, eva@shop.example"]);
    assert_eq!(header(&mail, "reply-to"), ["Ayuda <help@shop.example>"]);
    assert_eq!(header(&mail, "message-id"), [output["message_id"].as_str().unwrap()]);
    assert_eq!(header(&mail, "date"), ["Tue, 24 Nov 2026 00:00:00 +0000"]);
    assert_eq!(header(&mail, "list-unsubscribe"), [link.as_str()]);
    assert_eq!(header(&mail, "list-unsubscribe-post"), ["List-Unsubscribe=One-Click"]);
    assert_eq!(header(&mail, "x-tag"), ["ñ"]);
    assert_eq!(mail["type"], "multipart/alternative");
    let text = |part: usize| mail["parts"][part][1].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(
        (&mail["parts"][0][0], text(0).trim_end()),
        (&json!("text/plain"), input["text"].as_str().unwrap().trim_end())
    );
    assert_eq!(
        (&mail["parts"][1][0], text(1).trim_end()),
        (&json!("text/html"), "<p>Hola, <b>ñandú</b> ✉</p>")
    );
    assert!(mail["longest"].as_u64().unwrap() <= 998, "RFC 5322 section 2.1.1: {}", mail["longest"]);
}

#[tokio::test]
async fn each_attempt_sends_the_same_bytes() {
    let mut server = Aiosmtpd::start(&[]);
    let door = door_to(relay(&server.url("")));
    let input = json!({"to": "ana@shop.example", "subject": "Hi", "text": "Hello", "html": "<p>Hello</p>"});
    let mut again = call(input.clone());
    again.attempt = 2;
    let mut other = call(input.clone());
    other.idempotency_key = "another".to_owned();
    let mut mails = Vec::new();
    for call in [call(input), again, other] {
        run("email.send@1", call, &door).await.unwrap();
        mails.push(server.mail());
    }
    assert_eq!(mails[0]["raw"], mails[1]["raw"]);
    assert_ne!(header(&mails[0], "message-id"), header(&mails[2], "message-id"));
}

#[tokio::test]
async fn one_kind_of_text_is_one_part() {
    let mut server = Aiosmtpd::start(&[]);
    let door = door_to(relay(&server.url("")));
    for (key, kind) in [("text", "text/plain"), ("html", "text/html")] {
        let input = json!({"to": "ana@shop.example", "subject": "Hi", key: "Hello"});
        run("email.send@1", call(input), &door).await.unwrap();
        let mail = server.mail();
        assert_eq!((&mail["type"], mail["parts"].as_array().unwrap().len()), (&json!(kind), 1));
        assert_eq!(header(&mail, "from"), ["Shop <news@shop.example>"]);
    }
}

#[tokio::test]
async fn data_cannot_write_headers_or_add_recipients() {
    let server = Aiosmtpd::start(&[]);
    let door = door_to(relay(&server.url("")));
    let good = json!({"to": "ana@shop.example", "subject": "Hi", "text": "Hello"});
    for (key, value) in [
        ("subject", json!("Hi\r\nBcc: eve@evil.example")),
        ("subject", json!("Hi\nBcc: eve@evil.example")),
        ("to", json!("ana@shop.example\r\nBcc: eve@evil.example")),
        ("to", json!("ana@shop.example, eve@evil.example")),
        ("to", json!(["ana@shop.example>\r\nRCPT TO:<eve@evil.example"])),
        ("from", json!("Shop\u{0} <news@shop.example>")),
        ("reply_to", json!("a@shop.example\r\nX-Evil: 1")),
        ("headers", json!({"X-Tag": "a\r\nBcc: eve@evil.example"})),
        ("headers", json!({"X-Tag\r\nBcc": "eve@evil.example"})),
        ("headers", json!({"Bcc": "eve@evil.example"})),
        ("headers", json!({"Message-ID": "<1@evil.example>"})),
        ("headers", json!({"Content-Type": "text/evil"})),
    ] {
        let mut input = good.clone();
        input[key] = value.clone();
        let failure = run("email.send@1", call(input), &door).await.unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retry),
            ("A010", RetryAdvice::Never),
            "{key} {value}"
        );
    }
}

#[tokio::test]
async fn the_password_of_the_url_signs_in() {
    let mut server = Aiosmtpd::start(&["auth"]);
    let input = json!({"to": "ana@shop.example", "subject": "Hi", "text": "Hello"});
    let right = door_to(relay(&server.url("ana%40shop:p%3Aw%2F1@")));
    run("email.send@1", call(input.clone()), &right).await.unwrap();
    assert_eq!(server.mail()["signed_in"], true);
    for user in ["ana%40shop:wrong@", ""] {
        let failure =
            run("email.send@1", call(input.clone()), &door_to(relay(&server.url(user)))).await.unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retry),
            ("A007", RetryAdvice::NeedsLogin),
            "{failure}"
        );
    }
}
