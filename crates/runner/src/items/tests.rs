//! Items come in order, each once, wherever a chunk ends.

use std::io::Cursor;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read_all(form: Form, text: &str, most: usize) -> Result<Vec<Value>, String> {
    let (mut items, mut after) = (Vec::new(), 0);
    loop {
        let content = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let chunk = chunk(form, content, after, most).map_err(|error| error.to_string())?;
        assert!(chunk.items.len() <= most);
        assert!(chunk.last || chunk.after > after, "a chunk that is not the last goes on");
        items.extend(chunk.items);
        after = chunk.after;
        if chunk.last {
            return Ok(items);
        }
    }
}

#[test]
fn rows_of_a_spreadsheet_become_objects_by_the_names_in_the_first_row() {
    let text = "\u{feff}email,name,note\r\nada@example.com,Ada,\"two\nlines, \"\"quoted\"\"\"\r\nbob@example.com,Bob\r\n";
    for most in [1, 2, 500] {
        let items = read_all(Form::Csv, text, most).unwrap();
        assert_eq!(
            items,
            [
                json!({"email": "ada@example.com", "name": "Ada", "note": "two\nlines, \"quoted\""}),
                json!({"email": "bob@example.com", "name": "Bob"}),
            ]
        );
    }
}

#[test]
fn semicolons_and_tabs_are_seen() {
    assert_eq!(read_all(Form::Csv, "a;b\n1,5;2\n", 9).unwrap(), [json!({"a": "1,5", "b": "2"})]);
    assert_eq!(read_all(Form::Csv, "a\tb\n1\t2\n", 9).unwrap(), [json!({"a": "1", "b": "2"})]);
    assert_eq!(read_all(Form::Csv, "\"x;y\",b\n1,2\n", 9).unwrap(), [json!({"x;y": "1", "b": "2"})]);
}

#[test]
fn a_file_without_rows_has_no_items() {
    assert_eq!(read_all(Form::Csv, "a,b\n", 5).unwrap(), Vec::<Value>::new());
    assert_eq!(read_all(Form::Csv, "", 5).unwrap(), Vec::<Value>::new());
    assert_eq!(read_all(Form::Lines, "\n\n", 5).unwrap(), Vec::<Value>::new());
    assert_eq!(read_all(Form::List, " [ ] ", 5).unwrap(), Vec::<Value>::new());
}

#[test]
fn a_line_that_is_no_json_is_named_by_its_place() {
    let error = read_all(Form::Lines, "{\"a\":1}\n{oops\n", 5).unwrap_err();
    assert!(error.starts_with("the line that begins at byte 8 is no JSON"), "{error}");
    let error = read_all(Form::List, "[1, {oops}]", 5).unwrap_err();
    assert!(error.starts_with("the item that begins at byte 4 is no JSON"), "{error}");
    assert!(read_all(Form::List, "{\"a\": 1}", 5).unwrap_err().contains("begins with `[`"));
    assert!(read_all(Form::List, "[1, 2", 5).unwrap_err().contains("breaks off"));
}

#[test]
fn an_item_beyond_the_limit_is_refused_and_not_loaded() {
    let long = "x".repeat(LARGEST);
    assert!(read_all(Form::Lines, &format!("\"{long}\"\n"), 5).unwrap_err().contains("more than"));
    assert!(read_all(Form::List, &format!("[\"{long}\"]"), 5).unwrap_err().contains("more than"));
    assert!(read_all(Form::Csv, &format!("a\n{long}x\n"), 5).unwrap_err().contains("more than"));
}

#[test]
fn the_form_is_known_by_type_or_by_name() {
    let file = |kind: &str, name: &str| Form::of(&json!({"file": "x", "type": kind, "name": name}));
    assert_eq!(file("text/csv; charset=utf-8", "x"), Some(Form::Csv));
    assert_eq!(file("application/octet-stream", "People.CSV"), Some(Form::Csv));
    assert_eq!(file("application/x-ndjson", "x"), Some(Form::Lines));
    assert_eq!(file("", "x.json"), Some(Form::List));
    assert_eq!(file("image/png", "x.png"), None);
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[\\PC\"\\\\,\\[\\]{}]{0,12}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z\"]{1,4}", inner, 0..4)
                .prop_map(|fields| fields.into_iter().collect::<Value>()),
        ]
    });
    prop::collection::vec(value, 0..12)
}

proptest! {
    #[test]
    fn any_list_comes_back_item_by_item_whatever_the_chunk(items in values(), most in 1_usize..5) {
        let list = serde_json::to_string_pretty(&items).unwrap();
        prop_assert_eq!(&read_all(Form::List, &list, most).unwrap(), &items);
        let lines: String = items.iter().map(|item| format!("{item}\n")).collect();
        prop_assert_eq!(&read_all(Form::Lines, &lines, most).unwrap(), &items);
    }

    #[test]
    fn any_table_comes_back_row_by_row(rows in prop::collection::vec(("\\PC{1,8}", "[\\PC,\"\n;]{0,8}"), 0..12), most in 1_usize..5) {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(["first", "second"]).unwrap();
        for (first, second) in &rows {
            writer.write_record([first, second]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let expected: Vec<Value> = rows.iter().map(|(first, second)| json!({"first": first, "second": second})).collect();
        prop_assert_eq!(read_all(Form::Csv, &text, most).unwrap(), expected);
    }
}
