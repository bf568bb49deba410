//! Owners who are programs.

use cauce_model::Clock;
use serde_json::json;

use super::super::Unheard;
use super::world::{World, run};

const CHAT: &str = "https://chat.example.com/hooks/shop";

async fn with_chat() -> World {
    let world = World::new().await;
    world.owned("shop", Some(CHAT));
    world.is_held(1, "shop").await;
    world.takes_its_turn(2, "shop").await;
    world.forward(10);
    world
}

#[tokio::test]
async fn a_webhook_gets_the_same_as_data() {
    let world = with_chat().await;
    world.teller().round().await.unwrap();
    let calls = world.web.calls.lock().unwrap().clone();
    let [(url, key, body)] = calls.as_slice() else { panic!("one call: {calls:?}") };
    assert_eq!((url.as_str(), body["id"].as_str()), (CHAT, Some(key.as_str())));
    let at = "2027-01-15T08:00:00.000000Z";
    assert_eq!(
        body["notices"],
        json!([{
            "kind": "held", "workflow": "shop", "name": "The shop", "count": 1, "first_at": at, "last_at": at,
            "step": "send", "code": "A005", "status": 503, "hold_reason": "exhausted",
            "message": "the shop answered `503`", "hint": null, "run_id": run(1),
            "url": format!("https://cauce.example.com/runs/{}", run(1)), "waiting_behind": 1,
        }])
    );
    assert_eq!((&body["type"], &body["subject"]), (&json!("notices"), &json!("The shop: 1 run is on hold")));
    assert!(body["text"].as_str().is_some_and(|text| text.contains("trying again did not help")), "{body:#}");
    assert!(world.mails().is_empty());
}

#[tokio::test]
async fn a_webhook_in_doubt_is_called_again_with_the_same_key_and_body() {
    let world = with_chat().await;
    let in_doubt = Unheard { in_doubt: true, hopeless: false, why: "it answered `502`".to_owned() };
    world.web.answers.lock().unwrap().push_back(in_doubt);
    let next = world.teller().round().await.unwrap().expect("a moment");
    assert_eq!(next.since(world.clock.now()).as_secs(), 60);
    world.fails(3, "shop").await;
    world.forward(60);
    world.teller().round().await.unwrap();
    let calls = world.web.calls.lock().unwrap().clone();
    assert_eq!((calls.len(), &calls[0]), (2, &calls[1]));
}

#[tokio::test]
async fn a_webhook_that_refuses_is_told_later_how_things_stand_then() {
    let world = with_chat().await;
    world.web.answers.lock().unwrap().push_back(Unheard::surely("it answered `404`"));
    world.teller().round().await.unwrap();
    world.fails(3, "shop").await;
    world.forward(60);
    world.teller().round().await.unwrap();
    let calls = world.web.calls.lock().unwrap().clone();
    assert_eq!(
        (calls.len(), &calls[1].2["subject"]),
        (2, &json!("The shop: 1 run failed, 1 run is on hold"))
    );
    assert_ne!(calls[0].1, calls[1].1, "another letter has another key");
}
