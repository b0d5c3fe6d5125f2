# `make lab` opens the course, `make test` passes the tests; both install what they need first.
# Which Python .venv is made with; if none is named, one that fits is looked for.
PYTHON ?=
LAB_OPTIONS ?=
LESSON ?=
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
UV_VERSION := $(shell sed -n 's/^uv==//p' constraints.txt)
# JupyterLab asks nobody for news or a newer version.
QUIET := --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate
INSTALL := $(BIN)/python -m tools.install

.PHONY: lab work help test check torture audit site sync execute results colab fetch doctor clean always

lab: work  ## open JupyterLab at lesson 1, in your own copies
	$(BIN)/jupyter lab --ip=127.0.0.1 $(QUIET) $(LAB_OPTIONS) work/01_dense_network.ipynb

work: .venv/lab.done  ## make your own copies of the notebooks, or bring them up to date
	@$(BIN)/cnncourse work

help:  ## list what make can do
	@sed -n 's/^\([a-z]*\):[^#]*## /\1|/p' Makefile | awk -F'|' '{printf "%-8s  %s\n", $$1, $$2}'

test: check  ## all tests: `make check`, then unit tests, doctests and every notebook in reduced mode
	$(BIN)/pytest --numprocesses 2 --cov --cov-report=
	@echo "The tests traced here reach $$($(BIN)/coverage report --format=total) % of the package's lines."

check: .venv/test.done  ## what takes seconds: lint, spelling, layers of imports, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check cnncourse tools tests benchmarks
	$(BIN)/codespell
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

torture: .venv/test.done  ## try hard to break it, for two hours or so; the counts go to docs/torture_counts.md
	CNNCOURSE_TORTURE=1 $(BIN)/pytest --numprocesses 2 --dist worksteal tests/torture

audit: .venv/uv.done  ## look the pinned versions up among the known vulnerabilities; needs a network
	$(BIN)/uv tool run pip-audit --requirement constraints.txt --no-deps --disable-pip

site: .venv/test.done  ## build the site into _build/html from the committed outputs
	$(BIN)/jupyter-book build . --all -W --keep-going -n

sync: .venv/lab.done  ## carry the text twins' changes over to the notebooks, and cut the exercises
	$(BIN)/python -m tools.sync

execute: sync  ## run lessons full-size: `make execute LESSON=04`, or all
	$(BIN)/python -m tools.execute $(LESSON)

results: .venv/lab.done  ## renew the README's table of results and its picture
	$(BIN)/python -m tools.report

colab: .venv/lab.done  ## give notebooks a first cell that installs the course on Colab
	$(BIN)/python -m tools.colab

fetch: .venv/lab.done  ## download the data sets
	$(BIN)/cnncourse fetch

doctor: .venv/lab.done  ## look at this machine and say what is missing
	$(BIN)/cnncourse doctor

# Looks each time whether .venv is fit, and touches the file only if it had to be mended.
.venv/uv.done: always
	@sh tools/environment.sh $(BIN) $(UV_VERSION) "$(PYTHON)"

.venv/lab.done: .venv/uv.done constraints.txt pyproject.toml
	$(INSTALL) lab
	@touch $@

.venv/test.done: .venv/lab.done
	$(INSTALL) lab,site,cluster,test
	@touch $@

clean:  ## remove what was installed and built
	rm -rf .venv _build
