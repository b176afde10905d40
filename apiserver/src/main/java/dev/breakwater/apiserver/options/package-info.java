/** Query parameters and option bodies of requests (k8s-wire 3.2). */
@NullMarked
package dev.breakwater.apiserver.options;

import org.jspecify.annotations.NullMarked;
