//! `data.log` writes one entry, with the run and the step beside the message.

use std::io::Write;
use std::sync::{Arc, Mutex};

use cauce_action::Call;
use serde_json::{Value, json};

use crate::parts::{call, door, loopback, run};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What the action writes into the log.
async fn logged(call: Call) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let listening = tracing::subscriber::set_default(subscriber);
    let output = run("data.log@1", call, &door(loopback())).await;
    drop(listening);
    assert_eq!(output.unwrap(), json!({"logged": true}));
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

#[tokio::test]
async fn an_environment_value_is_logged_by_its_name() {
    let shown = json!({"message": "token ${{ env.TOKEN }}"});
    let written =
        logged(Call { shown: shown.into(), ..call(json!({"message": "token s3cret-value"})) }).await;
    assert!(written.contains("env.TOKEN") && !written.contains("s3cret-value"), "{written}");
}

#[tokio::test]
async fn the_entry_names_the_run_and_the_step() {
    let written = logged(call(json!({"message": "first\nsecond"}))).await;
    let entry: Value = serde_json::from_str(written.trim()).unwrap();
    assert_eq!(entry["fields"]["run.id"], "00000000-0000-0000-0000-000000000000", "{entry}");
    assert_eq!(entry["fields"]["step"], "gate/then/act", "{entry}");
    assert!(written.contains("first\\\\nsecond"), "{written}");
}

#[tokio::test]
async fn a_log_without_message_is_refused() {
    let failure = run("data.log@1", call(json!({})), &door(loopback())).await.unwrap_err();
    assert_eq!(failure.error.message, "the input `message` is missing");
}
