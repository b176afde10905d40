package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Manifests come with texts where maps belong and numbers where texts do; a check that stumbled over them would give no verdict. */
class MisshapenObjectsTest {
    private final Random random = new Random(7);

    @Test
    void anObjectWithOneValueOfTheWrongTypeIsStillJudged() throws Exception {
        assertThat(undecided(new DeviationChoice.All())).isEmpty();
    }

    @Test
    void withoutDeviationsOnlyTheOriginalsOwnErrorsRemain() throws Exception {
        assertThat(Set.of("KCV-0058", "KCV-0059", "KCV-0063", "KCV-0092", "KSV-0109"))
                .containsAll(undecided(new DeviationChoice.None()));
    }

    private Set<String> undecided(DeviationChoice deviations) throws Exception {
        CheckSet checks = CheckSet.builtIn(CheckSet.Options.of(deviations));
        Set<String> ids = new TreeSet<>();
        for (Corpus.Entry entry : Corpus.load()) {
            Object misshapen = copy(entry.object());
            List<Runnable> changes = new ArrayList<>();
            collect(misshapen, changes);
            changes.get(random.nextInt(changes.size())).run();
            checks.audit((Map<?, ?>) misshapen).stream()
                    .filter(result -> result.verdict() instanceof Verdict.Undecided)
                    .forEach(result -> ids.add(result.check().id()));
        }
        return ids;
    }

    /** One change per value below: any other type in its place. */
    @SuppressWarnings("unchecked")
    private void collect(Object tree, List<Runnable> changes) {
        if (tree instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (!key.equals("kind")) {
                    changes.add(() -> ((Map<String, Object>) map).put(String.valueOf(key), wrong()));
                    collect(value, changes);
                }
            });
        } else if (tree instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                int index = i;
                changes.add(() -> ((List<Object>) list).set(index, wrong()));
                collect(list.get(i), changes);
            }
        }
    }

    private Object wrong() {
        return switch (random.nextInt(6)) {
            case 0 -> "text";
            case 1 -> 7L;
            case 2 -> true;
            case 3 -> new ArrayList<>();
            case 4 -> new LinkedHashMap<>();
            default -> new ArrayList<>(List.of("x", 1L));
        };
    }

    private static Object copy(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, value) -> copy.put(String.valueOf(key), copy(value)));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(copy(item)));
                yield copy;
            }
            default -> tree;
        };
    }
}
