#!/usr/bin/env bash
# Makes the folder /app of the image: the jar, its libraries, and for each program the cache that its JVM begins with.
# Usage: image/app.sh FOLDER RUNTIME TARGET   (RUNTIME is the root file system of runtime.sh, TARGET the build folder of cli)
set -euo pipefail
# Maven shows a stack trace of its own; the reason must stand above it.
trap 'echo "image/app.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

folder=${1:?usage: image/app.sh FOLDER RUNTIME TARGET} runtime=${2:?} target=${3:?}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
app=$folder/app
made=$folder/made
java=$runtime/opt/java/bin/java
[ "$made" -nt "$target/breakwater.jar" ] && [ "$made" -nt "$runtime/opt/java/release" ] && [ "$made" -nt "$here/java.args" ] \
  && [ "$made" -nt "${BASH_SOURCE[0]}" ] && exit 0

rm -rf "$folder"
mkdir -p "$app/lib"
install -m 0644 "$target/breakwater.jar" "$app/breakwater.jar"
# What the manifest names, and nothing that an earlier build left there; a line of a manifest is folded after 72 bytes.
"${JAVA_HOME:?}/bin/jar" --extract --file "$app/breakwater.jar" --dir "$folder" META-INF/MANIFEST.MF
tr -d '\r' <"$folder/META-INF/MANIFEST.MF" | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n //g' | sed -n 's/^Class-Path: //p' | tr ' ' '\n' \
  | while read -r library; do
    [ -z "$library" ] || install -m 0644 "$target/$library" "$app/$library"
  done
rm -rf "$folder/META-INF"
# The times that files have in the image: a cache is only good for jars of the same size and time.
find "$app" -type f -exec touch -d @1 {} +

# Made by the JVM that will read them, which is in the image; no other build of it could.
for program in serve control audit; do
  "$java" @"$here/java.args" -XX:AOTCacheOutput="$app/$program.aot" -jar "$app/breakwater.jar" rehearse "$program" >"$folder/$program.log" 2>&1 \
    || { tail -20 "$folder/$program.log" >&2; echo "image/app.sh: the rehearsal of $program failed" >&2; exit 1; }
  { grep -v '^#' "$here/java.args"; echo "-XX:AOTCache=/app/$program.aot"; } >"$app/$program.args"
done
touch "$made"
