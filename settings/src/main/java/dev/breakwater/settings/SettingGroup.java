package dev.breakwater.settings;

import dev.breakwater.settings.Setting.Fallback;
import dev.breakwater.settings.Setting.Trait;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * The settings of one capability, in the order in which they are declared.
 *
 * <p>Threading: declarations are made while the class that has them is initialised, which one thread does; afterwards it is only read.
 */
public final class SettingGroup {
    private final String title;
    private final List<Setting<?>> settings = new ArrayList<>();

    /** @param title of the part of the documentation, such as "Scan Jobs" */
    public SettingGroup(String title) {
        this.title = title;
    }

    /**
     * Declares a setting.
     *
     * @param key whole, such as {@code jobs.concurrent}
     * @param sentence what it does, without a full stop: default and bounds are added
     */
    public <T> Setting<T> add(
            String key, Type<T> type, Fallback<T> fallback, Rule<? super T> allowed, String sentence, Trait... traits) {
        EnumSet<Trait> few = EnumSet.noneOf(Trait.class);
        few.addAll(List.of(traits));
        Setting<T> setting = new Setting<>(key, type, fallback, allowed, sentence, few);
        settings.add(setting);
        return setting;
    }

    public String title() {
        return title;
    }

    /** All of them, unlisted ones too. */
    public List<Setting<?>> all() {
        return List.copyOf(settings);
    }

    /** Those that a user may set. */
    public List<Setting<?>> listed() {
        return settings.stream().filter(Setting::isListed).toList();
    }
}
