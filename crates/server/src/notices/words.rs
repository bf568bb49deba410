//! The words of letters, in English and Spanish.

use cauce_model::HoldReason;
use serde::{Deserialize, Serialize};

/// The language of a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// The same thing in both languages.
macro_rules! say {
    ($language:expr, $en:expr, $es:expr $(,)?) => {
        match $language {
            Language::En => $en,
            Language::Es => $es,
        }
    };
}

impl Language {
    /// The word that accounts and settings have for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        say!(self, "en", "es")
    }

    /// The language of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::En, Self::Es].into_iter().find(|language| language.word() == word)
    }

    /// `1 run`, `3 runs`.
    fn runs(self, count: u64) -> String {
        say!(self, plural(count, "run", "runs"), plural(count, "ejecución", "ejecuciones"))
    }

    fn failed_and_held(self, failed: u64, held: u64) -> String {
        let fails = || self.runs(failed) + say!(self, " failed", plain(failed, " falló", " fallaron"));
        let holds = || {
            say!(
                self,
                self.runs(held) + plain(held, " is on hold", " are on hold"),
                self.runs(held) + plain(held, " está retenida", " están retenidas"),
            )
        };
        match (failed, held) {
            (_, 0) => fails(),
            (0, _) => holds(),
            _ => format!("{}, {}", fails(), holds()),
        }
    }

    /// The subject of a digest about one workflow.
    pub(super) fn subject(self, name: &str, failed: u64, held: u64) -> String {
        format!("{name}: {}", self.failed_and_held(failed, held))
    }

    /// The subject where that workflow failed in a row.
    pub(super) fn failing_subject(self, name: &str, times: u64) -> String {
        say!(
            self,
            format!("{name} failed {times} times in a row"),
            format!("{name} falló {times} veces seguidas")
        )
    }

    /// The subject of a digest about several workflows.
    pub(super) fn several(self, flows: usize, failed: u64, held: u64) -> String {
        let what = self.failed_and_held(failed, held);
        say!(
            self,
            format!("{flows} workflows need you: {what}"),
            format!("{flows} flujos te necesitan: {what}")
        )
    }

    pub(super) const fn greeting(self) -> &'static str {
        say!(
            self,
            "Something of yours did not go as it should. Nothing is lost: this is what happened, and what you can do.",
            "Algo tuyo no fue como debía. No se ha perdido nada: esto es lo que pasó y lo que puedes hacer.",
        )
    }

    pub(super) fn in_a_row(self, times: u64, since: &str) -> String {
        say!(
            self,
            format!(
                "It failed {times} times in a row, since {since}. It may go on failing until somebody looks."
            ),
            format!(
                "Falló {times} veces seguidas, desde el {since}. Puede seguir fallando hasta que alguien mire."
            ),
        )
    }

    pub(super) fn at(self, moment: &str) -> String {
        say!(self, format!("at {moment}"), format!("el {moment}"))
    }

    pub(super) fn between(self, first: &str, last: &str) -> String {
        say!(self, format!("between {first} and {last}"), format!("entre el {first} y el {last}"))
    }

    pub(super) fn failed(self, count: u64, step: Option<&str>, when: &str) -> String {
        let (runs, step) = (self.runs(count), self.step(step));
        say!(self, format!("{runs} failed{step}, {when}"), {
            let failed = plain(count, "falló", "fallaron");
            format!("{runs} {failed}{step}, {when}")
        })
    }

    pub(super) fn held(self, count: u64, step: Option<&str>, when: &str) -> String {
        let (runs, step) = (self.runs(count), self.step(step));
        say!(
            self,
            {
                let held = plain(count, "was put on hold", "were put on hold");
                format!("{runs} {held}{step}, {when}")
            },
            {
                let held = plain(count, "quedó retenida", "quedaron retenidas");
                format!("{runs} {held}{step}, {when}")
            },
        )
    }

    fn step(self, step: Option<&str>) -> String {
        let Some(step) = step else { return String::new() };
        say!(self, format!(" at the step `{step}`"), format!(" en el paso `{step}`"))
    }

    pub(super) const fn held_word(self) -> &'static str {
        say!(self, "Why it waits for you", "Por qué te espera")
    }

    pub(super) const fn wrong(self) -> &'static str {
        say!(self, "What was wrong", "Qué falló")
    }

    pub(super) const fn helps(self) -> &'static str {
        say!(self, "What helps", "Qué ayuda")
    }

    pub(super) const fn cause(self) -> &'static str {
        say!(self, "Cause and cure", "Causa y remedio")
    }

    pub(super) const fn to_do(self) -> &'static str {
        say!(self, "What to do", "Qué hacer")
    }

    pub(super) const fn run(self, count: u64) -> &'static str {
        match count {
            1 => say!(self, "The run", "La ejecución"),
            _ => say!(self, "The last of them", "La última de ellas"),
        }
    }

    pub(super) const fn why_held(self, reason: HoldReason) -> &'static str {
        match reason {
            HoldReason::Exhausted => say!(self, "trying again did not help", "volver a intentarlo no sirvió"),
            HoldReason::InDoubt => say!(
                self,
                "nobody can tell whether it happened, and it may happen only once",
                "nadie sabe si llegó a pasar, y solo puede pasar una vez",
            ),
            HoldReason::NeedsLogin => {
                say!(self, "a password or token was refused", "se rechazó una contraseña o un token")
            }
            HoldReason::Poison => say!(
                self,
                "the server died each time it worked on this run",
                "el servidor se cayó cada vez que trabajaba en esta ejecución",
            ),
            HoldReason::Asked => say!(
                self,
                "it is set to wait for somebody when this goes wrong",
                "está hecho para esperar a alguien cuando esto sale mal",
            ),
        }
    }

    pub(super) const fn what_to_do(self, reason: HoldReason) -> &'static str {
        match reason {
            HoldReason::InDoubt => say!(
                self,
                "look whether it happened, then open the run and choose: It happened, Try again, or Skip the step",
                "mira si llegó a pasar; después abre la ejecución y elige: Sí se hizo, Reintentar u Omitir el paso",
            ),
            HoldReason::NeedsLogin => say!(
                self,
                "put the password or token right, then open the run and choose: Try again",
                "corrige la contraseña o el token; después abre la ejecución y elige: Reintentar",
            ),
            HoldReason::Poison => say!(
                self,
                "look at the log of the server from then, mend what it shows, then open the run and resume it",
                "mira el registro del servidor de entonces, arregla lo que muestre; después abre la ejecución y reanúdala",
            ),
            HoldReason::Exhausted | HoldReason::Asked => say!(
                self,
                "put right what is wrong, then open the run and choose: Try again, It happened, or Skip the step",
                "arregla lo que va mal; después abre la ejecución y elige: Reintentar, Sí se hizo u Omitir el paso",
            ),
        }
    }

    pub(super) fn behind(self, count: u64) -> String {
        let runs = self.runs(count);
        say!(
            self,
            {
                let wait = plain(count, "waits", "wait");
                let start = plain(count, "It starts", "They start");
                format!("{runs} {wait} behind those on hold. {start} when those go on or are cancelled.")
            },
            {
                let wait = plain(count, "espera", "esperan");
                let start = plain(count, "Empezará", "Empezarán");
                format!("{runs} {wait} detrás de las retenidas. {start} cuando estas sigan o se cancelen.")
            },
        )
    }

    pub(super) const fn replay(self) -> &'static str {
        say!(
            self,
            "A run that failed is over. When the cause is gone, open it and choose: \
             Run again, from the beginning or from the step that failed.",
            "Una ejecución que falló ha terminado. Cuando la causa desaparezca, ábrela y elige: \
             Repetir, desde el principio o desde el paso que falló.",
        )
    }

    pub(super) const fn all(self) -> &'static str {
        say!(self, "See all of them", "Ver todas")
    }

    pub(super) fn more(self, left: usize) -> String {
        say!(
            self,
            format!("And {left} other causes, which the page of runs shows."),
            format!("Y {left} causas más, que la página de ejecuciones muestra."),
        )
    }

    pub(super) const fn why_me(self) -> &'static str {
        say!(
            self,
            "You get this because these workflows are yours, or because nobody else is named as their owner. It comes once \
             an hour at most: what happens meanwhile stands in the next one.",
            "Recibes esto porque estos flujos son tuyos o porque no tienen otro dueño. Llega una vez por hora como mucho: \
             lo que pase entretanto irá en el siguiente.",
        )
    }

    pub(super) fn asks(self, step: &str, name: &str) -> String {
        say!(
            self,
            format!("Your answer is needed: {step} ({name})"),
            format!("Hace falta tu respuesta: {step} ({name})")
        )
    }

    pub(super) fn asked(self, step: &str, name: &str) -> String {
        say!(
            self,
            format!("The workflow \"{name}\" has come to \"{step}\" and waits for you to say yes or no."),
            format!("El flujo «{name}» ha llegado a «{step}» y espera que digas sí o no."),
        )
    }

    pub(super) fn fields(self, fields: &str) -> String {
        say!(self, format!("It also asks for: {fields}."), format!("También pide: {fields}."))
    }

    pub(super) fn until(self, deadline: &str) -> String {
        say!(
            self,
            format!("It waits until {deadline}, and goes on without an answer then."),
            format!("Espera hasta el {deadline}; entonces sigue sin respuesta."),
        )
    }

    pub(super) const fn answer(self) -> &'static str {
        say!(self, "Look and answer", "Ver y responder")
    }

    pub(super) const fn why_asked(self) -> &'static str {
        say!(
            self,
            "You get this because the workflow names you as one of those who decide. The first answer counts. You sign in to \
             give it.",
            "Recibes esto porque el flujo te nombra entre quienes deciden. Cuenta la primera respuesta. Para darla hay que \
             iniciar sesión.",
        )
    }
}

fn plain(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

fn plural(count: u64, one: &'static str, many: &'static str) -> String {
    format!("{count} {}", plain(count, one, many))
}
