# One recipe a habit. `just` alone lists them; `just check` is the one definition of every check.

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

[private]
default:
    @just --list --unsorted

# Format, lint, types, floors and the quick tests: what every commit passes
check: lint types floors quick

# Style and format
lint:
    ruff check .
    ruff format --check .

# Put the code into its format
format:
    ruff check --fix-only .
    ruff format .

# Static types of the package
types:
    mypy

# Which room may import which
floors:
    lint-imports

# Tests that take seconds
quick *args:
    pytest -m "not slow and not browser and not gateway and not spark" -n 2 --dist worksteal {{args}}

# Every test, with the browser, both engines and real traffic where present
test *args:
    pytest -n 2 --dist worksteal -m "not gateway" {{args}}

# The 16-million-exchange benchmark: rate, memory, parts, ratio to a plain read
bench *args:
    python benchmarks/bench.py {{args}}

# A real LiteLLM proxy in an environment of its own, driven by real clients
gateway:
    STILLWATCH_GATEWAY_ENV="${STILLWATCH_GATEWAY_ENV:-$HOME/.cache/stillwatch-gateway}" pytest -m gateway tests/integration/test_litellm_gateway.py

# Make traffic, scan it, open the report
demo *args:
    stillwatch demo {{args}}

# Pin every dependency again, with hashes and without addresses
lock:
    uv pip compile pyproject.toml requirements/build.in --generate-hashes --no-header --no-annotate --python-version 3.11 --universal -q -o requirements/run.txt
    uv pip compile pyproject.toml requirements/build.in --extra dev --extra spark --extra sharing --extra matching --extra proof --extra hub --extra postgres --generate-hashes --no-header --no-annotate --python-version 3.11 --universal -q -o requirements/test.txt

# How good the scan is on traffic nothing was learnt from; real texts where STILLWATCH_TEXTS names them
eval *args:
    stillwatch evaluate ${STILLWATCH_TEXTS:+--texts "$STILLWATCH_TEXTS"} {{args}}

# The same, and how kinds of campaign fare that nothing was learnt from; after `just calibrate`
eval-held-out folder="worlds" *args:
    stillwatch evaluate --held-out {{folder}}/bits.json ${STILLWATCH_TEXTS:+--texts "$STILLWATCH_TEXTS"} {{args}}

# How many of strangers' wordings the markers recognise, and how many they mistake
wordings:
    python -m stillwatch.evals.wordings benchmarks/wordings

# How good the proofs are: lineage where STILLWATCH_LINEAGE names a folder of answers, and the active tests on simulated and trained students
prove-eval:
    OPENBLAS_NUM_THREADS=1 python -m stillwatch.evals.proof.lineage
    python -m stillwatch.evals.proof.active

# What peers' words are worth and what a liar can do; speed of writing, entry and matching; how well sketches find an operator
share-eval:
    python -m stillwatch.evals.sharing.speed
    python -m stillwatch.evals.sharing.poison
    python -m stillwatch.evals.sharing.worth
    python -m stillwatch.evals.sharing.gain --seeds 881 882 883 --care careful
    python -m stillwatch.evals.sharing.psi --both
    python -m stillwatch.evals.sharing.sketches

# Three labs and a hub over recorded wires: seconds to confirm, accounts found, and a search for leaks
three-labs *args:
    python -m stillwatch.evals.sharing.three_labs {{args}}

# A hub with a million objects: seconds to the first page, objects a second to the end
hub-load *args:
    python -m stillwatch.evals.sharing.hub_load {{args}}

# How the scan does on traffic that six other authors wrote, each by bits that never saw his; run `just calibrate` first
eval-authors folder="worlds":
    python benchmarks/authors/make_all.py judge {{folder}}/judge ${STILLWATCH_TEXTS:+--texts "$STILLWATCH_TEXTS"}
    for author in pipelines patchwork mimic stories ledger bazaar; do stillwatch evaluate --worlds {{folder}}/judge/$author --bits {{folder}}/bits.without-$author.json || exit 1; done
    stillwatch evaluate --worlds {{folder}}/judge

# Measure again what evidence is worth, on our worlds and those of six other authors, and ship it with the catalogue
calibrate folder="worlds":
    python benchmarks/authors/make_all.py learn {{folder}}/learn ${STILLWATCH_TEXTS:+--texts "$STILLWATCH_TEXTS"}
    stillwatch calibrate ${STILLWATCH_TEXTS:+--texts "$STILLWATCH_TEXTS"} --worlds {{folder}}/learn --leave-out --out {{folder}}/bits.json
    cp {{folder}}/bits.json src/stillwatch/catalog/bits.json

# Write the pages that are made from cards, nouns and settings
docs:
    stillwatch docs --out docs
    stillwatch schemas --out docs/schemas
