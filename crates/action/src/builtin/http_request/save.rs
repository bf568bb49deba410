//! `save: file`: the answer's body goes to where files are kept while it comes, so its size costs no memory.

use cauce_model::Failure;
use cauce_net::{Bytes, HttpRequest, HttpResponse, Stream};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{headers_of, refused, unanswered};
use crate::blobs::{BlobError, Draft};
use crate::{Cx, codes};

/// How many pieces of a body may wait to be written.
const MOST_WAITING: usize = 8;
/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;
/// What a file is when nobody says.
const PLAIN: &str = "application/octet-stream";

/// Sends the request and keeps the body of its answer. A transfer that breaks off leaves nothing behind.
pub(super) async fn file(mut request: HttpRequest, asked: &str, cx: &Cx) -> Result<Value, Failure> {
    // Before anything is sent: so it did not happen.
    let draft = cx.blobs.begin().await.map_err(|error| unkept(asked, &error))?;
    let most = usize::try_from(cx.blobs.largest()).unwrap_or(usize::MAX);
    let (to, pieces) = mpsc::channel(MOST_WAITING);
    request.stream = Some(Stream { to, most });
    let (answer, draft) = tokio::join!(cx.http.send(request), write(draft, pieces));
    // Where the draft failed, the exchange was broken off for it.
    let mut draft = draft.map_err(|error| unkept(asked, &error).in_doubt())?;
    let response = answer.map_err(|error| unanswered(asked, &error))?;
    if response.status >= 400 {
        return Err(refused(asked, &response, cx.clock.as_ref()));
    }
    let kept = async {
        // What is no success, such as `304 Not Modified`, came as a whole.
        draft.write(&response.body).await?;
        draft.keep().await
    };
    let kept = kept.await.map_err(|error| unkept(asked, &error).in_doubt())?;
    let file = json!({
        "file": kept.file, "type": response.header("content-type").unwrap_or(PLAIN), "size": kept.size,
        "name": name(&response),
    });
    Ok(json!({"status": response.status, "headers": headers_of(&response), "file": file}))
}

async fn write(
    mut draft: Box<dyn Draft>,
    mut pieces: mpsc::Receiver<Bytes>,
) -> Result<Box<dyn Draft>, BlobError> {
    while let Some(piece) = pieces.recv().await {
        draft.write(&piece).await?;
    }
    Ok(draft)
}

fn unkept(asked: &str, error: &BlobError) -> Failure {
    let message = format!("the answer of {asked} could not be kept: {error}");
    Failure::transient(codes::UNKEPT, message).hint("see that the disk has room")
}

/// What the answer calls itself (RFC 6266), else the last part of the address, else `file`.
fn name(response: &HttpResponse) -> String {
    let said = response.header("content-disposition").and_then(named_in);
    let last = || {
        let part = response.url.path_segments()?.next_back()?;
        Some(percent_decode_str(part).decode_utf8_lossy().into_owned())
    };
    let plain = |name: String| -> String {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
    };
    let named = said.or_else(last).map(plain).filter(|name| !name.is_empty());
    named.unwrap_or_else(|| "file".to_owned())
}

/// The value of `filename`, with or without quotes.
fn named_in(disposition: &str) -> Option<String> {
    let given = disposition.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("filename").then(|| value.trim().to_owned())
    })?;
    Some(given.trim_matches('"').to_owned()).filter(|name| !name.is_empty())
}
