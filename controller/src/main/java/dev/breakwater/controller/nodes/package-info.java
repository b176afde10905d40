/**
 * Facts about nodes: how the files of the control plane and the kubelet are protected, and how the kubelet is configured.
 *
 * <p>{@link dev.breakwater.controller.nodes.NodeCollector} runs in a Job on each node and prints what it saw; the rest runs in the controller.
 */
@org.jspecify.annotations.NullMarked
package dev.breakwater.controller.nodes;
