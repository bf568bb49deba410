//! Signatures that vendors published, or that follow their published schemes: each passes, and no touched one does.

use std::path::Path;

use cauce_model::Time;
use serde_json::{Value, json};

use crate::world::{Env, Post};

/// The preset, or the spelled-out axes, of a scheme in the vectors; the error says why it is left out.
fn verify_of(scheme: &str) -> Result<Value, String> {
    let preset = match scheme {
        "klaviyo_system" => "klaviyo",
        "hmac_sha256_primitive" => {
            return Ok(json!({"algorithm": "hmac-sha256", "header": "x-sig", "secret": "${{ env.S }}"}));
        }
        other => other,
    };
    let verify = json!({"preset": preset, "secret": "${{ env.S }}"});
    let problems =
        cauce_trigger::Sources::builtin().get("webhook@1").unwrap().check(&json!({"verify": verify}), "");
    match problems.into_iter().next() {
        None => Ok(verify),
        Some(problem) => Err(problem.message),
    }
}

/// The request that a vector describes, received at the moment it was signed.
fn request(vector: &Value) -> Post {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut post = match (vector.get("signature"), vector.get("body")) {
        (Some(signature), _) => Post::of(json!({"signature": signature}).to_string()),
        (None, body) => Post::of(text(body.unwrap())).header("content-type", "text/plain"),
    };
    if let Some(hex) = vector.get("hex") {
        post = post.header("x-sig", hex.as_str().unwrap());
    }
    for (name, value) in vector.get("header").and_then(Value::as_object).into_iter().flatten() {
        post = post.header(name, value.as_str().unwrap());
    }
    if let Some(seconds) = stamps(&post).first() {
        post.received_at = Time::from_micros(seconds * 1_000_000);
    }
    post
}

/// Everything in a request that looks like unix seconds.
fn stamps(post: &Post) -> Vec<i64> {
    let body = String::from_utf8(post.body.clone()).unwrap();
    let mut texts: Vec<&str> = post.headers.iter().map(|(_, value)| value.as_str()).collect();
    if body.contains("\"signature\":{") {
        texts.push(&body);
    }
    let numbers = texts.iter().flat_map(|text| text.split(|letter: char| !letter.is_ascii_alphanumeric()));
    numbers.filter(|word| word.len() == 10).filter_map(|word| word.parse().ok()).collect()
}

/// The same bytes with the lowest bit of one of them turned.
fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    bytes.iter().enumerate().map(|(i, byte)| if i == at { byte ^ 1 } else { *byte }).collect()
}

fn fails(post: &Post, with: &Value, secret: &str, what: &str) {
    let kept = post.accept(with, &Env::with("S", secret));
    assert!(kept.is_err(), "{what} was touched, and the signature still holds: {post:?}");
}

/// One byte at a time of the body, of each header that carries the proof, and of the secret.
fn no_touched_one_passes(post: &Post, with: &Value, secret: &str) -> usize {
    let mut tried = 0;
    let touched = 0..post.body.len();
    for at in touched {
        let body = flipped(&post.body, at);
        fails(&Post { body, ..post.clone() }, with, secret, "the body");
        tried += 1;
    }
    let proof = |name: &str| name != "content-type";
    for (index, (_, value)) in post.headers.iter().enumerate().filter(|(_, (name, _))| proof(name)) {
        for at in 0..value.len() {
            let mut headers = post.headers.clone();
            headers[index].1 = String::from_utf8(flipped(value.as_bytes(), at)).unwrap();
            fails(&Post { headers, ..post.clone() }, with, secret, "a header");
            tried += 1;
        }
        let headers =
            post.headers.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, pair)| pair.clone());
        fails(&Post { headers: headers.collect(), ..post.clone() }, with, secret, "a missing header");
    }
    for at in 0..secret.len() {
        let secret = String::from_utf8(flipped(secret.as_bytes(), at)).unwrap();
        fails(post, with, &secret, "the secret");
        tried += 1;
    }
    tried
}

#[test]
fn every_vector_passes_and_no_touched_one_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/contracts/webhooks/signature_vectors.json");
    let Ok(text) = std::fs::read(&path) else {
        println!("left out: the signature vectors (no ../shared/contracts beside the checkout)");
        return;
    };
    let vectors: Vec<Value> = serde_json::from_slice(&text).unwrap();
    let mut passed = 0;
    for vector in &vectors {
        let scheme = vector["scheme"].as_str().unwrap();
        let verify = match verify_of(scheme) {
            Ok(verify) => verify,
            Err(why) => {
                println!("left out: {scheme}: {why}");
                continue;
            }
        };
        let (with, secret) = (json!({"verify": verify}), vector["secret"].as_str().unwrap());
        let post = request(vector);
        if let Err(rejection) = post.accept(&with, &Env::with("S", secret)) {
            panic!("{scheme}: {rejection}");
        }
        let tried = no_touched_one_passes(&post, &with, secret);
        println!("{scheme}: holds, and {tried} touched ones do not");
        passed += 1;
    }
    assert!(passed >= 9, "{passed} of {} schemes", vectors.len());
}
