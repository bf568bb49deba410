//! Triggers, and the limits by key that ask before a run begins.

use cauce_model::pointer_to;
use cauce_model::workflow::{Batch, Concurrency, Debounce, Reentry, Text, Throttle, Trigger};

use super::Compiler;
use crate::expr::Expr;
use crate::plan::references::Reader;
use crate::plan::{PlanBatch, PlanConcurrency, PlanDebounce, PlanReentry, PlanThrottle, PlanTrigger};

impl Compiler<'_> {
    pub(super) fn trigger(&mut self, trigger: &Trigger) -> PlanTrigger {
        self.reader = Reader::Trigger;
        if self.catalog.source(&trigger.source.text).is_none() {
            let names = self.catalog.source_names();
            self.unknown("W101", "trigger", &trigger.source, &names);
        }
        PlanTrigger {
            id: trigger.id.clone(),
            source: trigger.source.text.clone(),
            with: trigger.with.value.clone(),
            matches: self.trigger_match(trigger),
            when: trigger.when.as_ref().map(|text| self.bare(text)),
            dedupe_key: trigger.dedupe_key.as_ref().map(|text| self.bare(text)),
            debounce: trigger.debounce.as_ref().map(|limit| self.debounce(limit)),
            throttle: trigger.throttle.as_ref().map(|limit| self.throttle(limit)),
            batch: trigger.batch.as_ref().map(|limit| self.batch(limit)),
        }
    }

    /// `with.match` of an `event@1`: an expression over `event`.
    fn trigger_match(&mut self, trigger: &Trigger) -> Option<Expr> {
        if trigger.source.text != "event@1" {
            return None;
        }
        let text = trigger.with.value.get("match")?.as_str()?.to_owned();
        self.in_match = true;
        let expr = self.bare(&Text { text, at: pointer_to(&trigger.with.at, "match") });
        self.in_match = false;
        Some(expr)
    }

    fn key(&mut self, key: Option<&Text>) -> Option<Expr> {
        key.map(|text| self.bare(text))
    }

    fn debounce(&mut self, limit: &Debounce) -> PlanDebounce {
        PlanDebounce { key: self.key(limit.key.as_ref()), quiet: limit.quiet, max: limit.max }
    }

    fn throttle(&mut self, limit: &Throttle) -> PlanThrottle {
        PlanThrottle { key: self.key(limit.key.as_ref()), limit: limit.limit, per: limit.per }
    }

    fn batch(&mut self, limit: &Batch) -> PlanBatch {
        PlanBatch { key: self.key(limit.key.as_ref()), size: limit.size, wait: limit.wait }
    }

    pub(super) fn concurrency(&mut self, limit: &Concurrency) -> PlanConcurrency {
        self.reader = Reader::Trigger;
        PlanConcurrency { key: self.key(limit.key.as_ref()), limit: limit.limit, overflow: limit.overflow }
    }

    pub(super) fn reentry(&mut self, limit: &Reentry) -> PlanReentry {
        self.reader = Reader::Trigger;
        PlanReentry { key: self.bare(&limit.key), after: limit.after }
    }
}
