package dev.breakwater.controller.image;

import java.util.List;

/**
 * On whose behalf an image is pulled: what a pod's spec says about it. Secrets are read from the pod's own namespace only, so that no workload gets at
 * what another namespace's credentials lead to.
 *
 * @param namespace of the pod
 * @param pullSecrets names of its {@code imagePullSecrets}, in their order
 * @param serviceAccount name; {@code default} where the pod names none
 */
public record PullIdentity(String namespace, List<String> pullSecrets, String serviceAccount) {
    public static final String DEFAULT_ACCOUNT = "default";
}
