//! `save: file`: the body of an answer becomes a file, whole or not at all.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cauce_action::{BlobError, Blobs, Cx, Draft, Kept, NoBlobs};
use cauce_model::{Failure, Happened, RetryAdvice};
use serde_json::{Value, json};

use crate::parts::{call, door, loopback, run};
use crate::web::{Reply, Web, response};

/// The largest file of this place.
const LARGEST: usize = 100_000;

/// A place for files that notes what becomes of them.
#[derive(Clone, Default)]
struct Place {
    files: Arc<Mutex<Vec<Vec<u8>>>>,
    dropped: Arc<Mutex<usize>>,
    /// How many bytes it takes.
    room: Option<usize>,
}

struct Growing {
    place: Place,
    bytes: Vec<u8>,
    kept: bool,
}

impl Drop for Growing {
    fn drop(&mut self) {
        *self.place.dropped.lock().unwrap() += usize::from(!self.kept);
    }
}

#[async_trait]
impl Draft for Growing {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.bytes.extend_from_slice(bytes);
        match self.place.room {
            Some(room) if self.bytes.len() > room => Err("the disk is full".into()),
            _ => Ok(()),
        }
    }

    async fn keep(mut self: Box<Self>) -> Result<Kept, BlobError> {
        self.kept = true;
        let (bytes, mut files) = (std::mem::take(&mut self.bytes), self.place.files.lock().unwrap());
        let size = bytes.len() as u64;
        files.push(bytes);
        Ok(Kept { file: format!("blob-{}", files.len()), size })
    }
}

#[async_trait]
impl Blobs for Place {
    async fn begin(&self) -> Result<Box<dyn Draft>, BlobError> {
        Ok(Box::new(Growing { place: self.clone(), bytes: Vec::new(), kept: false }))
    }

    fn largest(&self) -> u64 {
        LARGEST as u64
    }
}

impl Place {
    /// How many files are kept, and how many were begun in vain.
    fn count(&self) -> (usize, usize) {
        (self.files.lock().unwrap().len(), *self.dropped.lock().unwrap())
    }
}

async fn save(web: &Web, path: &str, place: &Place) -> Result<Value, Failure> {
    let door = Cx { blobs: Arc::new(place.clone()), ..door(loopback()) };
    run("http.request@1", call(json!({"url": web.url(path), "save": "file"})), &door).await
}

#[tokio::test]
async fn the_body_becomes_a_file_with_the_type_and_name_it_came_with() {
    let body: Vec<u8> = (0..LARGEST).map(|n| n.to_le_bytes()[0]).collect();
    let sent = body.clone();
    let web = Web::start(move |_| response("200 OK", &[("Content-Type", "text/csv")], &sent)).await;
    let place = Place::default();
    let output = save(&web, "/lists/people%20of%20may.csv?token=s3cret", &place).await.unwrap();
    let file = json!({"file": "blob-1", "type": "text/csv", "size": LARGEST, "name": "people of may.csv"});
    assert_eq!((&output["status"], &output["file"]), (&json!(200), &file));
    assert!(output.get("body").is_none(), "{output}");
    assert_eq!(*place.files.lock().unwrap(), [body]);
}

#[tokio::test]
async fn the_answer_names_its_file_and_leads_to_no_other_folder() {
    for (said, name) in [
        ("attachment; filename=\"list.csv\"", "list.csv"),
        ("attachment; filename=list.csv; size=3", "list.csv"),
        ("attachment; filename=\"../../etc/passwd\"", "passwd"),
        ("inline", "file"),
    ] {
        let web = Web::start(move |_| response("200 OK", &[("Content-Disposition", said)], b"a")).await;
        let output = save(&web, "/", &Place::default()).await.unwrap();
        assert_eq!(
            (&output["file"]["name"], &output["file"]["type"]),
            (&json!(name), &json!("application/octet-stream"))
        );
    }
}

#[tokio::test]
async fn a_transfer_that_breaks_off_leaves_nothing_behind_and_is_in_doubt() {
    let web =
        Web::start(|_| Reply::Broken(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec())).await;
    let place = Place::default();
    let failure = save(&web, "/", &place).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.happened), ("A004", Happened::InDoubt));
    assert_eq!(place.count(), (0, 1));
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused_while_it_comes() {
    let chunk = format!("{:x}\r\n{}\r\n", LARGEST / 2, "x".repeat(LARGEST / 2));
    let sent = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(3));
    let announced = LARGEST + 1;
    let told = format!("HTTP/1.1 200 OK\r\ncontent-length: {announced}\r\n\r\n");
    for text in [sent, told] {
        let web = Web::start(move |_| Reply::Bytes(text.clone().into_bytes())).await;
        let place = Place::default();
        let failure = save(&web, "/", &place).await.unwrap_err();
        assert_eq!((failure.error.code.as_str(), failure.retry), ("A008", RetryAdvice::Never), "{failure}");
        assert_eq!(place.count(), (0, 1));
    }
}

#[tokio::test]
async fn what_is_no_success_is_told_as_ever_and_kept_by_nobody() {
    let web = Web::start(|_| response("404 Not Found", &[], b"no such list")).await;
    let place = Place::default();
    let failure = save(&web, "/", &place).await.unwrap_err();
    assert_eq!(failure.error.code, "A006");
    assert!(failure.error.message.contains("no such list"), "{failure}");
    assert_eq!(place.count(), (0, 1));
}

#[tokio::test]
async fn a_redirect_is_followed_to_the_file() {
    let web = Web::start(|request| match request.starts_with("GET /old ") {
        true => response("302 Found", &[("Location", "/new.csv")], b"moved"),
        false => response("200 OK", &[], b"here"),
    });
    let place = Place::default();
    let output = save(&web.await, "/old", &place).await.unwrap();
    assert_eq!((&output["file"]["size"], &output["file"]["name"]), (&json!(4), &json!("new.csv")));
    assert_eq!(*place.files.lock().unwrap(), [b"here".to_vec()]);
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_asked_for_again_later() {
    let web = Web::start(|_| response("200 OK", &[], &[b'x'; 5_000])).await;
    let place = Place { room: Some(10), ..Place::default() };
    let failure = save(&web, "/", &place).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.retry), ("A013", RetryAdvice::Backoff), "{failure}");
    assert_eq!((failure.happened, place.count()), (Happened::InDoubt, (0, 1)));
}

#[tokio::test]
async fn without_a_place_for_files_nothing_is_sent() {
    let web = Web::start(|_| response("200 OK", &[], b"")).await;
    let door = Cx { blobs: Arc::new(NoBlobs), ..door(loopback()) };
    let asked = call(json!({"url": web.url("/"), "save": "file"}));
    let failure = run("http.request@1", asked, &door).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.happened), ("A013", Happened::No));
    assert!(web.requests().is_empty());
}
