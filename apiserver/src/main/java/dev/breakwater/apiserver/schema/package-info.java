/** Structural schemas compiled for validation in one pass over the bytes (k8s-wire 3.12). */
@NullMarked
package dev.breakwater.apiserver.schema;

import org.jspecify.annotations.NullMarked;
