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

# The client's own collector must not stop the clock of what it measures: a young generation that holds a whole phase.
exec "$JAVA_HOME/bin/java" -Xms1g -Xmx2g -XX:+UseSerialGC -Xmn512m --enable-native-access=ALL-UNNAMED \
  -Dbreakwater.root="$root" ${BREAKWATER_BENCH_JAVA_OPTS:-} -cp "$classes:$jar" dev.breakwater.bench.Bench "$@"
