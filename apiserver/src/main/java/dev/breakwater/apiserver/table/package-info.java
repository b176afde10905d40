/** Tables: columns, cells and ages (k8s-wire 4.5, trivy-operator 1.2). */
@NullMarked
package dev.breakwater.apiserver.table;

import org.jspecify.annotations.NullMarked;
