//! Payloads: the values in nouns that may be of any size, since they come from the world.

use std::sync::Arc;

use serde_json::Value;

use crate::{Entry, RunRecord, What};

/// A noun with payloads in it.
pub trait Payloads {
    /// Its payloads: the same places each time, whatever stands in them.
    fn payloads(&mut self) -> Vec<&mut Value>;
}

impl Payloads for Vec<Entry> {
    fn payloads(&mut self) -> Vec<&mut Value> {
        self.iter_mut().flat_map(|entry| of_entry(&mut entry.what)).collect()
    }
}

impl Payloads for RunRecord {
    /// Without the outputs that a calling run is told of.
    fn payloads(&mut self) -> Vec<&mut Value> {
        let is_told = self.start.parent.as_ref().is_some_and(|parent| parent.waits);
        let mut found = vec![Arc::make_mut(&mut self.start.data), &mut self.start.inputs];
        found.extend(self.outputs.as_mut().filter(|_| !is_told));
        for step in &mut self.steps {
            found.extend(step.input.iter_mut().chain(step.output.as_mut()).map(Arc::make_mut));
        }
        found
    }
}

fn of_entry(what: &mut What) -> Vec<&mut Value> {
    match what {
        What::Started { input, .. } => vec![Arc::make_mut(input)],
        What::Succeeded { output } => vec![Arc::make_mut(output)],
        What::AttemptFailed { request, .. } => vec![Arc::make_mut(&mut request.value)],
        What::Held { request, .. } => {
            request.iter_mut().map(|request| Arc::make_mut(&mut request.value)).collect()
        }
        What::PassDone { result, .. } => result.iter_mut().collect(),
        What::Matched { data, .. } => vec![data],
        What::Decided { form, .. } => vec![form],
        What::Returned { outputs, .. } | What::Ending { outputs, .. } | What::Finished { outputs, .. } => {
            outputs.iter_mut().collect()
        }
        What::Compacted { state } => of_state(state),
        What::Intended { .. }
        | What::Failed { .. }
        | What::Skipped
        | What::Entered { .. }
        | What::Fetched { .. }
        | What::Collected { .. }
        | What::BranchDone { .. }
        | What::Waited { .. }
        | What::Woke
        | What::Listened { .. }
        | What::Asked { .. }
        | What::Called { .. }
        | What::Postponed { .. }
        | What::Resumed { .. }
        | What::CancelAsked { .. } => Vec::new(),
    }
}

/// What went into the steps of a written state and came out of them. The rest of it changes with every writing, and is not
/// worth a blob.
fn of_state(state: &mut Value) -> Vec<&mut Value> {
    let Value::Object(state) = state else { return Vec::new() };
    let parts = state.iter_mut().filter(|(name, _)| matches!(name.as_str(), "steps" | "kept"));
    let steps = parts.filter_map(|(_, steps)| steps.as_object_mut()).flat_map(serde_json::Map::values_mut);
    let fields = steps.filter_map(Value::as_object_mut).flat_map(serde_json::Map::iter_mut);
    fields.filter(|(name, _)| matches!(name.as_str(), "input" | "output")).map(|(_, value)| value).collect()
}
