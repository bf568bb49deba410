//! `for_each`: a window of passes over a list or a file.

use std::sync::Arc;

use cauce_engine::{State, compact, decide};
use cauce_model::{Entry, Payloads, StepPath, StepStatus, What};
use serde_json::{Value, json};

use crate::world::{Run, at};

/// A loop over `trigger.rows` with one action a pass.
fn each(keys: &str) -> String {
    format!(
        "steps:\n  - id: each\n    for_each:\n      in: trigger.rows\n      as: row\n{keys}      do:\n        - id: send\n          use: act@1\n          with: {{ to: \"${{{{ row.to }}}}\", n: \"${{{{ index }}}}\", same: \"${{{{ item.to == row.to }}}}\" }}\n  - id: after\n    set: {{ out: \"${{{{ steps.each.output }}}}\" }}\n"
    )
}

fn rows(count: u64) -> Value {
    json!({ "rows": (0..count).map(|n| json!({ "to": format!("p{n}") })).collect::<Vec<_>>() })
}

#[test]
fn passes_run_one_after_the_other_and_see_their_item() {
    let mut run = Run::new(&each(""), rows(3));
    for n in 0..3 {
        let path = format!("each[{n}]/send");
        assert_eq!(run.started(), [path.as_str()]);
        assert_eq!(run.call().request.value, json!({ "to": format!("p{n}"), "n": n, "same": true }).into());
        run.well(&path);
    }
    assert_eq!(run.output("after"), json!({ "out": { "count": 3, "succeeded": 3, "failed": 0 } }));
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn each_pass_has_its_own_key() {
    let mut run = Run::new(&each("      parallel: 2\n"), rows(2));
    let keys: Vec<_> = run.last.start.iter().map(|call| call.request.key.clone()).collect();
    assert_ne!(keys[0], keys[1]);
    run.well("each[1]/send");
    run.well("each[0]/send");
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn a_window_of_passes_moves_on_past_a_slow_one() {
    let mut run = Run::new(&each("      parallel: 2\n"), rows(5));
    assert_eq!(run.started(), ["each[0]/send", "each[1]/send"]);
    for n in 1..4 {
        run.well(&format!("each[{n}]/send"));
        assert_eq!(run.started(), [format!("each[{}]/send", n + 1)]);
    }
    run.well("each[4]/send");
    assert!(run.last.start.is_empty());
    run.well("each[0]/send");
    assert_eq!(run.output("each"), json!({ "count": 5, "succeeded": 5, "failed": 0 }));
}

#[test]
fn a_failed_item_is_counted_and_its_result_is_null() {
    let mut run = Run::new(&each("      collect: steps.send.output.at\n"), rows(3));
    run.well("each[0]/send");
    run.badly("each[1]/send");
    run.well("each[2]/send");
    let expected =
        json!({ "count": 3, "succeeded": 2, "failed": 1, "results": ["each[0]/send", null, "each[2]/send"] });
    assert_eq!(run.output("each"), expected);
    let record = run.state.record(&run.plan);
    let passes = record.steps[0].passes.as_ref().expect("a loop");
    assert_eq!((passes.done, passes.failed, passes.total), (3, 1, Some(3)));
    assert_eq!((passes.errors[0].index, passes.errors[0].error.step.as_str()), (1, "each[1]/send"));
}

#[test]
fn when_every_item_failed_the_step_fails_with_the_last_error() {
    let mut run = Run::new(&each(""), rows(2));
    run.badly("each[0]/send");
    run.badly("each[1]/send");
    assert_eq!(run.ended(), ("failed", "A002 each[1]/send".to_owned()));
}

#[test]
fn with_on_item_error_fail_the_other_passes_are_cut_off_first() {
    let mut run = Run::new(&each("      parallel: 3\n      on_item_error: fail\n"), rows(9));
    run.badly("each[1]/send");
    assert_eq!(run.last.cancel, [StepPath::from("each[0]/send"), StepPath::from("each[2]/send")]);
    assert!(run.last.start.is_empty() && !run.last.finish);
    run.well("each[0]/send");
    assert!(run.last.start.is_empty() && !run.last.finish);
    run.well("each[2]/send");
    assert_eq!(run.ended(), ("failed", "A002 each[1]/send".to_owned()));
}

#[test]
fn an_empty_list_succeeds_and_what_is_no_list_fails() {
    let run = Run::new(&each(""), rows(0));
    assert_eq!(run.output("each"), json!({ "count": 0, "succeeded": 0, "failed": 0 }));
    assert_eq!(Run::new(&each(""), json!({ "rows": "a" })).ended(), ("failed", "E002 each".to_owned()));
    assert_eq!(Run::new(&each(""), rows(10_001)).ended(), ("failed", "E003 each".to_owned()));
}

#[test]
fn a_stop_in_a_pass_ends_the_run_after_the_other_passes_are_cut_off() {
    let text = each("      parallel: 2\n").replace(
        "      do:\n",
        "      do:\n        - id: halt\n          when: index == 1\n          stop: { reason: enough }\n",
    );
    let mut run = Run::new(&text, rows(4));
    assert!(run.last.start.is_empty(), "what was asked for in the same decision is not begun");
    assert_eq!(run.ended(), ("succeeded", "enough".to_owned()));
    let text = text.replace("index == 1", "index == 2");
    run = Run::new(&text, rows(4));
    run.well("each[1]/send");
    assert_eq!(run.last.cancel, [StepPath::from("each[0]/send")]);
    run.badly("each[0]/send");
    assert_eq!(run.ended(), ("succeeded", "enough".to_owned()));
}

#[test]
fn loops_nest_and_each_sees_its_own_item_and_those_around() {
    let text = "steps:\n  - id: outer\n    for_each:\n      in: trigger.groups\n      as: group\n      collect: steps.inner.output.results\n      do:\n        - id: inner\n          for_each:\n            in: item.people\n            collect: steps.name.output.text\n            do:\n              - id: name\n                set: { text: \"${{ group.id }}-${{ item }}-${{ index }}\" }\n";
    let data = json!({ "groups": [{ "id": "a", "people": ["x", "y"] }, { "id": "b", "people": ["z"] }] });
    let run = Run::new(text, data);
    assert_eq!(run.output("outer")["results"], json!([["a-x-0", "a-y-1"], ["b-z-0"]]));
    let paths: Vec<_> =
        run.state.record(&run.plan).steps.into_iter().map(|step| step.path.to_string()).collect();
    assert_eq!(
        paths,
        [
            "outer",
            "outer[0]/inner",
            "outer[0]/inner[0]/name",
            "outer[0]/inner[1]/name",
            "outer[1]/inner",
            "outer[1]/inner[0]/name"
        ]
    );
}

#[test]
fn steps_of_passes_that_are_over_are_let_go_but_for_the_first_and_those_that_failed() {
    let text = "steps:\n  - id: each\n    for_each:\n      in: trigger.rows\n      do:\n        - id: check\n          set: { ok: \"${{ 1 // item }}\" }\n";
    let rows: Vec<i32> = (0..2000).map(|n| i32::from(n % 10 != 0)).collect();
    let mut run = Run::new(text, json!({ "rows": rows }));
    while run.state.end.is_none() {
        assert!(run.last.record.len() < 2_000, "a decision has bounded work");
        assert_eq!(run.last.wake_at, Some(run.now), "it wants to go on at once");
        run.decide();
    }
    assert_eq!(run.output("each"), json!({ "count": 2000, "succeeded": 1800, "failed": 200 }));
    assert_eq!(run.state.steps.len(), 1, "the loop alone");
    let failed = run.state.kept.values().filter(|step| step.status == StepStatus::Failed).count();
    assert_eq!((run.state.kept.len(), failed), (118, 100), "20 passes, and 98 more that failed");
}

const FILE: &str = "steps:\n  - id: each\n    for_each:\n      in: trigger.file\n      parallel: 2\n      do:\n        - id: send\n          use: act@1\n          with: { to: \"${{ item.to }}\" }\n";

fn file() -> Value {
    json!({ "file": { "file": "blob-1", "type": "text/csv", "size": 9, "name": "rows.csv" } })
}

fn fetched(first: u64, names: &[&str], after: u64, last: bool) -> What {
    let items: Arc<[Value]> = names.iter().map(|name| json!({ "to": name })).collect();
    What::Fetched { first, count: names.len() as u64, after, last, items: Some(items) }
}

#[test]
fn a_file_is_taken_up_in_parts_and_a_recovered_run_asks_for_them_again() {
    let mut run = Run::new(FILE, file());
    let fetch = run.last.fetch[0].clone();
    assert_eq!((fetch.path.as_str(), fetch.first, fetch.after, fetch.most), ("each", 0, 0, 500));
    assert_eq!(fetch.file, file()["file"]);
    run.hear("each", fetched(0, &["a", "b", "c"], 120, false));
    assert_eq!(run.started(), ["each[0]/send", "each[1]/send"]);
    run.well("each[1]/send");
    run.well("each[2]/send");
    let fetch = run.last.fetch[0].clone();
    assert_eq!((fetch.first, fetch.after), (3, 120));

    // A new process: the first item is still open, so its part is asked for again, from its own position.
    let recovered = run.recovered();
    let again = decide(&run.plan, &recovered, at(100));
    let asked: Vec<_> = again.fetch.iter().map(|fetch| (fetch.first, fetch.after, fetch.most)).collect();
    assert_eq!(asked, [(0, 0, 3), (3, 120, 500)]);
    assert!(again.start.is_empty());

    run.hear("each", fetched(3, &["d"], 140, true));
    run.well("each[3]/send");
    run.well("each[0]/send");
    assert_eq!(run.output("each"), json!({ "count": 4, "succeeded": 4, "failed": 0 }));
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn the_size_of_a_loop_does_not_grow_with_its_items() {
    let mut run = Run::new(FILE, file());
    let mut sizes = Vec::new();
    let names: Vec<String> = (0..500).map(|n| format!("p{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for part in 0..6_u64 {
        run.hear("each", fetched(part * 500, &names, (part + 1) * 9, part == 5));
        while let Some(call) = run.flights.pop() {
            let path = call.path.to_string();
            run.flights.push(call);
            run.well(&path);
        }
        let saved = compact(&run.state, run.now).expect("a state");
        let What::Compacted { state } = saved.what else { panic!("a state") };
        sizes.push(state.to_string().len());
        run.entries.clear();
    }
    assert_eq!(run.output("each"), json!({ "count": 3000, "succeeded": 3000, "failed": 0 }));
    assert!(sizes[4] < sizes[0] + 100, "{sizes:?}");
}

#[test]
fn a_state_that_stands_for_its_entries_goes_on_the_same() {
    let mut run = Run::new(&each("      parallel: 3\n      collect: steps.send.output.at\n"), rows(8));
    for n in [1, 0, 3] {
        run.well(&format!("each[{n}]/send"));
    }
    let from_all = run.recovered();
    let saved = compact(&run.state, run.now).expect("a state");
    let text = serde_json::to_string(&saved).expect("JSON");
    let saved: Entry = serde_json::from_str(&text).expect("an entry");
    let from_saved = State::recover(run.state.start.clone(), &[saved]).expect("legal entries");
    assert_eq!(from_saved, from_all);
    assert_eq!(decide(&run.plan, &from_saved, at(50)), decide(&run.plan, &from_all, at(50)));
    assert_eq!(decide(&run.plan, &from_saved, at(50)).start.len(), 3);
}

/// Drives a loop without effects to its end; parts are answered by their number. Gives what was collected.
fn collected(run: &mut Run) -> Vec<(usize, Option<u64>)> {
    let mut asked = Vec::new();
    for _ in 0..1_000 {
        if run.state.end.is_some() {
            return asked;
        }
        let Some(collect) = run.last.collect.first().cloned() else {
            run.decide();
            continue;
        };
        assert!(collect.results.len() < 2_000, "what waits to be written is bounded");
        asked.push((collect.results.len(), collect.passes));
        assert_eq!(collect.before, (asked.len() > 1).then(|| format!("part-{}", asked.len() - 1)));
        let file = collect.passes.map(|_| json!({ "file": "blob", "name": "each.jsonl" }));
        let (count, part) = (collect.results.len() as u64, Some(format!("part-{}", asked.len())));
        run.hear("each", What::Collected { count, part, file });
    }
    panic!("the loop goes on for ever: {asked:?}")
}

const COLLECTS: &str = "steps:\n  - id: each\n    for_each:\n      in: trigger.rows\n      collect: steps.name.output.n\n      do:\n        - id: name\n          set: { n: \"${{ item.to }}\" }\n";

#[test]
fn up_to_a_thousand_results_are_a_list_and_more_are_a_file() {
    let mut run = Run::new(COLLECTS, rows(1_000));
    assert_eq!(collected(&mut run), []);
    assert_eq!(run.output("each")["results"][999], "p999");
    let mut run = Run::new(COLLECTS, rows(1_001));
    assert_eq!(collected(&mut run).last().map(|(_, passes)| *passes), Some(Some(1_001)));
    assert_eq!(run.output("each")["results"], json!({ "file": "blob", "name": "each.jsonl" }));
}

#[test]
fn results_of_a_long_loop_leave_the_state_part_by_part() {
    let mut run = Run::new(COLLECTS, rows(9_999));
    let asked = collected(&mut run);
    assert_eq!(asked.iter().map(|(count, _)| count).sum::<usize>(), 9_999, "each once");
    assert!(asked.len() > 5, "{asked:?}");
    assert_eq!((run.output("each")["count"].clone(), run.ended().0), (json!(9_999), "succeeded"));
}

#[test]
fn a_run_recovered_between_two_parts_asks_for_the_same_results_again() {
    let mut run = Run::new(COLLECTS, rows(3_000));
    while run.last.collect.is_empty() {
        run.decide();
    }
    let again = decide(&run.plan, &run.recovered(), at(9));
    assert_eq!(again.collect, run.last.collect);
    assert!(again.record.is_empty(), "nothing else of the loop goes on");
}

#[test]
fn what_steps_took_and_gave_is_found_in_a_state_that_stands_for_its_entries() {
    let mut run = Run::new(&each(""), rows(2));
    run.well("each[0]/send");
    let mut entries = vec![compact(&run.state, run.now).expect("a state")];
    let found: Vec<Value> = entries.payloads().into_iter().map(|payload| payload.clone()).collect();
    for payload in [json!({ "to": "p0", "n": 0, "same": true }), json!({ "at": "each[0]/send" })] {
        assert!(found.contains(&payload), "{payload} is not in {found:?}");
    }
}
