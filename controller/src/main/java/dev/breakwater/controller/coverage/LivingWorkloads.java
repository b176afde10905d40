package dev.breakwater.controller.coverage;

import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.reports.Owners;

/** The workloads that the inventory knows, as owners of reports. */
public record LivingWorkloads(Inventory inventory) implements Owners {
    @Override
    public boolean live(String kind, String uid) {
        return inventory.lives(kind, uid);
    }

    @Override
    public boolean runs(String uid, String container) {
        return inventory
                .workload(uid)
                .filter(workload -> workload.has(container))
                .isPresent();
    }
}
