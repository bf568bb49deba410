//! A sender, its secrets and its signatures, for tests.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cauce_model::Time;
use cauce_trigger::{Occurrence, Raw, Rejection, Secrets, Source, Webhook};
use hmac::{Hmac, KeyInit, Mac};
use proptest::test_runner::{Config, RngSeed};
use serde_json::Value;
use sha2::Sha256;

/// Workspace variables.
#[derive(Clone, Default)]
pub(crate) struct Env(pub(crate) BTreeMap<String, String>);

impl Env {
    pub(crate) fn with(name: &str, value: &str) -> Self {
        Self(BTreeMap::from([(name.to_owned(), value.to_owned())]))
    }
}

impl Secrets for Env {
    fn env(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

pub(crate) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// A POST, received in November 2023.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) method: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) received_at: Time,
}

impl Post {
    pub(crate) fn of(body: impl AsRef<[u8]>) -> Self {
        Self {
            method: "POST".to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: body.as_ref().to_vec(),
            received_at: Time::from_micros(1_700_000_000_000_000),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn raw(&self) -> Raw {
        Raw::Http {
            method: self.method.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: Bytes::from(self.body.clone()),
            received_at: self.received_at,
        }
    }

    /// What `webhook@1` makes of it.
    pub(crate) fn accept(&self, with: &Value, env: &Env) -> Result<Occurrence, Rejection> {
        Webhook::default().accept(&self.raw(), with, env).map(|mut all| {
            assert_eq!(all.len(), 1);
            all.remove(0)
        })
    }
}

pub(crate) fn hmac_sha256(key: &[u8], signed: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(signed);
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A configuration with a fresh seed, which it prints; a failure is repeated by writing that number here.
pub(crate) fn fresh(name: &str, cases: u32) -> Config {
    use std::hash::{BuildHasher, Hasher};
    let seed = std::hash::RandomState::new().build_hasher().finish();
    println!("{name}: seed {seed}");
    Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() }
}
