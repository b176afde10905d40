/**
 * The store in a PostgreSQL database, 15 or later: several replicas on one log, put in order by the row lock of the counter, told of each
 * other's commits by NOTIFY.
 */
@NullMarked
package dev.breakwater.storage.postgres;

import org.jspecify.annotations.NullMarked;
