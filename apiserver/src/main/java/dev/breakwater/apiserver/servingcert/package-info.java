/** The serving certificate in a cluster: made, kept in a Secret, renewed, and made known to the aggregator. */
@NullMarked
package dev.breakwater.apiserver.servingcert;

import org.jspecify.annotations.NullMarked;
