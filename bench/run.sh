#!/usr/bin/env bash
# The benchmarks of docs/benchmarks.md, side by side in one go: run it on a quiet
# machine and compare ratios and medians, not seconds.
#   bash bench/run.sh [quick]      quick: a million rows instead of ten
# Needs Go, Node with bench/duckdb installed, GNU time, and the generator of
# ../shared/bench/gen.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
work=${BENCH_DIR:-$(mktemp -d)}
rows=10000000
[ "${1:-}" = quick ] && rows=1000000
rounds=${ROUNDS:-5}
echo "machine: $(nproc) cores, $(go version), load $(cut -d' ' -f1 /proc/loadavg)"

go build -o "$work/hardyards" ./cmd/hardyards
go build -o "$work/smallfiles" ./bench/smallfiles
(cd ../shared/bench/gen && go build -o "$work/gen" .)
[ -d "$work/s1m" ] || "$work/gen" -out "$work/s1m" -rows 1000000
[ -d bench/duckdb/node_modules ] || (cd bench/duckdb && npm install --silent --no-audit --no-fund)
cp ../shared/bench/js/duck.mjs "$work/" && ln -sfn "$here/bench/duckdb/node_modules" "$work/node_modules"

# timed NAME COMMAND…: one line of wall seconds, CPU seconds and peak MiB.
timed() {
  local name=$1; shift
  sync # the pages that the command before left are no matter of this one
  /usr/bin/time -o "$work/time.txt" -f '%e %U %S %M' "$@" >"$work/out.txt" 2>"$work/err.txt" || true
  awk -v n="$name" '{printf "%s %.2f %.2f %d\n", n, $1, $2+$3, $4/1024}' <(tail -n 1 "$work/time.txt") | tee -a "$work/times.txt"
}
median() { awk -v n="$1" -v c="$2" '$1==n {print $c}' "$work/times.txt" | sort -n | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }

: >"$work/times.txt"
echo "== ingest of 1 M rows (137 MB, 200 files) beside DuckDB's typed and partitioned job, $rounds rounds, in turn"
bytes=$(cat "$work"/s1m/*.csv | wc -c)
for _ in $(seq "$rounds"); do
  rm -rf "$work/l1"; timed ingest "$work/hardyards" --lake "$work/l1" --quiet ingest "$work/s1m"
  rm -rf "$work/d1"; timed duckdb node "$work/duck.mjs" part "$work/s1m" "$work/d1" 2
done
awk -v i="$(median ingest 2)" -v d="$(median duckdb 2)" -v b="$bytes" 'BEGIN {printf "ingest %.0f MB/s (median), DuckDB %.0f MB/s, ratio %.2f\n", b/1e6/i, b/1e6/d, d/i}'

echo "== truth.json: accepted rows and pence by force and year"
cat >"$work/hardyards.toml" <<T
[[source]]
paths = ["s1m"]
[limits]
rejected = 0.05
T
rm -rf "$work/l2"; timed lake1m "$work/hardyards" --lake "$work/l2" --config "$work/hardyards.toml" --quiet run --only lake
go run ./bench/truth -truth "$work/s1m/truth.json" -lake "$work/l2"

echo "== 10,000 small files: first run, second run, one file changed"
[ -d "$work/small" ] || "$work/smallfiles" -out "$work/small"
printf '[[source]]\npaths = ["small"]\n' >"$work/small.toml"
rm -rf "$work/l3"; timed small-first "$work/hardyards" --lake "$work/l3" --config "$work/small.toml" --quiet run --only lake
sleep 3; "$work/hardyards" --lake "$work/l3" --config "$work/small.toml" --quiet run --only lake
for _ in 1 2 3; do timed small-second "$work/hardyards" --lake "$work/l3" --config "$work/small.toml" --quiet run --only lake; done
f=$(find "$work/small" -name '*.csv' | sort | head -n 1); echo '01/04/2005,ONE MORE LTD,Category 1,777.77' >>"$f"
timed small-one-changed "$work/hardyards" --lake "$work/l3" --config "$work/small.toml" --quiet run --only lake

echo "== $rows rows: full run into a lake, beside DuckDB"
if [ "$rows" != 1000000 ]; then
  [ -d "$work/s10m" ] || "$work/gen" -out "$work/s10m" -rows "$rows"
  printf '[[source]]\npaths = ["s10m"]\n[limits]\nrejected = 0.05\n' >"$work/s10m.toml"
  rm -rf "$work/l4"; timed lake10m "$work/hardyards" --lake "$work/l4" --config "$work/s10m.toml" --quiet run --out "$work/report"
  echo "== ingest of $rows rows beside DuckDB's job, 3 rounds, in turn"
  for _ in 1 2 3; do
    rm -rf "$work/l1"; timed ingest10m "$work/hardyards" --lake "$work/l1" --quiet ingest "$work/s10m"
    rm -rf "$work/d4"; timed duckdb10m node "$work/duck.mjs" part "$work/s10m" "$work/d4" 2
  done
  bytes=$(cat "$work"/s10m/*.csv | wc -c)
  awk -v i="$(median ingest10m 2)" -v d="$(median duckdb10m 2)" -v b="$bytes" 'BEGIN {printf "ingest %.0f MB/s (median), DuckDB %.0f MB/s, ratio %.2f\n", b/1e6/i, b/1e6/d, d/i}'
  cat "$work"/s10m/*.csv | awk 'NR==1 || !/^Body Name/' >"$work/one.csv"
  rm -rf "$work/l5"; timed one-file "$work/hardyards" --lake "$work/l5" --quiet ingest "$work/one.csv"
fi
echo "name seconds cpu_seconds peak_MiB"; cat "$work/times.txt"
