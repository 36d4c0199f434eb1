# `make demo` and `make test` each set up all that they need on a fresh machine.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

.PHONY: demo test check constraints clean

demo: .venv/installed-demo
	@.venv/bin/isang demo

test: .venv/installed-test
	@.venv/bin/python -m pytest -q

check: .venv/installed-test
	@failed=0; .venv/bin/ruff check . || failed=1; .venv/bin/ruff format --check . || failed=1; .venv/bin/mypy || failed=1; \
	exit $$failed

clean:
	@rm -rf .venv

.venv/installed-demo: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" ./.ci/install "." $@

.venv/installed-test: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" ./.ci/install ".[test,pyod,deep,llm]" $@

constraints: .venv/installed-test
	@(sed '/^torch==/q' constraints.txt; .venv/bin/python -m pip freeze --exclude-editable | grep -v '^torch') > .venv/constraints.txt
	@mv .venv/constraints.txt constraints.txt
