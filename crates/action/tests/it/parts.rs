//! What a test calls an action with.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cauce_action::{Call, Cx, Mail, NetDns, NoBlobs, NoRelay, Registry, SmtpRelay, VerifySetting};
use cauce_model::{Clock, Failure, RunId, StepPath, Time};
use cauce_net::{Allow, Dialer, Http, Limits, Policy, Resolver, ResolverSetting, Tls};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// 2026-11-24T00:00:00Z.
pub(crate) const NOW: Time = Time::from_micros(1_795_478_400_000_000);

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Time {
        NOW
    }
}

/// A dialler that may reach loopback, and asks a DNS server that is not there.
pub(crate) fn dialer(policy: Policy) -> Dialer {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    Dialer::new(policy, Resolver::new(ResolverSetting::Server(nowhere)).unwrap())
}

pub(crate) fn loopback() -> Policy {
    Policy::default().allow("127.0.0.0/8".parse::<Allow>().unwrap()).allow("::1".parse::<Allow>().unwrap())
}

/// A door with this policy and without a mail relay.
pub(crate) fn door(policy: Policy) -> Cx {
    let dialer = dialer(policy);
    Cx {
        dns: Arc::new(NetDns::new(dialer.resolver().clone())),
        http: Http::new(dialer, Tls::system().unwrap(), Limits::default()),
        mail: Arc::new(NoRelay),
        blobs: Arc::new(NoBlobs),
        clock: Arc::new(Fixed),
        verify: Arc::new(VerifySetting::default()),
        cancelled: CancellationToken::new(),
    }
}

/// A door with this mail relay.
pub(crate) fn door_to(mail: impl Mail + 'static) -> Cx {
    Cx { mail: Arc::new(mail), ..door(loopback()) }
}

/// The relay at this URL; mails that name no sender come from the shop.
pub(crate) fn relay(url: &str) -> SmtpRelay {
    let from = Some("Shop <news@shop.example>".to_owned());
    SmtpRelay::parse(url, from, dialer(loopback()), Tls::system().unwrap()).unwrap()
}

pub(crate) fn call(input: Value) -> Call {
    Call {
        run: RunId::from_uuid(uuid::Uuid::nil()),
        step: StepPath::from("gate/then/act"),
        shown: input.clone().into(),
        input,
        idempotency_key: "0123456789abcdef0123456789abcdef".to_owned(),
        attempt: 1,
        accepted_at: NOW,
        timeout: Duration::from_secs(20),
    }
}

/// Runs a built-in action once.
pub(crate) async fn run(name: &str, call: Call, door: &Cx) -> Result<Value, Failure> {
    Registry::builtin().get(name).unwrap().run(call, door).await
}
