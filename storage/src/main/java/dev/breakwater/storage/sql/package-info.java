/**
 * The store on a relational database, as far as SQLite and PostgreSQL agree: one writer with group commit, pages, the change feed,
 * compaction and contents. What they do not agree on is {@link dev.breakwater.storage.sql.Dialect} and
 * {@link dev.breakwater.storage.sql.LogWriter}, implemented in the packages named after the databases.
 */
@NullMarked
package dev.breakwater.storage.sql;

import org.jspecify.annotations.NullMarked;
