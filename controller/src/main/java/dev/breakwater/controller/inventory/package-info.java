/**
 * What runs in the cluster: which workload has which containers with which image and digest. Fed by informers on small views of pods and their
 * owners; tells which images changed, and decides nothing about scans.
 */
@NullMarked
package dev.breakwater.controller.inventory;

import org.jspecify.annotations.NullMarked;
