/**
 * Names, hashes, label and annotation keys of reports and Jobs, exactly as the Trivy Operator spells them, so that its reports and ours are one
 * set (spec trivy-operator 2). Pure functions of strings: no client, no clock.
 */
@NullMarked
package dev.breakwater.controller.naming;

import org.jspecify.annotations.NullMarked;
