/** Lists: which revision they show, pages and their tokens, streaming (k8s-wire 4.3 and 4.4). */
@NullMarked
package dev.breakwater.apiserver.list;

import org.jspecify.annotations.NullMarked;
