/**
 * When reports are too old: by the setting, and by the annotation that the Trivy Operator has for it. Knows reports' metadata; knows no Jobs and writes nothing.
 */
@NullMarked
package dev.breakwater.controller.expiry;

import org.jspecify.annotations.NullMarked;
