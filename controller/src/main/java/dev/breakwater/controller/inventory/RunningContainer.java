package dev.breakwater.controller.inventory;

import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.naming.TopOwner;
import java.util.List;

/**
 * A container of a workload with the image that it runs.
 *
 * @param top what the workload was made from
 * @param specHash of the workload's pod template; changes when the template does
 * @param container name
 * @param image as the pod names it
 * @param running what the node says it is
 * @param pullReferences what a scanner must pull to see the same content; the second where the first cannot be had, and so on
 * @param pulledBy whose credentials lead there
 */
public record RunningContainer(
        WorkloadRef workload,
        TopOwner top,
        String specHash,
        String container,
        String image,
        RunningImage running,
        List<String> pullReferences,
        PullIdentity pulledBy) {}
