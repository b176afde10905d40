package dev.breakwater.cli.settings;

import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import java.util.List;

/** A command whose settings are declared: flags, variables, keys and help are made of the declarations. */
public interface Configured {
    /** In the order of the documentation. */
    List<SettingGroup> groups();

    /**
     * Called before the command runs.
     *
     * @throws dev.breakwater.settings.OutOfBounds for values that are not allowed, all of them
     */
    void configure(SettingValues values);
}
