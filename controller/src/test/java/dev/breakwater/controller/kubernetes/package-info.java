/** A small Kubernetes API over real HTTP for tests that need no control plane. */
package dev.breakwater.controller.kubernetes;
