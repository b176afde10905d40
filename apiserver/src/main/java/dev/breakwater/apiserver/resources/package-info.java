/** The public face of the data plane: every verb of every kind behind one endpoint. */
@NullMarked
package dev.breakwater.apiserver.resources;

import org.jspecify.annotations.NullMarked;
