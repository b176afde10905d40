package dev.breakwater.apiserver.managedfields;

import java.time.Instant;

/**
 * Who writes an object, and when.
 *
 * @param manager name of the field manager, such as {@code kubectl-edit}
 * @param apiVersion of the object as it is written
 * @param subresource {@code status}, or empty
 */
public record Writer(String manager, String apiVersion, String subresource, Instant time) {
    Managers.Identity identity(boolean applies) {
        return new Managers.Identity(manager, applies, applies ? "" : apiVersion, subresource);
    }
}
