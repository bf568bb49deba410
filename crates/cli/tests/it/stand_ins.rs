//! The world around the server under test: the stand-ins in a process of their own, and a mail server that is not ours.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use cauce_net::Method;
use serde_json::Value;

use crate::process::{Answer, Server, shipped};

/// The stand-ins in a process of their own, so that the server under test can be killed without them.
pub(crate) struct StandIns {
    pub(crate) server: Server,
    _data: tempfile::TempDir,
}

impl StandIns {
    pub(crate) fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let server = Server::start(&["--demo", "--data", &data.path().display().to_string()], &[]);
        Self { server, _data: data }
    }

    /// Arguments that turn a server towards the stand-ins.
    fn arguments(&self, smtp: &str) -> Vec<String> {
        let dns = self.server.said("demo dns");
        [
            "--allow-net",
            "127.0.0.0/8",
            "--email",
            &format!("smtp://{smtp}"),
            "--from",
            "shop@cauce-good.dev",
            "--dns",
            &dns,
        ]
        .map(ToOwned::to_owned)
        .to_vec()
    }

    /// Variables that the shipped flows ask for.
    fn variables(&self) -> Vec<(String, String)> {
        [
            ("CAUCE_ENV_CRM_URL", self.server.said("demo crm")),
            ("CAUCE_ENV_CRM_TOKEN", "demo-crm-token".to_owned()),
            ("CAUCE_ENV_SHOP_URL", self.server.said("demo shop")),
            ("CAUCE_ENV_MAIL_API_URL", self.server.said("demo mailbox")),
            ("CAUCE_ENV_REPORT_TO", "owner@cauce-good.dev".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// A server on `data` with the shipped flows, turned towards the stand-ins.
    pub(crate) fn serve(&self, data: &Path) -> Server {
        self.serve_with(data, &shipped())
    }

    pub(crate) fn serve_with(&self, data: &Path, workflows: &Path) -> Server {
        self.serve_mailing(data, workflows, &self.server.said("demo smtp"))
    }

    /// The same, with another mail relay.
    pub(crate) fn serve_mailing(&self, data: &Path, workflows: &Path, smtp: &str) -> Server {
        self.serve_towards(data, workflows, smtp, &[])
    }

    /// The shipped flows, with another CRM.
    pub(crate) fn serve_calling(&self, data: &Path, crm: &str) -> Server {
        self.serve_towards(data, &shipped(), &self.server.said("demo smtp"), &[("CAUCE_ENV_CRM_URL", crm)])
    }

    fn serve_towards(&self, data: &Path, workflows: &Path, smtp: &str, instead: &[(&str, &str)]) -> Server {
        let arguments = self.arguments(smtp);
        let (data, workflows) = (data.display().to_string(), workflows.display().to_string());
        let mut all = vec!["--data", &data, "--workflows", &workflows];
        all.extend(arguments.iter().map(String::as_str));
        let variables = self.variables();
        let mut variables: Vec<_> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        // The later value of a variable wins.
        variables.extend(instead);
        Server::start(&all, &variables)
    }

    /// A server that has no mail relay.
    pub(crate) fn serve_without_relay(&self, data: &Path, workflows: &Path) -> Server {
        let (data, workflows) = (data.display().to_string(), workflows.display().to_string());
        let arguments = ["--data", &data, "--workflows", &workflows, "--allow-net", "127.0.0.0/8"];
        let variables = self.variables();
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Server::start(&arguments, &variables)
    }

    /// The mails that arrived, newest first.
    pub(crate) async fn mails(&self) -> Vec<Value> {
        let url = format!("{}/api/mails", self.server.said("demo mailbox"));
        let answer = self.server.ask(Method::GET, &url, None, None).await;
        let list = answer.json.get("mails").unwrap_or(&answer.json);
        list.as_array().cloned().unwrap_or_else(|| panic!("no list of mails: {}", answer.text))
    }

    /// The CRM's contacts.
    pub(crate) async fn contact(&self, email: &str) -> Answer {
        let url = format!("{}/contacts/{email}", self.server.said("demo crm"));
        self.server.ask(Method::GET, &url, Some("demo-crm-token"), None).await
    }

    /// Makes a stand-in misbehave for a while.
    pub(crate) async fn fault(&self, which: &str, fault: &Value) {
        let url = format!("{}/_faults", self.server.said(which));
        let answer = self.server.ask(Method::POST, &url, Some("demo-crm-token"), Some(fault)).await;
        assert!((200..300).contains(&answer.status), "{}", answer.text);
    }
}

/// An SMTP server that is not ours (aiosmtpd), in its own process.
pub(crate) struct Aiosmtpd {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    pub(crate) address: String,
}

impl Aiosmtpd {
    pub(crate) fn start() -> Self {
        let python = std::env::var_os("CAUCE_PYTHON").unwrap_or_else(|| "python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../action/tests/it/smtp_server.py");
        let mut command = Command::new(&python);
        let mut child =
            command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut port = String::new();
        lines.read_line(&mut port).expect("a line");
        let port = port.trim().parse::<u16>().unwrap_or_else(|_| {
            panic!("{} does not run aiosmtpd: `.ci/install smtp` installs it, and CAUCE_PYTHON names the Python that has it", python.display())
        });
        Self { child, lines, address: format!("127.0.0.1:{port}") }
    }

    /// The next mail that it took.
    pub(crate) fn mail(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a mail");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Aiosmtpd {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
