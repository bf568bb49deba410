//! A JSON value with templates in it, compiled once; rendering fills them from a scope.

use cauce_model::{Hole, pointer_to};
use serde_json::{Map, Value};

use crate::expr::{EvalError, Fuel, Lookup, Part, Rendered, Scope, Segment, Template};

/// A compiled value.
#[derive(Debug)]
pub enum Form {
    /// No template in it.
    Literal(Value),
    /// A text with `${{ }}` in it.
    Template(Template),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(String, Self)>),
}

/// A rendering error with the place in the value.
#[derive(Debug)]
pub struct At<E> {
    /// JSON pointer into the value.
    pub pointer: String,
    /// What went wrong there.
    pub error: E,
}

impl Form {
    /// The form of `value`, in which `names` exist besides those that always do. Every text that does not parse is told to `complain` with its pointer below `at`.
    pub fn compile(
        value: &Value,
        at: &str,
        names: &[String],
        complain: &mut dyn FnMut(&str, crate::expr::ExprError),
    ) -> Self {
        match value {
            Value::String(text) => match Template::parse_with(text, names) {
                Ok(template) if !template.is_literal() => Self::Template(template),
                Ok(_) => Self::Literal(value.clone()),
                Err(error) => {
                    complain(at, error);
                    Self::Literal(Value::Null)
                }
            },
            Value::Array(items) => {
                let forms: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        Self::compile(item, &pointer_to(at, &index.to_string()), names, complain)
                    })
                    .collect();
                Self::literal_if_all(forms, value, Self::List)
            }
            Value::Object(fields) => {
                let forms: Vec<_> = fields
                    .iter()
                    .map(|(key, field)| {
                        (key.clone(), Self::compile(field, &pointer_to(at, key), names, complain))
                    })
                    .collect();
                if forms.iter().all(|(_, form)| form.is_literal()) {
                    Self::Literal(value.clone())
                } else {
                    Self::Object(forms)
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Literal(value.clone()),
        }
    }

    fn literal_if_all(forms: Vec<Self>, value: &Value, make: fn(Vec<Self>) -> Self) -> Self {
        if forms.iter().all(Self::is_literal) { Self::Literal(value.clone()) } else { make(forms) }
    }

    const fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Every template with its pointer below `at`.
    pub fn templates<'a>(&'a self, at: &str, visit: &mut dyn FnMut(&str, &'a Template)) {
        match self {
            Self::Literal(_) => {}
            Self::Template(template) => visit(at, template),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.templates(&pointer_to(at, &index.to_string()), visit);
                }
            }
            Self::Object(fields) => {
                for (key, field) in fields {
                    field.templates(&pointer_to(at, key), visit);
                }
            }
        }
    }

    /// The value, with every template filled. A place that takes environment values shows its template text, and is
    /// named in `holes`. Each template has its own fuel.
    pub fn render(&self, scope: &dyn Scope, holes: &mut Vec<Hole>) -> Result<Value, At<EvalError>> {
        self.render_at(scope, String::new(), holes)
    }

    fn render_at(
        &self,
        scope: &dyn Scope,
        pointer: String,
        holes: &mut Vec<Hole>,
    ) -> Result<Value, At<EvalError>> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Template(template) => {
                match template.render_with_holes(&Field::new(scope, &pointer), &mut Fuel::default()) {
                    Ok(Rendered::Value(value)) => Ok(value),
                    Ok(Rendered::Hole(parts)) => {
                        holes.push(Hole { pointer, parts });
                        Ok(Value::String(shown(template)))
                    }
                    Err(error) => Err(At { pointer, error }),
                }
            }
            Self::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| item.render_at(scope, pointer_to(&pointer, &index.to_string()), holes))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Array),
            Self::Object(fields) => fields
                .iter()
                .map(|(key, field)| {
                    Ok((key.clone(), field.render_at(scope, pointer_to(&pointer, key), holes)?))
                })
                .collect::<Result<Map<_, _>, _>>()
                .map(Value::Object),
        }
    }
}

/// One field's scope: two fields that ask for a `uuid()` get two.
struct Field<'a> {
    scope: &'a dyn Scope,
    seed: String,
}

impl<'a> Field<'a> {
    fn new(scope: &'a dyn Scope, pointer: &str) -> Self {
        Self { scope, seed: format!("{}{pointer}", scope.seed()) }
    }
}

impl Scope for Field<'_> {
    fn lookup(&self, path: &[Segment]) -> Lookup<'_> {
        self.scope.lookup(path)
    }

    fn now(&self) -> i64 {
        self.scope.now()
    }

    fn seed(&self) -> &str {
        &self.seed
    }
}

/// The template as written: what people see where a secret goes.
fn shown(template: &Template) -> String {
    template
        .parts()
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Expr(expr, _) => format!("${{{{ {} }}}}", expr.source().trim()),
        })
        .collect()
}
