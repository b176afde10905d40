/** The store in a SQLite database: one file, one process, write-ahead log, synchronous=FULL. */
@NullMarked
package dev.breakwater.storage.sqlite;

import org.jspecify.annotations.NullMarked;
