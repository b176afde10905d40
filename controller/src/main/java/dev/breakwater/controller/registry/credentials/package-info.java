/**
 * Whose credentials lead to which image: pull secrets of pods and service accounts, and secrets named per namespace, matched to a reference the way the
 * kubelet matches them. Knows Secrets; knows no Jobs and asks no registry.
 */
@NullMarked
package dev.breakwater.controller.registry.credentials;

import org.jspecify.annotations.NullMarked;
