/** Documents that are made once and answered from memory, database up or down: bytes, ETag, compression. */
@NullMarked
package dev.breakwater.apiserver.document;

import org.jspecify.annotations.NullMarked;
