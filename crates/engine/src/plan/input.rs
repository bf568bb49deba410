//! What a caller hands over.

use cauce_model::StepError;
use cauce_model::workflow::{Input, InputKind};
use serde_json::{Map, Value};

use super::Plan;
use crate::near::did_you_mean;

impl Plan {
    /// What a run gets of what a caller hands over: checked against what is declared, defaults filled in.
    ///
    /// # Errors
    /// The first value that does not fit, as the step that calls shows it.
    pub fn take_inputs(&self, given: &Value) -> Result<Value, StepError> {
        let nothing = Map::new();
        let given = match given {
            Value::Null => &nothing,
            Value::Object(fields) => fields,
            _ => return Err(refused("inputs must be an object".to_owned(), None)),
        };
        let names: Vec<&str> = self.inputs.iter().map(|input| input.name.as_str()).collect();
        if let Some(name) = given.keys().find(|name| !names.contains(&name.as_str())) {
            let message = format!("`{}` takes no input `{name}`", self.workflow);
            return Err(refused(message, Some(did_you_mean(name, &names))));
        }
        let mut taken = Map::new();
        for input in &self.inputs {
            match given.get(&input.name).or(input.default.as_ref()) {
                Some(value) => {
                    fits(input, value)?;
                    taken.insert(input.name.clone(), value.clone());
                }
                None if input.required => {
                    let message = format!("the input `{}` is missing", input.name);
                    return Err(refused(message, Some(format!("hand over a value for `{}`", input.name))));
                }
                None => {}
            }
        }
        Ok(Value::Object(taken))
    }

    /// What an input is when nobody handed it over.
    pub(crate) fn input_default(&self, name: &str) -> Option<&Value> {
        self.inputs.iter().find(|input| input.name == name)?.default.as_ref()
    }
}

fn fits(input: &Input, value: &Value) -> Result<(), StepError> {
    let (is_it, wanted) = match input.kind {
        InputKind::Any => (true, "a value"),
        InputKind::Text => (value.is_string(), "a text"),
        InputKind::Number => (value.is_number(), "a number"),
        InputKind::Boolean => (value.is_boolean(), "a boolean"),
        InputKind::List => (value.is_array(), "a list"),
        InputKind::Object => (value.is_object(), "an object"),
    };
    if !is_it {
        return Err(refused(format!("the input `{}` must be {wanted}", input.name), None));
    }
    if !input.choices.is_empty() && !input.choices.contains(value) {
        let choices: Vec<_> = input.choices.iter().map(ToString::to_string).collect();
        let hint = format!("it may be {}", choices.join(", "));
        return Err(refused(
            format!("the input `{}` has a value that it may not have", input.name),
            Some(hint),
        ));
    }
    Ok(())
}

fn refused(message: String, hint: Option<String>) -> StepError {
    StepError { code: "E009".to_owned(), message, hint, status: None }
}
