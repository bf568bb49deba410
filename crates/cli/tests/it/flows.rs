//! The shipped flows, end to end, against stand-ins in another process.

use cauce_net::Method;
use serde_json::{Value, json};

use crate::process::{shipped, token, until};
use crate::stand_ins::{Aiosmtpd, StandIns};

/// Steps of a run by their path.
fn step<'a>(run: &'a Value, path: &str) -> &'a Value {
    let steps = run["steps"].as_array().expect("steps");
    steps.iter().find(|step| step["path"] == path).unwrap_or_else(|| panic!("no step {path} in {run:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signup_is_verified_stored_and_welcomed() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    let accepted = server
        .hook("signup/signup", &json!({"id": "s-1", "name": "Ada", "email": "Ada@cauce-good.dev"}))
        .await;
    assert_eq!((accepted.status, &accepted.json["outcome"]), (202, &json!("run")), "{}", accepted.text);
    let run = accepted.json["run_id"].as_str().expect("a run").to_owned();
    let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(done["status"], "succeeded", "{done:#}");
    assert_eq!(step(&done, "verify")["output"]["verdict"], "deliverable");
    assert_eq!(step(&done, "gate")["output"]["branch"], "else");
    let contact = stand_ins.contact("ada@cauce-good.dev").await;
    assert_eq!((contact.status, &contact.json["name"]), (200, &json!("Ada")), "{}", contact.text);
    let mails = stand_ins.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0]["text"].as_str().is_some_and(|text| text.contains("Ada")), "{:#}", mails[0]);
    let figures = server.ask(Method::GET, "/metrics", None, None).await.text;
    for line in [
        "cauce_events_accepted_total{outcome=\"run\"} 1",
        "cauce_runs_finished_total{status=\"succeeded\"} 1",
        "cauce_runs_open{workflow=\"signup\"} 0",
    ] {
        assert!(figures.contains(line), "`{line}` is not in {figures}");
    }
    // The secret stands nowhere in what is shown of the run.
    let shown = done.to_string();
    assert!(!shown.contains("demo-crm-token"), "{shown}");
    assert!(shown.contains("env.CRM_TOKEN"), "{shown}");

    // The same sign-up again is the same run.
    let again = server
        .hook("signup/signup", &json!({"id": "s-1", "name": "Ada", "email": "Ada@cauce-good.dev"}))
        .await;
    assert_eq!((again.status, &again.json["outcome"]), (202, &json!("duplicate")));
    assert_eq!(again.json["run_id"], run);
    assert_eq!(stand_ins.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mails_of_all_three_flows_pass_a_mail_server_that_is_not_ours() {
    let stand_ins = StandIns::start();
    let mut smtp = Aiosmtpd::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve_mailing(data.path(), &shipped(), &smtp.address);
    let token = token(data.path(), "editor");
    server.hook("signup/signup", &json!({"id": "m-1", "name": "Zoë", "email": "zoe@cauce-good.dev"})).await;
    let welcome = smtp.mail();
    assert_eq!(welcome["recipients"], json!(["zoe@cauce-good.dev"]));
    assert!(welcome["raw"].as_str().is_some() && welcome["defects"] == json!([]), "{welcome:#}");
    assert!(welcome["parts"][0][1].as_str().is_some_and(|text| text.contains("Zoë")), "{welcome:#}");
    let cart = json!({"cart": {"id": "m-2", "total": 42.5}, "customer": {"name": "Ada", "email": "ada@cauce-good.dev"}, "remind_after": "1s"});
    server.hook("abandoned-cart/cart", &cart).await;
    assert_eq!(smtp.mail()["recipients"], json!(["ada@cauce-good.dev"]));
    server.ask(Method::POST, "/api/v1/workflows/nightly-report/runs", Some(&token), Some(&json!({}))).await;
    assert_eq!(smtp.mail()["recipients"], json!(["owner@cauce-good.dev"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_takes_no_mail_never_enters_the_list() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    for (id, email, why) in [
        ("d-1", "ada@cauce-dead.dev", "null_mx"),
        ("d-2", "ada@example.com", "special_use_domain"),
        ("d-3", "not an address", "syntax_invalid"),
        ("d-4", "ada@nowhere-at-all.dev", "domain_nxdomain"),
    ] {
        let run = server.begin("signup/signup", &json!({"id": id, "name": "Ada", "email": email})).await;
        let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
        assert_eq!(done["status"], "succeeded", "{done:#}");
        assert!(
            done["reason"].as_str().is_some_and(|reason| reason.contains(why)),
            "{email}: {}",
            done["reason"]
        );
        assert_eq!(step(&done, "contact")["status"], "skipped");
    }
    assert!(stand_ins.mails().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_refuses_its_disposable_domain_and_welcomes_its_good_one() {
    let data = tempfile::tempdir().expect("a folder");
    let (folder, flows) = (data.path().display().to_string(), shipped().display().to_string());
    let server = crate::process::Server::start(&["--demo", "--data", &folder, "--workflows", &flows], &[]);
    let token = token(data.path(), "viewer");
    for (id, email, reason) in
        [("1", "ada@cauce-disposable.dev", Some("disposable_domain")), ("2", "ada@cauce-good.dev", None)]
    {
        let run = server.begin("signup/signup", &json!({"id": id, "name": "Ada", "email": email})).await;
        let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
        assert_eq!(done["status"], "succeeded", "{done:#}");
        assert_eq!(done["reason"].as_str().and_then(|text| text.rsplit(' ').next()), reason, "{done:#}");
    }
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_left_behind_is_answered_even_when_the_process_dies_while_it_waits() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    let cart = |id: &str| json!({"cart": {"id": id, "total": 42.5}, "customer": {"name": "Ada", "email": "ada@cauce-good.dev"}, "remind_after": "3s"});
    let left = server.hook("abandoned-cart/cart", &cart("c-left")).await;
    let ordered = server.hook("abandoned-cart/cart", &cart("c-ordered")).await;
    let (left, ordered) = (
        left.json["run_id"].as_str().expect("a run").to_owned(),
        ordered.json["run_id"].as_str().expect("a run").to_owned(),
    );
    server.run_until(&token, &left, &["waiting"]).await;
    server.kill();
    let url = format!("{}/api/orders", stand_ins.server.said("demo shop"));
    let order = stand_ins
        .server
        .ask(Method::POST, &url, None, Some(&json!({"cart_id": "c-ordered", "total": 42.5})))
        .await;
    assert!((200..300).contains(&order.status), "{}", order.text);
    let server = stand_ins.serve(data.path());
    let done = server.run_until(&token, &left, &["succeeded", "failed", "held"]).await;
    assert_eq!(step(&done, "left")["output"]["branch"], "then", "{done:#}");
    let other = server.run_until(&token, &ordered, &["succeeded", "failed", "held"]).await;
    assert_eq!(step(&other, "left")["output"]["branch"], "else", "{other:#}");
    assert_eq!(stand_ins.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_is_found_by_its_address_and_can_be_cancelled_once() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "publisher");
    let cart = json!({"cart": {"id": "c-9", "total": 1}, "customer": {"name": "Ada", "email": "Ada.L@cauce-good.dev"}});
    let run = server.begin("abandoned-cart/cart", &cart).await;
    server.run_until(&token, &run, &["waiting"]).await;
    for asked in
        ["q=ada.l@cauce-good.dev", "q=c-9", &format!("q={run}"), "status=waiting&workflow=abandoned-cart"]
    {
        let found = server.ask(Method::GET, &format!("/api/v1/runs?{asked}"), Some(&token), None).await;
        assert_eq!(found.json["runs"][0]["id"], run.as_str(), "{asked}: {}", found.text);
    }
    let cancel = format!("/api/v1/runs/{run}/cancel");
    assert_eq!(server.ask(Method::POST, &cancel, Some(&token), Some(&json!({}))).await.status, 202);
    let done = server.run_until(&token, &run, &["cancelled", "succeeded", "failed"]).await;
    assert_eq!(
        (&done["status"], &step(&done, "order")["status"]),
        (&json!("cancelled"), &json!("skipped")),
        "{done:#}"
    );
    assert_eq!(server.ask(Method::POST, &cancel, Some(&token), Some(&json!({}))).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nightly_report_has_a_next_moment_and_runs_by_hand() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "editor");
    let listed = server.ask(Method::GET, "/api/v1/workflows/nightly-report", Some(&token), None).await;
    let triggers = listed.json["workflow"]["triggers"].as_array().cloned().unwrap_or_default();
    assert!(triggers.iter().any(|trigger| trigger["next_at"].is_string()), "{}", listed.text);
    let begun = server
        .ask(Method::POST, "/api/v1/workflows/nightly-report/runs", Some(&token), Some(&json!({})))
        .await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let run = begun.json["run_id"].as_str().expect("a run").to_owned();
    let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(done["status"], "succeeded", "{done:#}");
    let mails = stand_ins.mails().await;
    assert!(mails[0]["text"].as_str().is_some_and(|text| text.contains("Orders:")), "{:#}", mails[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nightly_report_fires_by_its_schedule_once_also_across_a_kill() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let shipped = std::fs::read_to_string(shipped().join("nightly-report.yaml")).expect("the flow");
    // Every minute instead of every morning: nothing else is changed.
    let often = shipped.replacen("cron: \"0 6 * * *\"", "cron: \"* * * * *\"", 1);
    assert_ne!(often, shipped);
    std::fs::write(folder.path().join("nightly-report.yaml"), often).expect("a file");
    let server = stand_ins.serve_with(data.path(), folder.path());
    let token = token(data.path(), "viewer");
    let runs = async |server: &crate::process::Server| {
        let answer =
            server.ask(Method::GET, "/api/v1/runs?workflow=nightly-report", Some(&token), None).await;
        answer.json["runs"].as_array().cloned().unwrap_or_else(|| panic!("{}", answer.text))
    };
    // The next full minute, whenever it is: within patience.
    let first =
        until("a slot fires", async || Some(runs(&server).await).filter(|runs| !runs.is_empty())).await;
    assert_eq!((first.len(), &first[0]["trigger"]), (1, &json!("every_morning")));
    let run = first[0]["id"].as_str().expect("an id");
    let done = server.run_until(&token, run, &["succeeded", "failed", "held"]).await;
    assert_eq!(done["status"], "succeeded", "{done:#}");
    assert_eq!(stand_ins.mails().await.len(), 1);
    server.kill();
    let server = stand_ins.serve_with(data.path(), folder.path());
    let after = runs(&server).await;
    assert_eq!(after[after.len() - 1]["id"], first[0]["id"], "the slot did not fire again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_crm_is_retried_and_the_attempts_are_shown() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    stand_ins.fault("demo crm", &json!({"status": 503, "times": 1})).await;
    let accepted = server
        .hook("signup/signup", &json!({"id": "r-1", "name": "Ada", "email": "ada@cauce-good.dev"}))
        .await;
    let run = accepted.json["run_id"].as_str().expect("a run").to_owned();
    let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(done["status"], "succeeded", "{done:#}");
    let contact = step(&done, "contact");
    assert_eq!(contact["attempts"], 2);
    assert_eq!(contact["failures"][0]["error"]["status"], 503, "{contact:#}");
    assert!(contact["failures"][0]["retry_at"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_nobody_reaches_is_retried_then_held_and_resumed_without_a_second_contact() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let signup = std::fs::read_to_string(shipped().join("signup.yaml")).expect("the flow");
    // Retries of a fraction of the usual time, so that the end of them can be seen.
    let quick = signup.replacen(
        "    use: email.send@1\n",
        "    use: email.send@1\n    retry: { max: 1, backoff: 1s }\n",
        1,
    );
    assert_ne!(quick, signup);
    std::fs::write(folder.path().join("signup.yaml"), quick).expect("a file");
    let server = stand_ins.serve_with(data.path(), folder.path());
    let token = token(data.path(), "publisher");
    stand_ins.fault("demo mailbox", &json!({"smtp": 451, "times": 2})).await;
    let accepted = server
        .hook("signup/signup", &json!({"id": "h-1", "name": "Ada", "email": "ada@cauce-good.dev"}))
        .await;
    let run = accepted.json["run_id"].as_str().expect("a run").to_owned();
    let held = server.run_until(&token, &run, &["held", "succeeded", "failed"]).await;
    assert_eq!((&held["status"], &held["hold_reason"]), (&json!("held"), &json!("exhausted")), "{held:#}");
    let resumed = server
        .ask(
            Method::POST,
            &format!("/api/v1/runs/{run}/resume"),
            Some(&token),
            Some(&json!({"choice": "again"})),
        )
        .await;
    assert_eq!(resumed.status, 202, "{}", resumed.text);
    let done = server.run_until(&token, &run, &["succeeded", "failed"]).await;
    assert_eq!(done["status"], "succeeded", "{done:#}");
    assert_eq!(step(&done, "contact")["attempts"], 1);
    assert_eq!(stand_ins.mails().await.len(), 1);
    let twice = server
        .ask(
            Method::POST,
            &format!("/api/v1/runs/{run}/resume"),
            Some(&token),
            Some(&json!({"choice": "again"})),
        )
        .await;
    assert_eq!(twice.status, 409, "{}", twice.text);
}
