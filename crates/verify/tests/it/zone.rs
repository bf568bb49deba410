//! A DNS in memory that notes what it was asked.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use async_trait::async_trait;
use cauce_verify::{Mx, Options, Resolve, ResolveError, Verification, verify};
use jiff::Timestamp;

#[derive(Default)]
pub(crate) struct Zone {
    mx: HashMap<String, Result<Vec<Mx>, ResolveError>>,
    ip: HashMap<String, Result<Vec<IpAddr>, ResolveError>>,
    asked: Mutex<Vec<String>>,
}

impl Zone {
    pub(crate) fn mx(mut self, domain: &str, hosts: &[(u16, &str)]) -> Self {
        let hosts =
            hosts.iter().map(|(preference, host)| Mx { preference: *preference, exchange: (*host).into() });
        self.mx.insert(domain.to_owned(), Ok(hosts.collect()));
        self
    }

    pub(crate) fn no_mx(mut self, domain: &str, error: ResolveError) -> Self {
        self.mx.insert(domain.to_owned(), Err(error));
        self
    }

    pub(crate) fn ip(mut self, domain: &str, answer: Result<&[&str], ResolveError>) -> Self {
        let answer = answer.map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect());
        self.ip.insert(domain.to_owned(), answer);
        self
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) async fn verify(&self, email: &str) -> Verification {
        self.verify_with(email, &Options::default()).await
    }

    pub(crate) async fn verify_with(&self, email: &str, options: &Options) -> Verification {
        verify(email, options, self, now()).await
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-24T01:00:00Z".parse().unwrap()
}

#[async_trait]
impl Resolve for Zone {
    async fn mx(&self, domain: &str) -> Result<Vec<Mx>, ResolveError> {
        self.asked.lock().unwrap().push(format!("MX {domain}"));
        self.mx.get(domain).cloned().unwrap_or(Err(ResolveError::NoDomain))
    }

    async fn ip(&self, domain: &str) -> Result<Vec<IpAddr>, ResolveError> {
        self.asked.lock().unwrap().push(format!("IP {domain}"));
        self.ip.get(domain).cloned().unwrap_or(Err(ResolveError::NoRecords))
    }
}
