# What people type. ARGS goes to the command behind a target: make up ARGS="--nodes 3", make bench ARGS=--help
.DEFAULT_GOAL := help
.PHONY: up down test check bench help style fast
ARGS ?=
PY := .venv/bin/python
# The first that runs and is new enough (a version manager's shim may be there and not run); PYTHON=… chooses another.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
  $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

up: ## From nothing to a URL that answers: tools, sandbox, pulumi up
	@$(call bootstrap,all)
	@$(PY) -m sandbox up --deploy $(ARGS)

down: ## Undo it; what stays: built tools, passphrase, caches of Go and uv, .venv, Debian packages
	@if [ -x $(PY) ]; then exec $(PY) -m sandbox down $(ARGS); fi; \
	if [ ! -e /run/monadic-sandbox ] && [ ! -e "$${XDG_CACHE_HOME:-$$HOME/.cache}/monadic-pipeline/sandbox" ]; then \
	  echo 'no sandbox is here; nothing to undo'; exit; fi; \
	$(call bootstrap,python) && $(PY) -m sandbox down $(ARGS)

check: ## The fast tests: style, types, rules, units, the program under a recording engine
	@$(call bootstrap,python)
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target style fast

style:
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m pyright

fast:
	@$(PY) -m pytest -q -n auto tests/unit tests/component tests/program $(ARGS)

test: ## Everything, with the sandbox: real engine, registry, cluster (of long families some; ARGS=--whole for all)
	@$(call bootstrap,test)
	@$(MAKE) --no-print-directory style
	@$(PY) -m pytest -n auto --dist loadgroup tests $(ARGS)

bench: ## Measure, and write docs/benchmarks.md, or with ARGS=--faults docs/pull-faults-measured.md
	@$(call bootstrap,all)
	@env -u MAKEFLAGS -u MFLAGS -u ARGS $(PY) -m bench $(ARGS)  # it calls make itself, with arguments of its own

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

define bootstrap
"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  || { echo 'error: Python 3.11 or newer is needed; on Debian and Ubuntu type: sudo apt-get install python3 python3-venv' >&2; exit 1; }; \
"$(PYTHON)" -m sandbox.bootstrap $(1)
endef
