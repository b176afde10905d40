#!/usr/bin/env bash
# Makes the root file system below the program: a Java runtime of the modules we use and the C libraries it is linked with.
# Usage: image/runtime.sh FOLDER   (JAVA_HOME names a JDK; Linux only)
set -euo pipefail
# Maven shows a stack trace of its own; the reason must stand above it.
trap 'echo "image/runtime.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

folder=${1:?usage: image/runtime.sh FOLDER}
java_home=${JAVA_HOME:?JAVA_HOME must name a JDK 25 or later}
[ "$(uname -s)" = Linux ] || { echo "image/runtime.sh: the image is built on Linux, this is $(uname -s)" >&2; exit 1; }
made=$folder/opt/java/release
[ "$made" -nt "$java_home/release" ] && [ "$made" -nt "${BASH_SOURCE[0]}" ] && exit 0

modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml
modules+=,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.naming.dns,jdk.unsupported,jdk.zipfs

rm -rf "$folder"
mkdir -p "$folder/opt" "$folder/etc" "$folder/tmp" "$folder/var/lib/breakwater"
"$java_home/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages \
  --compress zip-6 --output "$folder/opt/java"

# Every shared library of this machine that the runtime names, at the path where the loader looks for it.
find "$folder/opt/java" -type f \( -name '*.so' -o -name java \) -print0 \
  | xargs -0 -n1 env LD_LIBRARY_PATH="$folder/opt/java/lib:$folder/opt/java/lib/server" ldd 2>/dev/null \
  | sed -nE 's/^[[:space:]]*(.* => )?(\/.*) \(0x[0-9a-f]+\)$/\2/p' | sort -u | while read -r library; do
    case $library in "$folder"/*) continue ;; esac
    [ ! -f "$library" ] || install -D -m 0755 "$(readlink -f "$library")" "$folder$library"
  done

printf 'root:x:0:0:root:/:/none\nbreakwater:x:65532:65532:breakwater:/var/lib/breakwater:/none\n' > "$folder/etc/passwd"
printf 'root:x:0:\nbreakwater:x:65532:\n' > "$folder/etc/group"
# Without it glibc asks nobody but the resolver, and a pod's hostAliases would be ignored.
printf 'hosts: files dns\n' > "$folder/etc/nsswitch.conf"
touch "$made"
