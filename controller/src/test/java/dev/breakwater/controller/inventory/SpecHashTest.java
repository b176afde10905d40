package dev.breakwater.controller.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import org.junit.jupiter.api.Test;

class SpecHashTest {
    private static final String SPEC =
            "{\"containers\":[{\"name\":\"a\",\"image\":\"x\",\"ports\":[{\"containerPort\":80}]}],"
                    + "\"terminationGracePeriodSeconds\":30}";

    @Test
    void theOrderOfKeysDoesNotMatter() {
        String shuffled = "{\"terminationGracePeriodSeconds\":30,"
                + "\"containers\":[{\"ports\":[{\"containerPort\":80}],\"image\":\"x\",\"name\":\"a\"}]}";
        assertThat(hash(shuffled)).isEqualTo(hash(SPEC));
    }

    /** A field that we keep nothing of still changes the hash: it is taken from the raw object. */
    @Test
    void everyFieldMatters() {
        assertThat(hash(SPEC.replace("80", "81"))).isNotEqualTo(hash(SPEC));
        assertThat(hash(SPEC.replace("30", "31"))).isNotEqualTo(hash(SPEC));
        assertThat(hash(SPEC)).matches("[456789bcdf]{1,10}");
    }

    /** Written into labels of reports: a change would have every report of every cluster written again. */
    @Test
    void theHashStaysTheSameFromVersionToVersion() {
        assertThat(hash("{\"containers\":[{\"image\":\"x\",\"name\":\"a\"}]}")).isEqualTo("57f7b4888d");
    }

    private static String hash(String spec) {
        return new Gson().fromJson(spec, PodSpecView.class).hash();
    }
}
