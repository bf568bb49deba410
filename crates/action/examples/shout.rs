//! An action of your own: implement `Action`, add it to the registry, run it. `cargo run -p cauce-action --example shout`.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cauce_action::{Action, Call, Cx, NetDns, NoBlobs, NoRelay, Registry, VerifySetting};
use cauce_model::{ActionSpec, Effect, Failure, Ids, RunId, StepPath, SystemClock, SystemIds};
use cauce_net::{Dialer, Http, Limits, Policy, Resolver, ResolverSetting, Tls};
use serde_json::{Value, json};

/// Says a text loudly.
struct Shout(ActionSpec);

impl Shout {
    fn new() -> Self {
        Self(ActionSpec {
            name: "text.shout@1".to_owned(),
            summary: "Say a text loudly.".to_owned(),
            input: json!({
                "type": "object",
                "properties": {"text": {"type": "string", "description": "What to say."}},
                "required": ["text"],
                "additionalProperties": false,
            }),
            output: json!({
                "type": "object",
                "properties": {"loud": {"type": "string", "description": "The text in upper case."}},
                "required": ["loud"],
            }),
            effect: Effect::None,
            example: json!({"text": "hello"}),
        })
    }
}

#[async_trait]
impl Action for Shout {
    fn spec(&self) -> &ActionSpec {
        &self.0
    }

    async fn run(&self, call: Call, _: &Cx) -> Result<Value, Failure> {
        let text = call.input.get("text").and_then(Value::as_str);
        let text = text.ok_or_else(|| Failure::permanent("SHOUT", "the input `text` is missing"))?;
        Ok(json!({"loud": format!("{}!", text.to_uppercase())}))
    }
}

/// The door to the world, as the server would give it.
fn door() -> Result<Cx, Box<dyn std::error::Error>> {
    let resolver = Resolver::new(ResolverSetting::System)?;
    let dialer = Dialer::new(Policy::default(), resolver.clone());
    Ok(Cx {
        http: Http::new(dialer, Tls::system()?, Limits::default()),
        mail: Arc::new(NoRelay),
        dns: Arc::new(NetDns::new(resolver)),
        blobs: Arc::new(NoBlobs),
        clock: Arc::new(SystemClock),
        verify: Arc::new(VerifySetting::default()),
        cancelled: tokio_util::sync::CancellationToken::new(),
    })
}

/// Registers the action and runs it once.
pub(crate) async fn shout(text: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let registry = Registry::builtin().with(Arc::new(Shout::new()))?;
    let action = registry.get("text.shout@1").ok_or("it was registered just now")?;
    let now = cauce_model::Clock::now(&SystemClock);
    let call = Call {
        run: RunId::from_uuid(SystemIds.next(now)),
        step: StepPath::from("shout"),
        input: json!({"text": text}),
        shown: json!({"text": text}).into(),
        idempotency_key: "shout-1".to_owned(),
        attempt: 1,
        accepted_at: now,
        timeout: Duration::from_secs(60),
    };
    Ok(action.run(call, &door()?).await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    writeln!(std::io::stdout(), "{}", shout("hello").await?)?;
    Ok(())
}
