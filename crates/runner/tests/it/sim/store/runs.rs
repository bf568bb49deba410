//! Runs, through the line; the place of the planted bugs.

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::runs::{
    Candidate, Filter, Found, OpenRun, Progress, Progressed, Rev, Runs, Sent, Signal, Summary,
};
use cauce_model::{RunId, SessionId, Time};

use super::super::sabotage::Sabotage;
use super::super::world::{Inside, Place};
use super::{Kind, Line, at_once};

#[async_trait]
impl Runs for Line {
    async fn progress(&self, progress: Progress) -> Result<Progressed, Error> {
        self.call("progress", Kind::Write, move |inside, place| {
            let given = inside.sabotaged(progress.clone());
            let answer = at_once(inside.store.runs.progress(given.clone()));
            if given.session != progress.session {
                drop(at_once(inside.store.sessions.bury(given.session)));
            }
            let now = inside.now();
            inside.note(|| {
                format!("{place} writes {} {:?} {:?}", progress.run, progress.then, progress.entries)
            });
            inside.oracle.progressed(&progress, &answer, now);
            answer
        })
        .await
    }

    async fn candidates(&self, now: Time, limit: u32) -> Result<Vec<Candidate>, Error> {
        self.call("candidates", Kind::Read, move |inside, _| {
            at_once(inside.store.runs.candidates(now, limit))
        })
        .await
    }

    async fn owned(&self, session: SessionId) -> Result<Vec<Candidate>, Error> {
        self.call("owned", Kind::Read, move |inside, _| at_once(inside.store.runs.owned(session))).await
    }

    async fn claim(&self, session: SessionId, candidates: &[Candidate]) -> Result<Vec<OpenRun>, Error> {
        let mut candidates = candidates.to_vec();
        self.call("claim", Kind::Write, move |inside, place| {
            if inside.sabotage == Sabotage::Rev {
                candidates.iter_mut().for_each(|candidate| inside.forget_rev(candidate));
            }
            let answer = at_once(inside.store.runs.claim(session, &candidates));
            inside.note(|| format!("{place} claims {candidates:?}"));
            inside.oracle.claimed(session, &answer);
            answer
        })
        .await
    }

    async fn mark(&self, session: SessionId, run: RunId, rev: Rev) -> Result<Progressed, Error> {
        self.call("mark", Kind::Write, move |inside, _| {
            let answer = at_once(inside.store.runs.mark(session, run, rev));
            inside.oracle.marked(session, run, &answer);
            answer
        })
        .await
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        self.call("next_due", Kind::Read, |inside, _| at_once(inside.store.runs.next_due())).await
    }

    async fn signal(&self, run: RunId, signal: Signal, at: Time) -> Result<bool, Error> {
        self.call("signal", Kind::Write, move |inside, _: Place| {
            at_once(inside.store.runs.signal(run, signal, at))
        })
        .await
    }

    async fn signalled(&self, session: SessionId) -> Result<Vec<RunId>, Error> {
        self.call("signalled", Kind::Read, move |inside, _| at_once(inside.store.runs.signalled(session)))
            .await
    }

    async fn inbox(&self, run: RunId, after: i64) -> Result<Vec<Sent>, Error> {
        self.call("inbox", Kind::Read, move |inside, _| at_once(inside.store.runs.inbox(run, after))).await
    }

    async fn release(&self, session: SessionId) -> Result<(), Error> {
        self.call("release", Kind::Write, move |inside, _| {
            inside.oracle.released(session);
            at_once(inside.store.runs.release(session))
        })
        .await
    }

    async fn get(&self, run: RunId) -> Result<Option<Found>, Error> {
        self.call("get", Kind::Read, move |inside, _| at_once(inside.store.runs.get(run))).await
    }

    async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<Summary>, Error> {
        let filter = filter.clone();
        self.call("list", Kind::Read, move |inside, _| at_once(inside.store.runs.list(&filter, limit))).await
    }

    async fn open_counts(&self) -> Result<Vec<(String, u64)>, Error> {
        self.call("open_counts", Kind::Read, |inside, _| at_once(inside.store.runs.open_counts())).await
    }
}

impl Inside {
    /// The write as a store with the planted bug takes it.
    fn sabotaged(&mut self, mut progress: Progress) -> Progress {
        match self.sabotage {
            Sabotage::None | Sabotage::SecondLook | Sabotage::Gates => {}
            Sabotage::Rev => {
                if let Some(Found::Open(open)) = self.found(progress.run) {
                    progress.rev = open.rev;
                }
            }
            Sabotage::Fence => {
                let dead = self.oracle.is_dead(progress.session);
                if dead && self.oracle.is_owner(progress.session, progress.run) {
                    self.lend_a_session(&mut progress);
                }
            }
        }
        progress
    }

    /// Lets a dead owner write: the run is taken by a session of nobody, which writes in its place.
    fn lend_a_session(&mut self, progress: &mut Progress) {
        let now = self.now();
        let lent = SessionId::from_uuid(self.dice.id(now));
        drop(at_once(self.store.sessions.open(lent)));
        let candidate = Candidate { run: progress.run, rev: progress.rev };
        if let Ok([claimed]) = at_once(self.store.runs.claim(lent, &[candidate])).as_deref() {
            progress.session = lent;
            progress.rev = claimed.rev;
        }
    }

    fn forget_rev(&self, candidate: &mut Candidate) {
        if let Some(Found::Open(open)) = self.found(candidate.run) {
            candidate.rev = open.rev;
        }
    }

    /// What the store says of a run.
    pub(crate) fn found(&self, run: RunId) -> Option<Found> {
        at_once(self.store.runs.get(run)).expect("the journal in memory can be read")
    }
}
