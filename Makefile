# The two commands of the README are `make run` and `make test`; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where cargo builds. Kept in one variable so that the tests can find the binary they drive.
export CARGO_TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
# Where this Makefile keeps what it installs for the tests.
export CAUCE_CACHE := $(or $(CAUCE_CACHE),$(HOME)/.cache/cauce)

.PHONY: help run test check bench prove web

help: ## list what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-6s %s\n", $$1, $$2 }'

run: web ## build everything and start Cauce with the demo apps
	@cargo build --release --locked -p cauce-cli
	@exec "$$CARGO_TARGET_DIR/release/cauce" serve --demo --workflows workflows --data data

test: ## run every test: Rust, web, end to end in a headless browser
	@.ci/test

check: ## look at formatting and lints only
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --profile ci --locked -- -D warnings

bench: web ## measure acknowledgements, runs, memory and starts (bench/run quick: the short form)
	@bench/run

prove: web ## kill, starve and mislead the server for hours, and judge it from outside
	@.ci/prove

web: ## build the web app into web/dist, where the server takes it from
	@.ci/install rust web
	@npm --prefix web run --silent build
