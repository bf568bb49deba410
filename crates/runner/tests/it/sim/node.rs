//! A node: the real runner in a runtime of its own. Dropping the runtime is a kill, not turning it is a freeze.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use cauce_action::{Cx, NetDns, NoBlobs, NoRelay, VerifySetting};
use cauce_journal::Journal;
use cauce_model::{SessionId, SystemClock};
use cauce_net::{Dialer, Http, Limits, Policy, Resolver, ResolverSetting, Tls};
use cauce_runner::{Parts, Plans, Runner, Setting, Variables};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use super::time::Pauses;
use super::world::{Place, World};
use super::{flows, network, store};

/// A workspace variable that must never be seen.
pub(crate) const SECRET: &str = "s3cret-canary-value";
/// The longest pause between two looks of a node.
pub(crate) const LONGEST_LOOK: Duration = Duration::from_secs(20);

/// A door that nobody goes through: the simulated actions have their own.
static DOOR: LazyLock<Cx> = LazyLock::new(|| {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let resolver = Resolver::new(ResolverSetting::Server(nowhere)).expect("a resolver that is not asked");
    let dialer = Dialer::new(Policy::default(), resolver.clone());
    Cx {
        http: Http::new(dialer, Tls::system().expect("TLS that is not used"), Limits::default()),
        mail: Arc::new(NoRelay),
        dns: Arc::new(NetDns::new(resolver)),
        blobs: Arc::new(NoBlobs),
        clock: Arc::new(SystemClock),
        verify: Arc::new(VerifySetting::default()),
        cancelled: CancellationToken::new(),
    }
});

/// Told by the runtime when it has nothing left to do.
#[derive(Default)]
struct Idle {
    parked: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Idle {
    fn waker(&self) -> std::sync::MutexGuard<'_, Option<Waker>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn park(&self) {
        self.parked.store(true, Ordering::Relaxed);
        if let Some(waker) = self.waker().take() {
            waker.wake();
        }
    }
}

/// One life of a node.
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) session: SessionId,
    pub(crate) journal: Journal,
    pub(crate) runner: Runner,
    pub(crate) runtime: Runtime,
    /// Gets no time.
    pub(crate) frozen: bool,
    /// Was asked to end.
    pub(crate) stopping: bool,
    idle: Arc<Idle>,
}

impl Node {
    /// Starts a process whose session is open.
    pub(crate) fn start(
        world: &World,
        place: Place,
        session: SessionId,
        setting: Setting,
        own_plans: bool,
    ) -> Self {
        let idle = Arc::new(Idle::default());
        let parked = Arc::clone(&idle);
        let runtime = Builder::new_current_thread()
            .on_thread_park(move || parked.park())
            .build()
            .expect("a runtime without drivers");
        let journal = store::journal(world, place);
        let catalog = Arc::new(flows::Parts::default());
        let plans = if own_plans { Plans::new(journal.clone(), catalog) } else { flows::PLANS.clone() };
        let clock = Arc::new(world.clone());
        let parts = Parts {
            journal: journal.clone(),
            plans,
            actions: Arc::new(network::actions(world, place)),
            cx: Cx { clock: clock.clone(), ..DOOR.clone() },
            variables: Variables::new([("TOKEN".to_owned(), SECRET.to_owned())]),
            clock,
            pause: Arc::new(Pauses { world: world.clone(), place }),
            setting,
        };
        let inside = runtime.enter();
        let runner = Runner::start(parts, session);
        drop(inside);
        Self { place, session, journal, runner, runtime, frozen: false, stopping: false, idle }
    }

    /// Lets the node do everything it can do now.
    pub(crate) fn turn(&self) {
        self.idle.parked.store(false, Ordering::Relaxed);
        self.runtime.block_on(std::future::poll_fn(|cx| {
            if self.idle.parked.load(Ordering::Relaxed) {
                return Poll::Ready(());
            }
            *self.idle.waker() = Some(cx.waker().clone());
            Poll::Pending
        }));
    }
}
