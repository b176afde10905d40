package dev.breakwater.controller.rego;

/**
 * An object to be judged.
 *
 * @param id the caller's word for it
 * @param json the object, with apiVersion, kind and metadata
 */
public record RegoObject(String id, String kind, String json) {}
