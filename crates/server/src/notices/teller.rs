//! Who is told, when, and what becomes of a letter.
//!
//! What nobody was told of waits some seconds, so that a burst becomes one letter, and then an hour after the last. A letter
//! is written down before it is sent, with what it says: sent again after a crash it is the same letter, with the same
//! Message-ID. One that was refused for certain is taken apart again, so that the next says how things stand then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cauce_action::{Mail, OwnMail};
use cauce_journal::notices::{Body, Group, Kind, Letter, Question, Settled};
use cauce_journal::runs::Filter;
use cauce_journal::{Error, Journal};
use cauce_model::{Clock, Happened, Ids, RunStatus, Time};
use futures_util::StreamExt;

use super::Known;
use super::compose::{self, Hold, Shown, Written};
use super::hook::{Hook, Unheard, webhook};
use super::words::Language;

/// How long to wait for more of the same burst.
const GATHER: Duration = Duration::from_secs(10);
/// From one digest to the next of a receiver.
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Waits before a letter that was not taken is sent again; the last one repeats.
const AGAIN: [Duration; 4] =
    [Duration::from_secs(60), Duration::from_secs(5 * 60), Duration::from_secs(15 * 60), HOUR];
/// How long one letter may take.
const WITHIN: Duration = Duration::from_secs(60);
/// How many groups one look takes up.
const MOST: u32 = 500;
/// How many letters are sent between two looks at what is to be told.
const MOST_LETTERS: u32 = 32;
/// How many letters are sent at once.
const AT_ONCE: usize = 4;
/// How many held runs of a workflow are looked at for those that wait behind them.
const MOST_HELD: u32 = 50;

/// What operators set.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// Who is told where a workflow names no owner: an address, or a URL.
    pub notify: Option<String>,
    /// The language of those who have no account here.
    pub language: Language,
    /// How people reach this server.
    pub address: String,
}

/// Tells people. Its parts are ports; what it knows stands in the journal.
pub struct Teller {
    /// What is to be told, and what was.
    pub journal: Journal,
    /// Workflows and runs.
    pub known: Arc<dyn Known>,
    /// The mail relay, where there is one.
    pub mail: Option<Arc<dyn Mail>>,
    /// How webhooks are called.
    pub hook: Arc<dyn Hook>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Where the ids of letters come from.
    pub ids: Arc<dyn Ids>,
    /// What operators set.
    pub telling: Telling,
    /// What the log says once.
    pub said: Mutex<BTreeSet<String>>,
}

impl Teller {
    /// The present.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Returns when there may be something to tell.
    pub async fn rung(&self) {
        self.journal.hints.rung().await;
    }

