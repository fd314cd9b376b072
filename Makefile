# Two commands do everything on a machine with Python 3.11, make and Debian's package manager:
#   make serve    the web chat on http://127.0.0.1:7860
#   make test     every check
# Others: make quick (no browser, no slow tests), make bench, make eval, make clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 7860

.DEFAULT_GOAL := help
.PHONY: help serve test quick install install-test system lint types bench eval clean

help:
	@sed -n '1,4s/^# \{0,1\}//p' Makefile

serve: install
	$(BIN)/suyuan serve --port $(PORT)

install: $(VENV)/.installed
install-test: $(VENV)/.installed-test

$(VENV)/bin/python:
	sh .ci/venv "$(PYTHON)" "$(VENV)"

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing into $(VENV): a few minutes the first time"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing into $(VENV), with what the checks need: some minutes the first time"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test,local-test]'
	touch $(VENV)/.installed $@

system:
	sh .ci/system

# axe-core checks the pages' accessibility; it comes from npm, which `system` brings.
AXE := build/npm/node_modules/axe-core/axe.min.js
$(AXE): | system
	npm install --prefix build/npm --no-save --no-fund --no-audit --silent axe-core@4

test: install-test system lint types $(AXE)
	$(BIN)/python -m pytest

quick: install-test lint types
	$(BIN)/python -m pytest -m "not browser and not slow and not local_model"

lint: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-test
	$(BIN)/mypy

# Side by side with stock LangChain, in one run.
bench: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m eval.bench.speed

eval: install
	$(BIN)/suyuan eval

clean:
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
