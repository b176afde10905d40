/** YAML bodies as JSON. */
@NullMarked
package dev.breakwater.apiserver.yaml;

import org.jspecify.annotations.NullMarked;
