# `make demo` and `make test` do all of their own set-up in .venv; nothing needs to be installed by hand.
PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
READY := .venv/.ready

.PHONY: demo test proofs bench docs texts pictures clean

demo: $(READY)
	$(BIN)/iki-xl contoh dpmd-cianjur .
	$(BIN)/iki-xl contoh kecamatan-poncokusumo contoh-poncokusumo

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist worksteal -m "not lambat"

# The slow proofs: LibreOffice and the Open XML SDK validator where they are installed.
proofs: $(READY)
	$(BIN)/pytest -n auto -m lambat -rs

bench: $(READY)
	$(BIN)/python -m bench

# The page of all findings, from their one catalogue.
docs: $(READY)
	$(BIN)/python -c "from iki_xl.findings import findings_page; print(findings_page(), end='')" > docs/temuan.md

# What click says in Indonesian, from the catalogue that people read.
texts: $(READY)
	$(BIN)/pybabel compile -d iki_xl/cli/locale

# The pictures of the README; needs LibreOffice and poppler's pdftoppm.
pictures: $(READY)
	$(BIN)/python docs/pictures.py

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Perlu Python 3.11 atau lebih baru.")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
