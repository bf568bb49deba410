//! A journal to test, whichever it is, with a clock that stands still until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use cauce_journal::{Closer, Journal, Opening};
use cauce_model::{Clock, SessionId, Time};
use tempfile::TempDir;
use uuid::Uuid;

/// A clock that moves when told.
pub(crate) struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl Hand {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_700_000_000_000_000)))
    }

    pub(crate) fn forward(&self, span: Duration) {
        self.0.store(self.now().after(span).micros(), Ordering::SeqCst);
    }
}

/// A journal under test.
pub(crate) struct Store {
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<Hand>,
    _disk: Option<(Closer, TempDir)>,
}

impl Store {
    pub(crate) async fn memory() -> Self {
        let clock = Hand::new();
        Self { journal: Journal::memory(clock.clone()), clock, _disk: None }
    }

    pub(crate) async fn sqlite() -> Self {
        let clock = Hand::new();
        let folder = TempDir::new().unwrap();
        let (journal, closer) = Journal::sqlite(folder.path(), clock.clone(), Opening::Serve).await.unwrap();
        Self { journal, clock, _disk: Some((closer, folder)) }
    }

    /// The session with this number, opened.
    pub(crate) async fn session(&self, number: u128) -> SessionId {
        let session = SessionId::from_uuid(Uuid::from_u128(number));
        self.journal.sessions.open(session).await.unwrap();
        session
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }
}

/// Makes a test of each rule for each store. A rule that is not listed is dead code.
#[macro_export]
macro_rules! for_both {
    ($($rule:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule($crate::store::Store::memory().await).await;
            })+
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule($crate::store::Store::sqlite().await).await;
            })+
        }
    };
}
