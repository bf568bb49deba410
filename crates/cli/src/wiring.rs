//! How the parts are put together: the one place that knows them all.

use std::sync::Arc;

use anyhow::Context;
use cauce_action::{Cx, Mail, NetDns, NoRelay, Registry, SmtpRelay, VerifySetting};
use cauce_journal::Journal;
use cauce_model::{Clock, Ids, SessionId, SystemClock, SystemIds};
use cauce_net::{Allow, Dialer, Http, Limits, Policy, Resolver, ResolverSetting, Tls};
use cauce_runner::{Files, Parts, Plans, Rate, RuntimePause, Variables};
use cauce_server::access::SignInGuard;
use cauce_server::flows::Flows;
use cauce_server::{App, AppParts, Components, Setting};
use cauce_trigger::Sources;
use tokio_util::sync::CancellationToken;

use crate::args::OutsideArgs;

/// The prefix of workspace variables in the environment.
const VARIABLE: &str = "CAUCE_ENV_";

/// What leads out of the process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outside {
    pub(crate) allow: Vec<Allow>,
    pub(crate) dns: Option<std::net::SocketAddr>,
    pub(crate) relay: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) extra_disposable: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) rates: Vec<Rate>,
}

impl From<OutsideArgs> for Outside {
    fn from(args: OutsideArgs) -> Self {
        let set = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.to_str()?.strip_prefix(VARIABLE)?.to_owned();
            Some((name, value.into_string().ok()?))
        });
        Self {
            allow: args.allow_net,
            dns: args.dns,
            relay: args.email,
            from: args.from,
            extra_disposable: Vec::new(),
            variables: set.collect(),
            rates: args.rates,
        }
    }
}

/// Everything one node is made of.
pub(crate) struct Wired {
    pub(crate) app: App,
    pub(crate) parts: Parts,
    /// The mail relay, where there is one.
    pub(crate) relay: Option<Arc<dyn Mail>>,
}

/// Everything there is to build flows from.
pub(crate) fn components() -> Components {
    Components { actions: Arc::new(Registry::builtin()), sources: Arc::new(Sources::builtin()) }
}

/// A new session's id.
pub(crate) fn new_session() -> SessionId {
    SessionId::from_uuid(SystemIds.next(SystemClock.now()))
}

/// Puts the parts together around a journal and an open session.
pub(crate) fn wire(
    journal: Journal,
    session: SessionId,
    outside: Outside,
    setting: Setting,
    stopping: CancellationToken,
) -> anyhow::Result<Wired> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let pause = Arc::new(RuntimePause);
    let policy = outside.allow.iter().cloned().fold(Policy::default(), Policy::allow);
    let asked = outside.dns.map_or(ResolverSetting::System, ResolverSetting::Server);
    let resolver = Resolver::new(asked).context("the DNS resolver could not be set up")?;
    let dns = Arc::new(NetDns::new(resolver.clone()));
    let dialer = Dialer::new(policy, resolver);
    let tls = Tls::system().context("TLS could not be set up")?;
    let relay: Option<Arc<dyn Mail>> = match &outside.relay {
        None => None,
        Some(url) => {
            let relay = SmtpRelay::parse(url, outside.from.clone(), dialer.clone(), tls.clone());
            Some(Arc::new(relay.context("the mail relay (`--email`) cannot be used")?))
        }
    };
    let verify = Arc::new(VerifySetting { extra_disposable: outside.extra_disposable });
    let components = components();
    let (actions, sources) = (Arc::clone(&components.actions), Arc::clone(&components.sources));
    let plans = Plans::new(journal.clone(), Arc::new(components));
    let variables = Variables::new(outside.variables);
    let cx = Cx {
        http: Http::new(dialer, tls, Limits::default()),
        mail: relay.clone().unwrap_or_else(|| Arc::new(NoRelay)),
        dns: dns.clone(),
        blobs: Arc::new(Files::new(&journal, setting.max_file)),
        clock: Arc::clone(&clock),
        verify: Arc::clone(&verify),
        cancelled: stopping.clone(),
    };
    let app = App::new(AppParts {
        journal: journal.clone(),
        session,
        plans: plans.clone(),
        flows: Flows::default(),
        sources,
        actions: Arc::clone(&actions),
        variables: variables.clone(),
        dns,
        verify,
        clock: Arc::clone(&clock),
        ids: Arc::new(SystemIds) as Arc<dyn Ids>,
        pause: pause.clone(),
        sign_ins: SignInGuard::default(),
        setting: Arc::new(setting),
        stopping,
    });
    let parts = Parts {
        journal,
        plans,
        actions,
        cx,
        variables,
        clock,
        pause,
        setting: cauce_runner::Setting { rates: outside.rates, ..cauce_runner::Setting::default() },
    };
    Ok(Wired { app, parts, relay })
}
