/** {@code breakwater uninstall}: takes the installation out of a cluster, in the order in which nothing hangs. */
@NullMarked
package dev.breakwater.cli.uninstall;

import org.jspecify.annotations.NullMarked;
