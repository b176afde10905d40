package dev.breakwater.apiserver.verbs;

import dev.breakwater.apiserver.call.Call;
import java.util.LinkedHashSet;
import java.util.List;

/** Warning headers, each once, bounded as kube-apiserver bounds them (k8s-wire 3.3). */
final class Warnings {
    private static final int TOTAL = 4096;
    private static final int EACH = 256;

    private Warnings() {}

    static void add(Call call, List<String> texts) {
        List<String> distinct = List.copyOf(new LinkedHashSet<>(texts));
        boolean cut = distinct.stream().mapToInt(String::length).sum() > TOTAL;
        int left = TOTAL;
        for (String text : distinct) {
            String shown = cut && text.length() > EACH ? text.substring(0, EACH) : text;
            left -= shown.length();
            if (left < 0) {
                return;
            }
            call.warn(shown);
        }
    }
}
