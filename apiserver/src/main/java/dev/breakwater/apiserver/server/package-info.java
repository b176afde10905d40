/** The HTTPS server: connector, filters in their order, and dispatch to what answers. */
@NullMarked
package dev.breakwater.apiserver.server;

import org.jspecify.annotations.NullMarked;
