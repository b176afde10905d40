/** One budget of concurrent work for each user and class of work: whose turn it is, who waits, who is told to come back. */
@NullMarked
package dev.breakwater.apiserver.fairness;

import org.jspecify.annotations.NullMarked;
