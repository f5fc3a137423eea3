# Two commands do everything: make run (the main job on the embedded real sample)
# and make test. The rest is for people who change the code.
GO ?= go

.PHONY: run test check bench figures fuzz retabulate build

run: ## the main job: lake, findings and report from the embedded sample
	$(GO) run ./cmd/hardyards run

build:
	$(GO) build -o bin/hardyards ./cmd/hardyards

test: ## every test that this machine can run; says what it skips
	$(GO) test ./...

check: ## what a change must pass before it is handed in (needs a C compiler for -race)
	test -z "$$(gofmt -l .)"
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) run honnef.co/go/tools/cmd/staticcheck@latest ./...
	$(GO) test -race ./...
	$(MAKE) fuzz FUZZTIME=10s

FUZZTIME ?= 10m
fuzz: ## every fuzz target, FUZZTIME each
	@set -e; for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p; done; done

bench: ## side by side with DuckDB on generated data; see docs/benchmarks.md
	bash bench/run.sh

figures: ## what of ../shared/data/spend is understood, refused, and why
	$(GO) test -count=1 -run TestFigures -v ./ingest

retabulate: ## makes the tables of data/ again from ../shared/data
	$(GO) run ./data/retabulate -shared ../shared
