/** Where a setting comes from: a YAML file, overridden by the environment, overridden by flags. */
@NullMarked
package dev.breakwater.cli.settings;

import org.jspecify.annotations.NullMarked;
