package dev.breakwater.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Values of settings, each of the type that its setting has; what nobody gave has its default. Two are equal if each setting has the same value in both.
 */
public final class SettingValues {
    public static final SettingValues DEFAULTS = new SettingValues(Map.of());

    /** Without what is the default. */
    private final Map<Setting<?>, Object> given;

    private SettingValues(Map<Setting<?>, Object> given) {
        this.given = given;
    }

    // What is put under a setting has its type: `with` lets nothing else in.
    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        Object value = given.get(setting);
        return value == null ? setting.fallback() : (T) value;
    }

    public <T> SettingValues with(Setting<T> setting, T value) {
        Map<Setting<?>, Object> all = new LinkedHashMap<>(given);
        if (value.equals(setting.fallback())) {
            all.remove(setting);
        } else {
            all.put(setting, value);
        }
        return new SettingValues(all);
    }

    /** With what was given there; it does not matter here what has its default there. */
    public SettingValues with(SettingValues others) {
        Map<Setting<?>, Object> all = new LinkedHashMap<>(given);
        all.putAll(others.given);
        return new SettingValues(all);
    }

    /** Those of a group. */
    public SettingValues of(SettingGroup group) {
        Map<Setting<?>, Object> few = new LinkedHashMap<>();
        for (Setting<?> setting : group.all()) {
            Object value = given.get(setting);
            if (value != null) {
                few.put(setting, value);
            }
        }
        return new SettingValues(few);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SettingValues values && given.equals(values.given);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(given);
    }

    /** Without values, among which may be passwords. */
    @Override
    public String toString() {
        return "settings " + given.keySet();
    }
}
