/** The connection to the cluster: in-cluster or by kubeconfig; reviews, watches and small objects. */
@NullMarked
package dev.breakwater.apiserver.cluster;

import org.jspecify.annotations.NullMarked;
