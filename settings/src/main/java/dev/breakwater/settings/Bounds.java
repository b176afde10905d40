package dev.breakwater.settings;

import dev.breakwater.settings.OutOfBounds.Wrong;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects which settings have values that are not allowed, so that all of it is told together.
 *
 * <p>Threading: of one thread.
 */
public final class Bounds {
    private static final int LONGEST_SHOWN = 120;

    private final List<Wrong> wrong = new ArrayList<>();

    /** @throws OutOfBounds where a value was not allowed */
    public void check() {
        if (!wrong.isEmpty()) {
            throw new OutOfBounds(wrong);
        }
    }

    /** Holds every setting of a group against its own rule. */
    public Bounds obey(SettingGroup group, SettingValues values) {
        group.all().forEach(setting -> obey(setting, values));
        return this;
    }

    private <T> void obey(Setting<T> setting, SettingValues values) {
        setting.allowed()
                .refusals()
                .of(values.get(setting))
                .forEach(refusal -> require(false, setting, refusal.part(), refusal.allowed()));
    }

    /** For what is no setting of anybody's, such as the times of the Lease. */
    public <T> Bounds obey(String name, T value, Rule<? super T> rule) {
        rule.refusals()
                .of(value)
                .forEach(refusal -> wrong.add(new Wrong(name, shown(refusal.part()), refusal.allowed())));
        return this;
    }

    /** For rules between settings. */
    public Bounds require(boolean allowed, Setting<?> setting, Object value, String words) {
        if (!allowed) {
            wrong.add(new Wrong(setting.key(), setting.isSecret() ? "a text that is not shown" : shown(value), words));
        }
        return this;
    }

    /** For rules between what is no setting of anybody's. */
    public Bounds require(boolean allowed, String name, Object value, String words) {
        if (!allowed) {
            wrong.add(new Wrong(name, shown(value), words));
        }
        return this;
    }

    /** Takes over what others found. */
    public Bounds add(OutOfBounds others) {
        wrong.addAll(others.all());
        return this;
    }

    private static String shown(Object value) {
        String text = value instanceof Duration duration ? Durations.words(duration) : String.valueOf(value);
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        String cut = plain.length() > LONGEST_SHOWN ? plain.substring(0, LONGEST_SHOWN) + "..." : plain;
        return value instanceof Number || cut.matches("-?[0-9]+[0-9hms]*") ? cut : "'" + cut + "'";
    }
}
