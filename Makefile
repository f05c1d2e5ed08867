# Every command anyone runs. `make` alone explains them; CI runs the same recipes.
.DEFAULT_GOAL := help
.PHONY: help install console up test check fmt lock generate bench clean
ARGS ?=
JOBS ?= 3
BIN := .venv/bin

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Make .venv: the locked packages, every member editable
	@scripts/install

console: install ## Build the browser's console; `make up` does it when something changed
	@scripts/console build

up: install ## Start everything on this machine (ARGS="--port 9000", see skep up --help)
	@scripts/console offer
	@exec $(BIN)/skep up $(ARGS)

test: check ## Everything that must hold: check, then all tests (ARGS="-k sandbox" picks some)
	@echo "── console: tests, build"
	@scripts/console test
	@scripts/test-services
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --reruns 1 --ignore tests/architecture $(ARGS)

check: install ## What needs no running: format, lint, types, imports, architecture
	@scripts/check

fmt: install ## Format, and mend what the linter can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock: ## Resolve dependencies into requirements.lock (ARGS=--upgrade takes the newest)
	@scripts/lock $(ARGS)

generate: install ## Write what is made from the contracts: schemas, golden files, pages
	@$(BIN)/python scripts/generate.py
	@scripts/console generate

bench: install ## Measure (ARGS="--help" lists what)
	@$(BIN)/python bench/run.py $(ARGS)

clean: ## Remove .venv, .tools and every cache; data directories stay
	@rm -rf .venv .tools console/node_modules services/gateway/src/skep_gateway/static
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
