//! `cauce check`, `cauce run` and `cauce token` from outside.

use std::process::{Command, Output};

use crate::process::{CAUCE, shipped};

fn cauce(arguments: &[&str]) -> Output {
    Command::new(CAUCE).args(arguments).env("CAUCE_LOG", "error").output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_shipped_flows_are_all_good() {
    let checked = cauce(&["check", &shipped().display().to_string()]);
    assert_eq!(checked.status.code(), Some(0), "{}", out(&checked));
    assert_eq!(out(&checked), "4 files checked: all good\n");
}

/// The YAML blocks of a page of the guide, each made a whole file by the keys that it leaves out.
fn examples(page: &str) -> Vec<String> {
    let path = shipped().join("../docs/guide").join(page);
    let text = std::fs::read_to_string(path).expect("the page");
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    let whole = |(number, (block, _)): (usize, (&str, &str))| {
        let has = |key: &str| block.lines().any(|line| line.starts_with(key));
        let mut file = if has("version:") { String::new() } else { format!("version: 1\nid: e{number}\n") };
        for (key, lines) in
            [("triggers:", "triggers:\n  - use: webhook@1\n"), ("steps:", "steps:\n  - wait: 1h\n")]
        {
            if !has(key) {
                file.push_str(lines);
            }
        }
        format!("{file}{block}\n")
    };
    blocks.enumerate().map(whole).collect()
}

#[test]
fn the_examples_of_the_guide_are_all_good() {
    for (page, at_least) in [("language.md", 20), ("when-things-fail.md", 4)] {
        let folder = tempfile::tempdir().expect("a folder");
        let examples = examples(page);
        assert!(examples.len() >= at_least, "{page} has {} examples", examples.len());
        for text in &examples {
            let id = text.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id");
            std::fs::write(folder.path().join(format!("{id}.yaml")), text).expect("a file");
        }
        let checked = cauce(&["check", &folder.path().display().to_string()]);
        assert_eq!(out(&checked), format!("{} files checked: all good\n", examples.len()), "{page}");
    }
}

const MISTAKES: &str = "version: 1
id: mistakes
triggers:
  - id: hook
    use: webhok@1
steps:
  - id: first
    set: { x: \"${{ steps.second.output.y }}\" }
  - id: second
    use: data.log@1
    with: { mesage: hi }
    retries: 3
";

#[test]
fn every_mistake_is_reported_at_once_with_its_place_and_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mistakes.yaml");
    std::fs::write(&file, MISTAKES.replace("    retries: 3\n", "")).expect("a file");
    let checked = cauce(&["check", &file.display().to_string()]);
    let said = out(&checked);
    assert_eq!(checked.status.code(), Some(1), "{said}");
    for part in [
        "W101",
        "did you mean `webhook@1`?",
        "W110",
        "has not run yet here",
        "W105",
        "did you mean `message`?",
        "W106",
    ] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
    assert!(said.contains("mistakes.yaml:5:"), "{said}");
    std::fs::write(&file, MISTAKES).expect("a file");
    let unknown = out(&cauce(&["check", &file.display().to_string()]));
    assert!(unknown.contains("`retries`") && unknown.contains("did you mean `retry"), "{unknown}");
    let annotated = out(&cauce(&["check", "--format", "github", &file.display().to_string()]));
    assert!(annotated.starts_with("::error file="), "{annotated}");
    let json = out(&cauce(&["check", "--format", "json", &file.display().to_string()]));
    let first: serde_json::Value = serde_json::from_str(json.lines().next().expect("a line")).expect("JSON");
    assert!(first["code"].is_string() && first["pointer"].is_string(), "{first}");
}

#[test]
fn a_run_on_the_command_line_prints_its_timeline() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hello.yaml");
    let text = "version: 1\nid: hello\ntriggers:\n  - use: manual@1\nsteps:\n  - id: greet\n    set: { text: \"Hello ${{ trigger.body.name }}\" }\n  - id: log\n    use: data.log@1\n    with: { message: \"${{ steps.greet.output.text }}\" }\noutputs:\n  text: ${{ steps.greet.output.text }}\n";
    std::fs::write(&file, text).expect("a file");
    let ran = cauce(&["run", &file.display().to_string(), "--event", "{\"name\": \"Ada\"}"]);
    let said = out(&ran);
    assert_eq!(ran.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("ok   greet") && said.contains("ok   log") && said.contains("Hello Ada"), "{said}");
    let missing = cauce(&["run", &file.display().to_string()]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(out(&missing).contains("`trigger.body.name` is missing"), "{}", out(&missing));
}

#[test]
fn a_run_on_the_command_line_is_handed_over_its_inputs() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("greets.yaml");
    let text = "version: 1\nid: greets\ninputs:\n  name: { type: text, required: true }\n  word: { type: text, default: Hello }\ntriggers:\n  - use: manual@1\nsteps:\n  - id: greet\n    set: { text: \"${{ inputs.word }} ${{ inputs.name }}\" }\noutputs:\n  text: ${{ steps.greet.output.text }}\n";
    std::fs::write(&file, text).expect("a file");
    let ran = cauce(&["run", &file.display().to_string(), "--inputs", "{\"name\": \"Ada\"}"]);
    let said = out(&ran);
    assert_eq!(ran.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("Hello Ada"), "{said}");
    let missing = cauce(&["run", &file.display().to_string()]);
    assert_eq!(missing.status.code(), Some(1));
    let words = String::from_utf8_lossy(&missing.stderr);
    assert!(words.contains("the input `name` is missing"), "{words}");
}

#[test]
fn wrong_usage_is_two_and_a_missing_file_is_one_with_words() {
    assert_eq!(cauce(&["chekc"]).status.code(), Some(2));
    let missing = cauce(&["check", "nowhere.yaml"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("`nowhere.yaml` could not be read"));
}

#[test]
fn the_description_of_the_api_is_the_one_the_web_app_is_built_from() {
    let printed = out(&cauce(&["openapi"]));
    let kept = include_str!("../../../../web/openapi.json");
    assert_eq!(printed, kept, "run `cauce openapi > web/openapi.json` and `npm run api` in web");
}
