/**
 * Canonical JSON: keys by their UTF-8 bytes, no white space, numbers as kube-apiserver gives them back, strings with the least
 * escaping. Equal content has equal bytes, so that a hash decides whether something changed.
 */
@NullMarked
package dev.breakwater.apiserver.json;

import org.jspecify.annotations.NullMarked;
