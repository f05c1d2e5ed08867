# Every command anyone runs. `make` alone explains them.
.DEFAULT_GOAL := help
.PHONY: help install lock clean
ARGS ?=

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Make .venv: locked packages, every member editable
	@scripts/install

lock: ## Resolve dependencies into requirements.lock (ARGS=--upgrade takes the newest)
	@scripts/lock $(ARGS)
