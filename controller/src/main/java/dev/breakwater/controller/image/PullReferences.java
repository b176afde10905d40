package dev.breakwater.controller.image;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where a scanner can get the content of a digest. */
public final class PullReferences {
    private PullReferences() {}

    /**
     * The pod's own repository first: it is where the node got the image, and where credentials lead. A node shows with a digest whichever repository it
     * knows of that holds it, also one that has long been deleted; that one is second.
     *
     * @param image as the pod names it
     * @param id what the node says
     * @param digest of the content
     * @return at least one
     */
    public static List<String> of(String image, ImageId id, String digest) {
        Set<String> references = new LinkedHashSet<>();
        String own = byDigest(image, digest);
        if (!own.isEmpty()) {
            references.add(own);
        }
        if (id instanceof ImageId.InRegistry pulled) {
            String reported = byDigest(pulled.repository(), digest);
            references.add(reported.isEmpty() ? pulled.repository() + "@" + digest : reported);
        }
        if (references.isEmpty()) {
            references.add(image);
        }
        return new ArrayList<>(references);
    }

    /** Empty for what no registry would take as a name, such as the bare id of an image. */
    private static String byDigest(String image, String digest) {
        try {
            return ImageReference.parse(image).name() + "@" + digest;
        } catch (IllegalArgumentException unnamed) {
            return "";
        }
    }
}
