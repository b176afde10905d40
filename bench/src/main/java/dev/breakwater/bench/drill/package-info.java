/** What may kill a server, sent to ours in a process as the manifests run it, with the figure of what became of it. */
@NullMarked
package dev.breakwater.bench.drill;

import org.jspecify.annotations.NullMarked;
