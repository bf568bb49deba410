//! One data folder and the lives of the server on it: started, killed, started again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use cauce_runner::{Pause, RuntimePause};

use super::service::Service;
use crate::process::{Server, binary};

/// A data folder and what a server on it is started with.
pub(crate) struct Lives {
    pub(crate) data: tempfile::TempDir,
    pub(crate) flows: PathBuf,
    /// The life that is next.
    pub(crate) life: u64,
    service: Service,
    variables: Vec<(String, String)>,
}

/// The workflows of the trials.
pub(crate) fn flows() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/prove/workflows")
}

impl Lives {
    pub(crate) fn new(service: &Service) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        Self { data, flows: flows(), life: 1, service: service.clone(), variables: Vec::new() }
    }

    /// A variable of each server that is started from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The command of the next life.
    pub(crate) fn command(&mut self) -> Command {
        let mut command = Command::new(binary());
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--allow-net", "127.0.0.0/8", "--data"])
            .arg(self.data.path())
            .arg("--workflows")
            .arg(&self.flows)
            .env("CAUCE_ENV_SERVICE", self.service.for_life(self.life))
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        self.life += 1;
        command
    }

    /// Starts the next life and waits until it is ready.
    pub(crate) fn start(&mut self) -> Server {
        Server::spawn(self.command(), &[])
    }

    /// Starts the next life and kills it after a moment, ready or not.
    pub(crate) async fn stillborn(&mut self, after: Duration) {
        let mut command = self.command();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let mut child = child.expect("the binary starts");
        RuntimePause.pause(after).await;
        child.kill().expect("a process to kill");
        child.wait().expect("its end");
    }
}
