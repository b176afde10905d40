/** {@code breakwater ready}: waits until a cluster serves our reports, for what installs us. */
@NullMarked
package dev.breakwater.cli.ready;

import org.jspecify.annotations.NullMarked;
