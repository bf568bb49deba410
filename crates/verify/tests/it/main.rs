//! Verification through its public verbs, against a DNS of a few lines and cases that others wrote.

#[cfg(test)]
mod never_panics;
#[cfg(test)]
mod published_table;
#[cfg(test)]
mod result_object;
#[cfg(test)]
mod spelling;
#[cfg(test)]
mod syntax_cases;
#[cfg(test)]
mod verdicts;
#[cfg(test)]
mod zone;
