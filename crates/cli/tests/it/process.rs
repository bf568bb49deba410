//! Running binaries: started, spoken to, killed.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use cauce_net::{
    Bytes, Dialer, Http, HttpRequest, Limits, Method, Policy, Resolver, ResolverSetting, Tls, Url,
};
use serde_json::Value;

/// How long anything may take before a test gives up. Nothing is asserted about speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The binary under test.
pub(crate) const CAUCE: &str = env!("CARGO_BIN_EXE_cauce");

/// The binary that is driven: the one under test, or what `CAUCE_PROVE_BINARY` names, such as a release build.
pub(crate) fn binary() -> OsString {
    std::env::var_os("CAUCE_PROVE_BINARY").unwrap_or_else(|| CAUCE.into())
}

/// The shipped workflows.
pub(crate) fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows")
}

/// A running `cauce serve`, killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// What it printed until it was ready.
    pub(crate) lines: Vec<String>,
    /// Where it listens.
    pub(crate) address: String,
    client: Http,
}

/// A client that may reach loopback.
pub(crate) fn client() -> Http {
    let policy = Policy::default().allow("127.0.0.0/8".parse::<cauce_net::Allow>().expect("a net"));
    let resolver = Resolver::new(ResolverSetting::System).expect("a resolver");
    Http::new(Dialer::new(policy, resolver), Tls::system().expect("TLS"), Limits::default())
}

impl Server {
    /// Starts `cauce serve` with these arguments on any free port and waits until it is ready.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(binary());
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        Self::spawn(command, variables)
    }

    /// Starts a command that becomes `cauce serve`.
    pub(crate) fn spawn(mut command: Command, variables: &[(&str, &str)]) -> Self {
        command
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        command.env("CAUCE_LOG", "error");
        let child = command.spawn().expect("the binary starts");
        let mut server = Self { child, lines: Vec::new(), address: String::new(), client: client() };
        let stdout = server.child.stdout.take().expect("its output");
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        while server.address.is_empty() {
            let line = receiver.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("not ready; it said {:#?}", server.lines));
            match line.strip_prefix("listening on ") {
                Some(address) => address.clone_into(&mut server.address),
                None => server.lines.push(line),
            }
        }
        server
    }

    /// What stands behind `word` in what it printed, such as `demo crm`.
    pub(crate) fn said(&self, word: &str) -> String {
        let found = self.lines.iter().find_map(|line| line.strip_prefix(word));
        found.unwrap_or_else(|| panic!("no `{word}` in {:#?}", self.lines)).trim().to_owned()
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("its end");
    }

    /// Asks it to stop, and returns its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(asked.success());
        self.child.wait().expect("its end").code()
    }

    /// Waits until it ends by itself, and returns its exit code.
    pub(crate) fn wait(mut self) -> Option<i32> {
        self.child.wait().expect("its end").code()
    }

    /// A request to this server.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.address) };
        ask(&self.client, method, &url, token, body).await
    }

    /// Posts a webhook.
    pub(crate) async fn hook(&self, hook: &str, body: &Value) -> Answer {
        self.ask(Method::POST, &format!("/hooks/{hook}"), None, Some(body)).await
    }

    /// Posts a webhook that starts a run, and returns the run's id.
    pub(crate) async fn begin(&self, hook: &str, body: &Value) -> String {
        let accepted = self.hook(hook, body).await;
        accepted.json["run_id"].as_str().unwrap_or_else(|| panic!("no run: {}", accepted.text)).to_owned()
    }

    /// Reads a run until it is in one of these states.
    pub(crate) async fn run_until(&self, token: &str, run: &str, statuses: &[&str]) -> Value {
        let path = format!("/api/v1/runs/{run}");
        let wanted = |answer: &Answer| {
            let status = answer.json["run"]["status"].as_str().unwrap_or_default();
            statuses.contains(&status).then(|| answer.json["run"].clone())
        };
        until(&format!("run {run} is {statuses:?}"), async || {
            wanted(&self.ask(Method::GET, &path, Some(token), None).await)
        })
        .await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killing a process that ended is no matter.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
    pub(crate) text: String,
    pub(crate) headers: cauce_net::HeaderMap,
}

pub(crate) async fn ask(
    client: &Http,
    method: Method,
    url: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Answer {
    try_ask(client, method, url, token, body).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

pub(crate) async fn try_ask(
    client: &Http,
    method: Method,
    url: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Result<Answer, cauce_net::HttpError> {
    let mut request = HttpRequest::new(method, url.parse::<Url>().expect("an address"));
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().expect("a header value");
        request = request.header("authorization".parse().expect("a header name"), value);
    }
    if let Some(body) = body {
        let json = "application/json".parse().expect("a header value");
        request = request.header("content-type".parse().expect("a header name"), json);
        request = request.body(Bytes::from(body.to_string()));
    }
    request.timeout = PATIENCE;
    let response = client.send(request).await?;
    let text = String::from_utf8_lossy(&response.body).into_owned();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Answer { status: response.status, json, text, headers: response.headers })
}

/// Asks again and again until there is an answer; fails when patience ends. For state outside of this process, which
/// sends no signal.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        loop {
            ticks.tick().await;
            if let Some(found) = ask().await {
                return found;
            }
        }
    });
    waited.await.unwrap_or_else(|_| panic!("in vain: {what}"))
}

/// A token for the server on this data folder.
pub(crate) fn token(data: &Path, role: &str) -> String {
    let made = Command::new(binary())
        .args(["token", "create", "--role", role, "--data"])
        .arg(data)
        .output()
        .expect("the binary runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let out = String::from_utf8(made.stdout).expect("text");
    out.lines().last().expect("a token").to_owned()
}
