//! One cause, one message: what is wrong with each kind of text.

use cauce_verify::Level;
use cauce_verify::syntax::{Address, Cause};

#[test]
fn every_cause_has_its_own_text_that_shows_it() {
    let long = |count| "a".repeat(count);
    for (text, cause) in [
        (String::new(), Cause::Empty),
        (" ana@shop.dev".into(), Cause::SpaceAround),
        ("ana@shop.dev\n".into(), Cause::SpaceAround),
        ("Ana <ana@shop.dev>".into(), Cause::DisplayName),
        ("\"Ana\" <ana@shop.dev>".into(), Cause::DisplayName),
        ("ana".into(), Cause::NoAt),
        ("\"ana\"".into(), Cause::NoAt),
        ("ana＠shop.dev".into(), Cause::OddAt { symbol: '＠' }),
        ("a@b@shop.dev".into(), Cause::TwoAts),
        ("@shop.dev".into(), Cause::NoLocal),
        ("\"\"@shop.dev".into(), Cause::NoLocal),
        (".ana@shop.dev".into(), Cause::LocalDotAtEdge),
        ("a..b@shop.dev".into(), Cause::LocalTwoDots),
        ("a b@shop.dev".into(), Cause::LocalCharacter { symbol: ' ' }),
        ("a(x)@shop.dev".into(), Cause::LocalCharacter { symbol: '(' }),
        ("a\u{200b}b@shop.dev".into(), Cause::LocalUnseen { symbol: '\u{200b}' }),
        (long(65) + "@shop.dev", Cause::LocalTooLong { octets: 65 }),
        ("\"ana@shop.dev".into(), Cause::QuoteOpen),
        ("\"a\"b@shop.dev".into(), Cause::AfterQuote),
        ("ana@".into(), Cause::NoDomain),
        ("ana@[127.0.0.1]".into(), Cause::AddressLiteral),
        ("ana@shop.dev.".into(), Cause::DomainDotAtEdge),
        ("ana@shop..dev".into(), Cause::DomainTwoDots),
        ("ana@-shop.dev".into(), Cause::LabelHyphen),
        ("ana@ab--c.dev".into(), Cause::LabelReserved),
        ("ana@shop_a.dev".into(), Cause::DomainCharacter { symbol: '_' }),
        ("ana@xn--0.dev".into(), Cause::Idna),
        (format!("ana@{}.dev", long(64)), Cause::LabelTooLong { octets: 64 }),
        (format!("a@{}dev", (long(62) + ".").repeat(4)), Cause::DomainTooLong { octets: 255 }),
        ("ana@shop".into(), Cause::OneLabel),
        ("ana@10.0.0.1".into(), Cause::TopLevel),
        (format!("{}@{}dev", long(64), (long(62) + ".").repeat(3)), Cause::AddressTooLong { octets: 257 }),
    ] {
        let error = Address::parse(&text).unwrap_err();
        assert_eq!(error.cause, cause, "{text}");
        assert!(!error.hint().is_empty() && !error.to_string().ends_with('.'), "{error}");
    }
}

#[test]
fn the_longest_parts_are_taken() {
    let local = "a".repeat(64);
    let domain = format!("{}.{}.{}.dev", "b".repeat(63), "c".repeat(63), "d".repeat(57));
    let text = format!("{local}@{domain}");
    assert_eq!(text.len(), 254);
    assert_eq!(Address::parse(&text).unwrap().normalized(), text);
}

#[test]
fn the_level_says_which_rules_an_address_keeps() {
    for (text, level) in [
        ("ana@shop.dev", Level::Html5),
        ("ana@臺網中心.tw", Level::Html5),
        ("\"a b\"@shop.dev", Level::Rfc5321),
        ("ñandú@shop.dev", Level::Eai),
    ] {
        assert_eq!(Address::parse(text).unwrap().level, level, "{text}");
    }
}

#[test]
fn a_tag_is_known_only_where_it_is_one() {
    for (text, tag, name) in [
        ("ana+news@shop.dev", Some("news"), "ana"),
        ("ana+a+b@shop.dev", Some("a+b"), "ana"),
        ("ana+@shop.dev", None, "ana"),
        ("+ana@shop.dev", Some("ana"), "+ana"),
        ("\"a +b\"@shop.dev", None, "\"a +b\""),
    ] {
        let address = Address::parse(text).unwrap();
        assert_eq!((address.subaddress(), address.without_tag()), (tag, name), "{text}");
    }
}