    /// Writes the digests that are due, sends the letters that are due, and says when there is more to do.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn round(&self) -> Result<Option<Time>, Error> {
        let mut later = self.write_digests().await?;
        // A letter that went, or did not, moves the moment of the next.
        while self.send_due().await? {
            later = self.write_digests().await?;
        }
        let due = self.journal.notices.next_due().await?;
        Ok(later.into_iter().chain(due).min())
    }

    /// Writes digests; says when the first of those that are not due yet will be.
    async fn write_digests(&self) -> Result<Option<Time>, Error> {
        let open = self.journal.notices.open(MOST).await?;
        if open.is_empty() {
            return Ok(None);
        }
        let fallback = self.fallback().await?;
        let mut receivers = BTreeMap::<String, Vec<Group>>::new();
        for group in open {
            let owner = self.known.flow(&group.notice.workflow).and_then(|(_, owner)| owner);
            match owner.or_else(|| fallback.clone()) {
                Some(receiver) => receivers.entry(receiver).or_default().push(group),
                None => self.say_once("nobody", || {
                    tracing::warn!(workflow = %group.notice.workflow, "nobody is told of runs that are held or failed: \
                        give the workflow an `owner`, or start the server with `--notify ADDRESS`");
                }),
            }
        }
        let mut later = None;
        for (receiver, groups) in receivers {
            if self.cannot_reach(&receiver) {
                continue;
            }
            let now = self.now();
            let known = self.journal.notices.receiver(&receiver).await?;
            let first = groups.iter().map(|group| group.first_at).min().unwrap_or(now);
            let due = first.after(GATHER).max(known.next_at.unwrap_or_default());
            if known.waits {
                continue;
            }
            if due > now {
                later = later.into_iter().chain([due]).min();
                continue;
            }
            self.seal(receiver, groups, now).await?;
        }
        Ok(later)
    }

    async fn seal(&self, receiver: String, groups: Vec<Group>, now: Time) -> Result<(), Error> {
        let shown = self.shown(&receiver, &groups).await?;
        let shown = serde_json::to_value(shown).unwrap_or_default();
        let body = Body::Digest { groups, shown };
        let letter = Letter { id: self.ids.next(now), receiver, at: now, attempts: 0, next_at: now, body };
        // Where somebody else was quicker, the next look sees what is left.
        self.journal.notices.seal(letter).await.map(drop)
    }

    /// Who is told where a workflow names no owner: whom the operator named, or the first who may do everything.
    async fn fallback(&self) -> Result<Option<String>, Error> {
        match &self.telling.notify {
            Some(notify) => Ok(Some(notify.clone())),
            None => Ok(self.journal.access.first_admin().await?.map(|admin| admin.email)),
        }
    }

    /// Whether mail is needed and there is no relay. What is to be told waits for one.
    fn cannot_reach(&self, receiver: &str) -> bool {
        let lacks = self.mail.is_none() && !is_web_address(receiver);
        if lacks {
            self.say_once("relay", || {
                tracing::warn!(
                    receiver,
                    "nobody is told by mail: start the server with `--email smtp://...`; what is to be \
                    told waits for it"
                );
            });
        }
        lacks
    }

    async fn shown(&self, receiver: &str, groups: &[Group]) -> Result<Shown, Error> {
        let mut names = BTreeMap::new();
        let mut holds = BTreeMap::new();
        for group in groups {
            let workflow = &group.notice.workflow;
            if let Some((name, _)) = self.known.flow(workflow) {
                names.insert(workflow.clone(), name);
            }
            if group.notice.kind == Kind::Held && !holds.contains_key(workflow) {
                holds.insert(workflow.clone(), self.hold(workflow).await?);
            }
        }
        let language = self.language_of(receiver).await?;
        Ok(Shown { language, address: self.telling.address.clone(), names, holds })
    }

    /// How many runs of a workflow are held now, and how many wait behind them.
    async fn hold(&self, workflow: &str) -> Result<Hold, Error> {
        let filter = Filter {
            workflow: Some(workflow.to_owned()),
            statuses: vec![RunStatus::Held],
            ..Filter::default()
        };
        let held = self.journal.runs.list(&filter, MOST_HELD).await?;
        let mut behind = 0;
        for run in &held {
            behind += self.journal.gates.behind(run.id).await?;
        }
        Ok(Hold { behind })
    }

    /// The language of somebody's account here, or the one that operators set.
    async fn language_of(&self, receiver: &str) -> Result<Language, Error> {
        let user = self.journal.access.user_by_email(&receiver.to_lowercase()).await?;
        let chosen = user.and_then(|user| Language::from_word(&user.language));
        Ok(chosen.unwrap_or(self.telling.language))
    }

    /// Sends letters; whether there were any.
    async fn send_due(&self) -> Result<bool, Error> {
        let due = self.journal.notices.due(self.now(), MOST_LETTERS).await?;
        let any = !due.is_empty();
        let letters = futures_util::stream::iter(due).map(|letter| self.send(letter));
        let sent: Vec<Result<(), Error>> = letters.buffer_unordered(AT_ONCE).collect().await;
        sent.into_iter().collect::<Result<(), Error>>()?;
        Ok(any)
    }

    async fn send(&self, letter: Letter) -> Result<(), Error> {
        let id = letter.id;
        let settled = match &letter.body {
            Body::Question(question) => self.ask(&letter, question).await?,
            Body::Digest { groups, shown } => {
                let shown: Shown = serde_json::from_value(shown.clone()).unwrap_or_default();
                self.tell(&letter, groups, &shown).await?
            }
        };
        self.journal.notices.settle(id, settled).await
    }

    async fn ask(&self, letter: &Letter, question: &Question) -> Result<Settled, Error> {
        if !self.known.is_asked(question.run, &question.path).await {
            return Ok(Settled::Dropped);
        }
        if self.cannot_reach(&question.to) {
            return Ok(Settled::Later { at: self.now().after(HOUR) });
        }
        let language = self.language_of(&question.to).await?;
        let written = compose::question(question, language, &self.telling.address);
        let unheard = match self.mail(letter, written).await? {
            Ok(()) => return Ok(Settled::Delivered { next_at: self.now() }),
            Err(Unheard { hopeless: true, why, .. }) => {
                tracing::error!(run.id = %question.run, to = %question.to, why, "somebody cannot be asked: the address is none");
                return Ok(Settled::Dropped);
            }
            Err(unheard) => unheard,
        };
        let at = self.put_off(letter, letter.attempts, &unheard);
        Ok(Settled::Later { at })
    }

    async fn tell(&self, letter: &Letter, groups: &[Group], shown: &Shown) -> Result<Settled, Error> {
        let written = compose::digest(groups, shown);
        let sent = if is_web_address(&letter.receiver) {
            let body = webhook(letter, groups, shown, &written);
            self.hook.call(&letter.receiver, &letter.id.to_string(), body).await
        } else if self.cannot_reach(&letter.receiver) {
            return Ok(Settled::Back { at: self.now().after(HOUR) });
        } else {
            self.mail(letter, written).await?
        };
        let Err(unheard) = sent else {
            return Ok(Settled::Delivered { next_at: self.now().after(HOUR) });
        };
        if unheard.in_doubt {
            return Ok(Settled::Later { at: self.put_off(letter, letter.attempts, &unheard) });
        }
        let attempts = self.journal.notices.receiver(&letter.receiver).await?.attempts;
        Ok(Settled::Back { at: self.put_off(letter, attempts, &unheard) })
    }

    /// Hands a mail to the relay. The outer error is the journal's.
    async fn mail(&self, letter: &Letter, written: Written) -> Result<Result<(), Unheard>, Error> {
        let Some(relay) = &self.mail else { return Ok(Err(Unheard::surely("no mail relay is set up"))) };
        let from = match relay.default_from() {
            Some(from) => from.to_owned(),
            None => self.sender(&letter.receiver).await?,
        };
        let Written { subject, text, html } = written;
        let (to, key) = (letter.receiver.clone(), letter.id.to_string());
        let mail = OwnMail { to, from, subject, text, html, key, at: letter.at }.write();
        let (envelope, message) = match mail {
            Ok(mail) => mail,
            Err(failure) => {
                return Ok(Err(Unheard { hopeless: true, ..Unheard::surely(&failure.to_string()) }));
            }
        };
        let sent = relay.send(envelope, message, WITHIN).await;
        Ok(sent.map(drop).map_err(|error| Unheard {
            in_doubt: error.happened() == Happened::InDoubt,
            hopeless: false,
            why: error.to_string(),
        }))
    }

    /// Whom mails are from where `--from` is not given.
    async fn sender(&self, receiver: &str) -> Result<String, Error> {
        let notify = self.telling.notify.clone().filter(|notify| !is_web_address(notify));
        let admin = match notify {
            Some(notify) => Some(notify),
            None => self.journal.access.first_admin().await?.map(|admin| admin.email),
        };
        Ok(admin.unwrap_or_else(|| receiver.to_owned()))
    }

    /// When to try again. The log has the first failure of several.
    fn put_off(&self, letter: &Letter, attempts: u32, unheard: &Unheard) -> Time {
        let (receiver, why) = (&letter.receiver, &unheard.why);
        if attempts == 0 {
            tracing::warn!(%receiver, why, "a notice could not be sent; it is kept, and sent later");
        } else {
            tracing::debug!(%receiver, why, attempts, "a notice could not be sent again");
        }
        let place = usize::try_from(attempts).unwrap_or(usize::MAX).min(AGAIN.len() - 1);
        self.now().after(AGAIN[place])
    }

    fn say_once(&self, what: &str, say: impl FnOnce()) {
        if self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_owned()) {
            say();
        }
    }
}

/// Whether a receiver is a webhook.
pub(super) fn is_web_address(receiver: &str) -> bool {
    receiver.starts_with("https://") || receiver.starts_with("http://")
}
