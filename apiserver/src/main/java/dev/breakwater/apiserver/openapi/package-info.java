/** The schemas of the served kinds as OpenAPI 3 and 2 (k8s-wire 1.7, 1.8). */
@NullMarked
package dev.breakwater.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
