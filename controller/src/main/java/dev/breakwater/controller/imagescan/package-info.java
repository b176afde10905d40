/**
 * ImageScan objects: what became of scanning a digest, for people and for the controller that comes after a restart. They name no namespace and no
 * workload, because every team may read them.
 */
@NullMarked
package dev.breakwater.controller.imagescan;

import org.jspecify.annotations.NullMarked;
