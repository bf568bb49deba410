//! The nouns that travel: workflows, events, runs, entries, ids, problems; and the YAML loader.
