#!/usr/bin/env bash
# Runs the benchmarks. Called by ./breakwater bench, which has found a JDK and built the programs.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
classes=$root/bench/target/classes
main=$classes/dev/breakwater/bench/Bench.class
# What the benchmarks need beside their own classes lies in it.
jar=$root/cli/target/breakwater.jar

if [ ! -f "$main" ] || [ "$jar" -nt "$main" ] || [ -n "$(find "$root/bench/src/main" "$root/bench/pom.xml" -type f -newer "$main" -print -quit)" ]; then
  echo "bench: building..." >&2
  (cd "$root" && mvn -q -B --no-transfer-progress compile -pl bench -am)
  touch "$main"
fi

fuzz_help() {
  cat <<'TXT'
Usage: ./breakwater bench fuzz [--seconds N] [--corpus DIR] [PARSER...]

Feeds each parser that reads foreign bytes with what nobody thought of (Jazzer, guided by the branches it reaches), in a process
with a small heap. A finding is an end of the process, an answer of 5xx, none in time, or a second of CPU for one input.

  --seconds N    for each parser (default: 600)
  --corpus DIR   keeps what was found interesting, one folder a parser, and begins with it the next time
  PARSER         only these: JSON_BODY SBOM_BODY YAML_BODY MERGE_PATCH JSON_PATCH LABEL_SELECTOR FIELD_SELECTOR CONTINUE QUERY
                 PATH ACCEPT TOKEN CONTENT_TYPE GZIP_BODY DELETE_OPTIONS REVIEW USERS_FILE CHECK_FILE (default: all)

What was found stands in bench/target/fuzz-PARSER.log. The exit code is 1 when anything was found.
TXT
}

fuzz() {
  local seconds=600 corpus="" only=""
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) fuzz_help; return 0 ;;
      --seconds) seconds=$2; shift 2 ;;
      --corpus) corpus=$(mkdir -p "$2" && cd "$2" && pwd); shift 2 ;;
      -*) echo "bench: fuzz does not know '$1'; see ./breakwater bench fuzz --help" >&2; return 2 ;;
      *) only=$only,$1; shift ;;
    esac
  done
  (cd "$root" && mvn -q -B --no-transfer-progress test -pl bench -am -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dbreakwater.excludedGroups= -Dbreakwater.fuzz.seconds="$seconds" -Dbreakwater.fuzz.corpus="$corpus" \
    -Dbreakwater.fuzz.only="${only#,}")
}

if [ "${1:-}" = fuzz ]; then
  shift
  fuzz "$@"
  exit
fi

# The client's own collector must not stop the clock of what it measures: a young generation that holds a whole phase.
exec "$JAVA_HOME/bin/java" -Xms1g -Xmx2g -XX:+UseSerialGC -Xmn512m --enable-native-access=ALL-UNNAMED \
  -Dbreakwater.root="$root" ${BREAKWATER_BENCH_JAVA_OPTS:-} -cp "$classes:$jar" dev.breakwater.bench.Bench "$@"
