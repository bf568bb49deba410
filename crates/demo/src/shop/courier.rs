//! Takes webhooks to Cauce: signs them, tries again while that may help, and tells what became of them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, Uri, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::deliveries::{Deliveries, Status};
use super::sign;
use crate::locked::Locked;
use crate::{Error, Setting};

const ATTEMPT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: usize = 64 * 1024;
/// So much of an answer is shown.
const EXCERPT: usize = 200;

#[derive(Clone)]
pub(crate) struct Courier {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    secret: Option<String>,
    retries: Vec<Duration>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// One webhook: the same bytes under the same id at every attempt.
pub(crate) struct Parcel {
    /// Of its delivery.
    pub(crate) number: u64,
    pub(crate) id: String,
    /// The path of the webhook.
    pub(crate) hook: &'static str,
    pub(crate) body: Bytes,
}

/// What came of one attempt.
struct Outcome {
    status: Status,
    answer: String,
}

impl Courier {
    pub(crate) fn new(setting: &Setting, tasks: TaskTracker, stop: CancellationToken) -> Result<Self, Error> {
        let base = setting.hooks.trim_end_matches('/').to_owned();
        if !is_on_this_machine(&base) {
            return Err(Error::Hooks(setting.hooks.clone()));
        }
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            base,
            secret: setting.secret.clone(),
            retries: setting.retries.clone(),
            tasks,
            stop,
        })
    }

    /// Delivers behind the caller's back, until it is done or the demo stops.
    pub(crate) fn take(&self, deliveries: &Arc<Locked<Deliveries>>, parcel: Parcel) {
        let (courier, deliveries) = (self.clone(), deliveries.clone());
        self.tasks.spawn(async move {
            let stop = courier.stop.clone();
            tokio::select! {
                () = stop.cancelled() => {}
                () = courier.deliver(&deliveries, &parcel) => {}
            }
        });
    }

    async fn deliver(&self, deliveries: &Locked<Deliveries>, parcel: &Parcel) {
        let mut pauses = self.retries.iter();
        loop {
            let mut outcome = self.attempt(parcel).await;
            let pause = if outcome.status == Status::Retrying { pauses.next() } else { None };
            if outcome.status == Status::Retrying && pause.is_none() {
                outcome.status = Status::GaveUp;
            }
            deliveries.with(|all| all.attempted(parcel.number, outcome.status, outcome.answer));
            let Some(pause) = pause else { return };
            // The pause ends early when the demo stops, and the task with it.
            if timeout(*pause, self.stop.cancelled()).await.is_ok() {
                return;
            }
        }
    }

    async fn attempt(&self, parcel: &Parcel) -> Outcome {
        match timeout(ATTEMPT, self.post(parcel)).await {
            Ok(Ok((code, body))) => {
                let status = match code {
                    200..=299 => Status::Delivered,
                    408 | 429 | 500..=599 => Status::Retrying,
                    _ => Status::Refused,
                };
                Outcome { status, answer: format!("{code} {}", excerpt(&body)) }
            }
            Ok(Err(failure)) => Outcome { status: Status::Retrying, answer: failure },
            Err(_) => {
                Outcome { status: Status::Retrying, answer: format!("no answer in {} s", ATTEMPT.as_secs()) }
            }
        }
    }

    /// The status code and body of the answer, or what kept it from coming.
    async fn post(&self, parcel: &Parcel) -> Result<(u16, Bytes), String> {
        let mut request = Request::post(format!("{}{}", self.base, parcel.hook))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "cauce-demo-shop")
            .header("x-shop-delivery", &parcel.id);
        if let Some(secret) = &self.secret {
            request = request.header(sign::HEADER, sign::signature(secret, &parcel.body));
        }
        let request = request.body(Full::new(parcel.body.clone())).map_err(|error| error.to_string())?;
        let answer = self.client.request(request).await.map_err(|error| chain(&error))?;
        let code = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), ANSWER_LIMIT).collect().await;
        Ok((code, body.map(|body| body.to_bytes()).unwrap_or_default()))
    }
}

/// `http` alone: there is no one to eavesdrop within a machine.
fn is_on_this_machine(base: &str) -> bool {
    let Ok(uri) = base.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    uri.scheme_str() == Some("http") && (is_loopback || host.eq_ignore_ascii_case("localhost"))
}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(EXCERPT).collect()
}

/// An error with its causes, the outermost first.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_go_to_this_machine_alone() {
        for (base, ours) in [
            ("http://127.0.0.1:8710", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8710", true),
            ("http://localhost:8710", true),
            ("https://127.0.0.1:8710", false),
            ("http://cauce.dev", false),
            ("http://10.0.0.1:8710", false),
            ("http://localhost.cauce.dev", false),
            ("127.0.0.1:8710", false),
            ("", false),
        ] {
            assert_eq!(is_on_this_machine(base), ours, "{base}");
        }
    }
}
