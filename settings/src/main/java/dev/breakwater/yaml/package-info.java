/** The one way in which this project reads YAML that is not a body of the API: bounded, by a named reading, with file and line in every error. */
@NullMarked
package dev.breakwater.yaml;

import org.jspecify.annotations.NullMarked;
