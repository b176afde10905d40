/** Label and field selectors, evaluated alike for lists, watches and collection deletes (k8s-wire 214 to 219). */
@NullMarked
package dev.breakwater.apiserver.selector;

import org.jspecify.annotations.NullMarked;
