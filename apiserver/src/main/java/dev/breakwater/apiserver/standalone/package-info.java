/** The server without a cluster: its own authority, users, rules and the core paths that kubectl asks for. */
@NullMarked
package dev.breakwater.apiserver.standalone;

import org.jspecify.annotations.NullMarked;
