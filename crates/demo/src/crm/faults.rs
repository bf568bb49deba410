//! The CRM's fault switch: `POST /_faults` with `{"status": 503, "times": 3, "retry_after": 2}` or `{"hang": true}`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::Crm;
use super::answer::Refusal;
use crate::fault::MOST_TIMES;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Answer { status: StatusCode, retry_after: Option<u32> },
    Hang,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    status: Option<u16>,
    retry_after: Option<u32>,
    #[serde(default)]
    hang: bool,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

fn read(body: &[u8]) -> Result<(Fault, u32), Refusal> {
    let wish: Wish = serde_json::from_slice(body).map_err(|error| Refusal::Broken(error.to_string()))?;
    if wish.times > MOST_TIMES {
        return Err(Refusal::Invalid(format!("`times` is at most {MOST_TIMES}")));
    }
    let fault = match (wish.status, wish.hang) {
        (None, true) if wish.retry_after.is_none() => Fault::Hang,
        (Some(status @ 400..=599), false) => {
            let status = StatusCode::from_u16(status).map_err(|error| Refusal::Invalid(error.to_string()))?;
            Fault::Answer { status, retry_after: wish.retry_after }
        }
        _ => {
            return Err(Refusal::Invalid(
                "give either `status` (400 to 599, with `retry_after` if you like) or `hang`".into(),
            ));
        }
    };
    Ok((fault, wish.times))
}

pub(crate) async fn set(State(crm): State<Arc<Crm>>, body: Bytes) -> Result<Response, Refusal> {
    let (fault, times) = read(&body)?;
    crm.faults.set(fault, times);
    Ok(Json(json!({ "times": times })).into_response())
}

pub(crate) async fn clear(State(crm): State<Arc<Crm>>) -> StatusCode {
    crm.faults.set(Fault::Hang, 0);
    StatusCode::NO_CONTENT
}

impl Crm {
    /// Misbehaves as told; nothing when all is well.
    pub(crate) async fn misbehave(&self) -> Option<Response> {
        match self.faults.take()? {
            Fault::Hang => {
                self.stop.cancelled().await;
                Some(StatusCode::SERVICE_UNAVAILABLE.into_response())
            }
            Fault::Answer { status, retry_after } => {
                let body = json!({ "error": "fault", "message": "the fault switch is on" });
                let mut response = (status, Json(body)).into_response();
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                Some(response)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_one_fault_or_refused() {
        let down = Fault::Answer { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: Some(2) };
        assert_eq!(read(br#"{"status": 503, "times": 3, "retry_after": 2}"#), Ok((down, 3)));
        assert_eq!(read(br#"{"hang": true}"#), Ok((Fault::Hang, 1)));
        for bad in [
            "{}",
            r#"{"hang": false}"#,
            r#"{"status": 200}"#,
            r#"{"status": 503, "hang": true}"#,
            r#"{"status": 503, "times": 1001}"#,
        ] {
            assert!(matches!(read(bad.as_bytes()), Err(Refusal::Invalid(_))), "{bad}");
        }
        for broken in ["", "[]", r#"{"statsu": 503}"#] {
            assert!(matches!(read(broken.as_bytes()), Err(Refusal::Broken(_))), "{broken}");
        }
    }
}
