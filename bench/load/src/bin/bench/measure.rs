//! One measurement: a load from outside, and what it cost the server.

use std::process::Command;
use std::time::Duration;

use load::time::{now, pause};
use serde_json::{Value, json};

use crate::Outcome;
use crate::server::{Places, Server};

/// Often enough for a hundredth of a second's precision, seldom enough to cost little.
const EVERY: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(600);

/// What to post, and how.
pub(crate) struct Load<'a> {
    pub(crate) what: &'a str,
    /// The hook: workflow and trigger.
    pub(crate) hook: &'a str,
    pub(crate) connections: u32,
    pub(crate) rate: Option<u32>,
    pub(crate) seconds: u32,
}

const BODY: &str =
    r#"{"id":"o-{n}","email":"Ada.{m}@Example.com","name":"Ada Lovelace","total":{m},"note":"a gift"}"#;

impl Load<'_> {
    /// The load alone, towards any server.
    pub(crate) fn post(&self, places: &Places, to: &str) -> Outcome<Value> {
        let mut load = Command::new(&places.load);
        load.args([
            "--name",
            self.what,
            "--to",
            to,
            "--path",
            &format!("/hooks/{}", self.hook),
            "--body",
            BODY,
        ]);
        load.args(["--connections", &self.connections.to_string(), "--seconds", &self.seconds.to_string()]);
        if let Some(rate) = self.rate {
            load.args(["--rate", &rate.to_string()]);
        }
        let output = load.stderr(std::process::Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the load `{}` failed", self.what).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// The load towards the server, until every run that should end has ended; with what it cost.
    pub(crate) fn measure(&self, places: &Places, server: &Server, ends: bool) -> Outcome<Value> {
        let warm = Load { seconds: 1, what: "warm", ..*self };
        warm.run(places, server, ends)?;
        let row = self.run(places, server, ends)?;
        Ok(row)
    }

    fn run(&self, places: &Places, server: &Server, ends: bool) -> Outcome<Value> {
        let (finished, commits) = (server.finished()?, server.commits()?);
        let processor = server.program.processor()?;
        let mut row = self.post(places, &server.program.address)?;
        let posted = now();
        let accepted = row["accepted"].as_f64().unwrap_or(0.0);
        while ends && server.finished()? < finished + accepted {
            if posted.elapsed() > LONGEST {
                return Err(format!("the runs of `{}` did not end within ten minutes", self.what).into());
            }
            pause(EVERY);
        }
        let took = row["seconds"].as_f64().unwrap_or(0.0) + posted.elapsed().as_secs_f64();
        let used = server.program.processor()? - processor;
        if ends {
            row["runs_per_second"] = json!(accepted / took);
        }
        row["processor_seconds_per_1000"] = json!(used / accepted * 1000.0);
        row["syncs_per_run"] = json!((server.commits()? - commits) / accepted);
        row["memory_mb"] = json!(server.program.memory()?);
        Ok(row)
    }
}
