//! People and tokens.

use std::time::Duration;

use cauce_journal::Error;
use cauce_journal::access::{Role, SignIn, Token, User};
use cauce_model::Time;
use uuid::Uuid;

use crate::store::Store;

fn ana() -> User {
    User {
        id: Uuid::from_u128(1),
        email: "ana@example.com".to_owned(),
        name: "Ana".to_owned(),
        role: Role::Admin,
        language: "es".to_owned(),
        password: "$argon2id$...".to_owned(),
    }
}

fn eva() -> User {
    User { id: Uuid::from_u128(2), email: "eva@example.com".to_owned(), ..ana() }
}

fn token(id: u128, hash: u8) -> Token {
    Token {
        id: Uuid::from_u128(id),
        hash: [hash; 32],
        name: "deploy".to_owned(),
        role: Role::Editor,
        created_at: Time::from_micros(5),
    }
}

async fn the_setup_link_works_once(store: Store) {
    let access = &store.journal.access;
    assert!(!access.has_users().await.unwrap());
    assert!(!access.set_up([7; 32], ana()).await.unwrap(), "no link was offered");
    access.offer_setup([7; 32]).await.unwrap();
    assert!(!access.set_up([8; 32], ana()).await.unwrap(), "a wrong link");
    assert!(access.set_up([7; 32], ana()).await.unwrap());
    assert!(!access.set_up([7; 32], eva()).await.unwrap(), "a used link");
    assert!(access.has_users().await.unwrap());
}

async fn where_somebody_exists_no_setup_link_works(store: Store) {
    let access = &store.journal.access;
    access.offer_setup([7; 32]).await.unwrap();
    access.set_up([7; 32], ana()).await.unwrap();
    access.offer_setup([7; 32]).await.unwrap();
    assert!(!access.set_up([7; 32], eva()).await.unwrap());
    assert_eq!(access.user_by_email("ana@example.com").await.unwrap(), Some(ana()));
    assert_eq!(access.user_by_email("eva@example.com").await.unwrap(), None);
}

async fn a_new_setup_link_takes_the_place_of_the_old_one(store: Store) {
    let access = &store.journal.access;
    access.offer_setup([1; 32]).await.unwrap();
    access.offer_setup([2; 32]).await.unwrap();
    assert!(!access.set_up([1; 32], ana()).await.unwrap());
    assert!(access.set_up([2; 32], ana()).await.unwrap());
}

async fn a_sign_in_ends_at_its_end_or_when_it_is_idle(store: Store) {
    let access = &store.journal.access;
    access.offer_setup([1; 32]).await.unwrap();
    access.set_up([1; 32], ana()).await.unwrap();
    let now = store.now();
    let at = |minutes: u64| now.after(Duration::from_secs(60 * minutes));
    let sign_in = SignIn { hash: [3; 32], user: ana().id, expires_at: at(60), idle_until: at(30) };
    access.sign_in(sign_in.clone()).await.unwrap();
    assert!(matches!(access.sign_in(sign_in).await, Err(Error::Exists { .. })));
    assert_eq!(access.signed_in(&[3; 32], at(29), at(59)).await.unwrap(), Some(ana()));
    assert_eq!(access.signed_in(&[3; 32], at(58), at(88)).await.unwrap(), Some(ana()), "use moved the end");
    assert_eq!(access.signed_in(&[3; 32], at(60), at(90)).await.unwrap(), None, "the end");
    assert_eq!(access.signed_in(&[4; 32], at(1), at(31)).await.unwrap(), None, "nobody");
}

async fn the_idle_end_moves_at_most_once_a_minute(store: Store) {
    let access = &store.journal.access;
    access.offer_setup([1; 32]).await.unwrap();
    access.set_up([1; 32], ana()).await.unwrap();
    let now = store.now();
    let at = |seconds: u64| now.after(Duration::from_secs(seconds));
    let sign_in = SignIn { hash: [3; 32], user: ana().id, expires_at: at(9999), idle_until: at(100) };
    access.sign_in(sign_in).await.unwrap();
    access.signed_in(&[3; 32], at(59), at(159)).await.unwrap().unwrap();
    assert_eq!(
        access.signed_in(&[3; 32], at(100), at(200)).await.unwrap(),
        None,
        "59 s were not worth a write"
    );
}

async fn signing_out_ends_a_sign_in(store: Store) {
    let access = &store.journal.access;
    access.offer_setup([1; 32]).await.unwrap();
    access.set_up([1; 32], ana()).await.unwrap();
    let later = store.now().after(Duration::from_secs(600));
    let sign_in = SignIn { hash: [3; 32], user: ana().id, expires_at: later, idle_until: later };
    access.sign_in(sign_in).await.unwrap();
    access.sign_out(&[3; 32]).await.unwrap();
    assert_eq!(access.signed_in(&[3; 32], store.now(), later).await.unwrap(), None);
}

async fn a_token_is_found_by_its_hash(store: Store) {
    let access = &store.journal.access;
    access.add_token(token(1, 5)).await.unwrap();
    assert_eq!(access.token(&[5; 32]).await.unwrap(), Some(token(1, 5)));
    assert_eq!(access.token(&[6; 32]).await.unwrap(), None);
    assert!(matches!(access.add_token(token(1, 6)).await, Err(Error::Exists { .. })), "the same id");
    assert!(matches!(access.add_token(token(2, 5)).await, Err(Error::Exists { .. })), "the same hash");
}

crate::for_both! {
    the_setup_link_works_once,
    where_somebody_exists_no_setup_link_works,
    a_new_setup_link_takes_the_place_of_the_old_one,
    a_sign_in_ends_at_its_end_or_when_it_is_idle,
    the_idle_end_moves_at_most_once_a_minute,
    signing_out_ends_a_sign_in,
    a_token_is_found_by_its_hash,
}
