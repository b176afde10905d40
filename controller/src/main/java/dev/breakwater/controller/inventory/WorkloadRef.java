package dev.breakwater.controller.inventory;

/** A workload. Two of the same name at different times differ in their uid, and so do their reports' owners. */
public record WorkloadRef(WorkloadKind kind, String namespace, String name, String uid) {
    @Override
    public String toString() {
        return kind.resource().kind() + " " + namespace + "/" + name;
    }
}
