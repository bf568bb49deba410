//! The example in `examples/` does what it says.

#[expect(dead_code, reason = "the example's own `main` prints")]
#[path = "../../examples/shout.rs"]
mod shout;

#[tokio::test]
async fn an_action_from_outside_is_registered_and_runs() {
    assert_eq!(shout::shout("hola").await.unwrap(), serde_json::json!({"loud": "HOLA!"}));
}
