package dev.breakwater.controller.scan;

/**
 * What a scan Job runs, and the shape of its log, which {@link ScanLog} reads:
 *
 * <pre>
 * #begin report
 * BASE64 of the gzipped JSON, any number of lines
 * #end report LENGTH SHA256        both of the JSON before compression
 * #begin sbom
 * BASE64
 * #end sbom LENGTH SHA256
 * #done
 * </pre>
 *
 * <p>Results travel through the log because that needs no volume, no permission and no address of the controller. Node logs are rotated by size
 * (10 MB by default), so results are compressed, lines are long (each line of the log carries 40 bytes of its own), and a log that lost its beginning
 * or its end is recognised by what is missing.
 *
 * <p>The last words of a failure are what fits into 2,048 bytes, of which the kubelet keeps the end: the first two lines of the error, which say what was
 * tried and what came of it, and the beginnings of a few more; behind them may follow all of a proxy's web page.
 *
 * <p>Arguments of {@code trivy image} arrive as the script's own, so that nothing is ever quoted into shell text.
 */
public final class ScanScript {
    static final String REPORT = "report";
    static final String SBOM = "sbom";

    static final String BEGIN = "#begin ";
    static final String END = "#end ";
    static final String LARGE = "#large ";
    static final String DONE = "#done";

    private ScanScript() {}

    /**
     * @param limit bytes; a larger result is announced by {@link #LARGE} instead of being sent
     */
    static String text(long limit) {
        return """
                out="${TMPDIR:-/tmp}/scan"
                mkdir -p "$out"
                words() {
                  n=0
                  while IFS= read -r line; do
                    case $line in *FATAL*) n=1 ;; esac
                    case $n in
                      0) continue ;;
                      1 | 2) printf '%.700s\n' "$line" ;;
                      3 | 4 | 5 | 6) printf '%.120s\n' "$line" ;;
                      *) break ;;
                    esac
                    n=$((n + 1))
                  done <"$out/log"
                  [ "$n" -ne 0 ] || tail -c 2000 "$out/log"
                }
                fail() {
                  words
                  [ "$1" -ne 137 ] || echo "FATAL the scanner was killed, as happens when a container is out of memory"
                  exit "$1"
                }
                trivy image "$@" --format json --list-all-pkgs --output "$out/report.json" 2>"$out/log" || fail $?
                trivy convert --format cyclonedx --output "$out/sbom.json" "$out/report.json" 2>>"$out/log" || fail $?
                """ + send(limit, REPORT, SBOM);
    }

    /**
     * Shell text that writes files {@code $out/PART.json} to the log, the last thing a script does.
     *
     * @param limit bytes; a larger one is announced by {@link #LARGE} instead of being sent
     */
    public static String send(long limit, String... parts) {
        String names = String.join(" ", parts);
        return """
                for part in %s; do
                  size=$(wc -c <"$out/$part.json")
                  if [ "$size" -gt %d ]; then
                    echo "#large $part" $size
                    exit 0
                  fi
                done
                for part in %s; do
                  size=$(wc -c <"$out/$part.json")
                  sum=$(sha256sum <"$out/$part.json")
                  echo "#begin $part"
                  gzip -c "$out/$part.json" | base64 -w 8000
                  echo
                  echo "#end $part" $size "${sum%%%% *}"
                done
                echo "#done"
                """.formatted(names, limit, names);
    }
}
