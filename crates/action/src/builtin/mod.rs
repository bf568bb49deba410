//! The built-in actions, one a file.

mod data_log;
mod email_send;
mod email_verify;
mod event_emit;
mod http_request;

use std::sync::Arc;

use crate::Action;

pub use email_send::OwnMail;
pub use email_verify::verify_address;

/// Every built-in action, sorted by name.
#[must_use]
pub fn all() -> Vec<Arc<dyn Action>> {
    vec![
        Arc::new(data_log::DataLog::default()),
        Arc::new(email_send::EmailSend::default()),
        Arc::new(email_verify::EmailVerify::default()),
        Arc::new(event_emit::EventEmit::default()),
        Arc::new(http_request::HttpRequest::default()),
    ]
}
