# Runs Rego policies on objects. Arguments: the batch (a compressed archive), the policies' namespaces, separated by commas, and the seconds after which
# no more runs are spent on telling what is broken from what is not.
#
# The batch holds l/LIBRARY.rego, p/POLICY.rego, and for each kind of objects a folder g/N with the file `policies`, one name a line, and o/OBJECT.yaml.
# Trivy runs once for a kind. Where that fails, or an evaluation does, it runs once for a policy; where one policy's evaluation fails, the objects are
# halved until the one is found that it fails on: Trivy gives up a policy for all objects when it fails on one. So what is broken stands alone. When the
# time for that is spent, the policies that Trivy names, or all of the run where it judged none, are undecided on all objects of the run.
#
# The result is JSON, document after document: what Trivy wrote, and {"broken"|"undecided": POLICY, "objects": [...], "words": BASE64}.
out="${TMPDIR:-/tmp}/rego"
namespaces="$2"
runs=0
begun=$(date +%s)
isolating="$3"
mkdir -p "$out/in" "$out/cache/policy/content" && cd "$out" || exit 1
tar -xzf "$1" -C in || exit 1
: >rego.json
: >bad

fail() {
  tail -c 2000 err
  [ "$1" -ne 137 ] || echo "FATAL the scanner was killed, as happens when a container is out of memory"
  exit 1
}

# The folder of built-in checks that is there and empty keeps Trivy from running its own, whose verdicts nobody asks for here.
scan() {
  rm -rf checks found err && mkdir checks
  for file in in/l/*.rego; do [ ! -e "$file" ] || cp "$file" checks/; done
  for policy in $(cat "$1"); do cp "in/p/$policy" checks/; done
  trivy config --skip-check-update --cache-dir cache --misconfig-scanners kubernetes --config-check checks \
    --check-namespaces "$namespaces" --include-non-failures --format json --output found "$2" >/dev/null 2>err
}

has_time() { [ $(($(date +%s) - begun)) -lt "$isolating" ]; }

say() {
  printf '{"%s":"%s","objects":[' "$1" "$2"
  comma=""
  for object in $(ls "$3"); do printf '%s"%s"' "$comma" "$object"; comma=","; done
  printf '],"words":"%s"}\n' "$(tail -c 3000 err | base64 | tr -d '\n')"
}

# run LIST FOLDER: the policies that a file lists, on the objects of a folder.
run() {
  local list="$1" folder="$2" id code policy count named
  runs=$((runs + 1))
  id=$runs
  scan "$list" "$folder"
  code=$?
  if [ $code -eq 0 ] && ! grep -q "Error occurred while" err; then
    cat found >>rego.json
    return
  fi
  if [ "$(wc -l <"$list")" -gt 1 ] && ! has_time; then
    named=""
    if [ $code -eq 0 ]; then
      cat found >>rego.json
      for policy in $(cat "$list"); do ! grep -qF "$policy" err || named="$named $policy"; done
    else
      grep -q "load checks" err || fail $code
    fi
    for policy in ${named:-$(cat "$list")}; do say undecided "$policy" "$folder" >>rego.json; done
    return
  fi
  if [ "$(wc -l <"$list")" -gt 1 ]; then
    for policy in $(cat "$list"); do
      echo "$policy" >"list.$id"
      run "list.$id" "$folder"
    done
    return
  fi
  policy="$(cat "$list")"
  if [ $code -ne 0 ]; then
    grep -q "load checks" err || fail $code
    say broken "$policy" "$folder" >>rego.json
    echo "$policy" >>bad
    return
  fi
  count=$(ls "$folder" | wc -l)
  if [ "$count" -gt 1 ] && has_time; then
    mkdir "a.$id" "b.$id"
    for object in $(ls "$folder" | head -n $((count / 2))); do cp "$folder/$object" "a.$id/"; done
    for object in $(ls "$folder" | tail -n +$((count / 2 + 1))); do cp "$folder/$object" "b.$id/"; done
    run "$list" "a.$id"
    run "$list" "b.$id"
    rm -rf "a.$id" "b.$id"
    return
  fi
  cat found >>rego.json
  say undecided "$policy" "$folder" >>rego.json
}

for group in in/g/*; do
  for policy in $(cat "$group/policies"); do grep -qxF "$policy" bad || echo "$policy"; done >list.0
  [ ! -s list.0 ] || run list.0 "$group/o"
done
