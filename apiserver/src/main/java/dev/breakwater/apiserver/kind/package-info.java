/** The kinds that are served: names, scopes, columns, schemas, and where each keeps its bulk. */
@NullMarked
package dev.breakwater.apiserver.kind;

import org.jspecify.annotations.NullMarked;
