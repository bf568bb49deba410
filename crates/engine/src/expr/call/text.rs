//! Functions on texts.

use serde_json::Value;

use super::super::arithmetic::type_error;
use super::super::does::Does;
use super::super::error::EvalError;
use super::super::fuel::Fuel;
use super::Call;

/// What a text costs in a list besides its bytes.
const ITEM: usize = 8;

impl Call<'_, '_> {
    pub(super) fn cased(&self, fuel: &mut Fuel) -> Result<Value, EvalError> {
        let text = self.text(0)?;
        fuel.make(text.len(), self.span)?;
        let cased = match self.function.does {
            Does::Lower => text.to_lowercase(),
            Does::Upper => text.to_uppercase(),
            _ => title(text),
        };
        // A few letters become longer: `ß` is `SS`.
        if cased.len() > text.len() {
            fuel.make(cased.len(), self.span)?;
        }
        Ok(Value::from(cased))
    }

    pub(super) fn replace(&self, fuel: &mut Fuel) -> Result<Value, EvalError> {
        let (text, from, to) = (self.text(0)?, self.text(1)?, self.text(2)?);
        if from.is_empty() {
            return Err(type_error("`replace` needs something to look for".to_owned(), self.span));
        }
        let count = text.matches(from).count();
        fuel.make(text.len() - count * from.len() + count.saturating_mul(to.len()), self.span)?;
        Ok(Value::from(text.replace(from, to)))
    }

    pub(super) fn split(&self, fuel: &mut Fuel) -> Result<Value, EvalError> {
        let text = self.text(0)?;
        let separator = if self.values.len() == 1 { None } else { Some(self.text(1)?) };
        let count = match separator {
            None => text.split_whitespace().count(),
            Some("") => {
                let error = type_error("`split` needs a separator".to_owned(), self.span);
                return Err(error.hint("`split` without one splits at blanks"));
            }
            Some(separator) => text.matches(separator).count() + 1,
        };
        fuel.make(text.len() + count * ITEM, self.span)?;
        Ok(match separator {
            None => text.split_whitespace().map(Value::from).collect(),
            Some(separator) => text.split(separator).map(Value::from).collect(),
        })
    }

    pub(super) fn join(&self, fuel: &mut Fuel) -> Result<Value, EvalError> {
        let separator = if self.values.len() == 1 { "" } else { self.text(1)? };
        let texts = self
            .items()?
            .iter()
            .map(|item| item.as_str().ok_or_else(|| self.wrong("a list of texts", item)))
            .collect::<Result<Vec<_>, _>>()?;
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        fuel.make(bytes.saturating_add(separator.len().saturating_mul(texts.len())), self.span)?;
        Ok(Value::from(texts.join(separator)))
    }

    pub(super) fn to_text(&self, fuel: &mut Fuel) -> Result<Value, EvalError> {
        let Value::Array(items) = self.value(0) else { return self.plain(self.value(0)).map(Value::from) };
        let texts = items.iter().map(|item| self.plain(item)).collect::<Result<Vec<_>, _>>()?;
        fuel.make(texts.iter().map(|text| text.len() + ITEM).sum(), self.span)?;
        Ok(Value::from(texts))
    }

    fn plain(&self, value: &Value) -> Result<String, EvalError> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
            Value::Null => Err(self.wrong("a text, a number or a boolean", value)),
            Value::Array(_) | Value::Object(_) => {
                Err(self.wrong("a text, a number or a boolean", value).hint("write `... | json`"))
            }
        }
    }
}

fn title(text: &str) -> String {
    let mut at_start = true;
    let mut titled = String::with_capacity(text.len());
    for c in text.chars() {
        if at_start {
            titled.extend(c.to_uppercase());
        } else {
            titled.extend(c.to_lowercase());
        }
        at_start = !c.is_alphanumeric() && c != '\'' && c != '\u{2019}';
    }
    titled
}
