/** Everything once, in one process, so that the JVM can write down what it learns (docs/decisions/0081-start.md). */
@NullMarked
package dev.breakwater.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
