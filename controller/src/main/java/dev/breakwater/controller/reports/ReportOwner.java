package dev.breakwater.controller.reports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.naming.ReportLabels;
import dev.breakwater.controller.naming.ReportName;

/**
 * Whose a report is: the workload that owns it and the container that it is about. All are empty where the report does not say.
 *
 * @param uid of the workload
 */
record ReportOwner(String kind, String uid, String container) {
    static ReportOwner of(JsonNode metadata) {
        String container =
                metadata.path("labels").path(ReportLabels.CONTAINER_NAME).asText();
        for (JsonNode owner : metadata.path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return new ReportOwner(
                        owner.path("kind").asText(), owner.path("uid").asText(), container);
            }
        }
        return new ReportOwner("", "", container);
    }

    /** The report's name is held by the asking container, by another that lives, or by nobody any more. */
    ReportName.Holder heldBy(RunningContainer asking, Owners owners) {
        if (isOf(asking)) {
            return ReportName.Holder.US;
        }
        boolean lives = uid.equals(asking.workload().uid())
                ? owners.runs(uid, container)
                : !uid.isEmpty() && owners.live(kind, uid);
        return lives ? ReportName.Holder.ANOTHER : ReportName.Holder.NOBODY;
    }

    boolean isOf(RunningContainer asking) {
        return uid.equals(asking.workload().uid()) && (container.isEmpty() || container.equals(asking.container()));
    }
}
