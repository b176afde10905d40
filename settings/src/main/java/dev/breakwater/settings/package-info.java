/**
 * What a program can be told: one declaration for each setting, from which come flag, variable, key of the file, help, documentation and schema.
 * Knows no command line and no file.
 */
@NullMarked
package dev.breakwater.settings;

import org.jspecify.annotations.NullMarked;
