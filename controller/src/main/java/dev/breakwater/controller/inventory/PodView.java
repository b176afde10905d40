package dev.breakwater.controller.inventory;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.annotations.SerializedName;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What we keep of a pod. */
record PodView(
        @Nullable Meta metadata,
        @Nullable PodSpecView spec,
        @Nullable Status status) implements View {
    record Status(
            @Nullable String phase,

            @SerializedName("conditions") @JsonAdapter(SchedulerWords.class) @Nullable
            String unschedulable,

            @Nullable List<ContainerStatus> containerStatuses,
            @Nullable List<ContainerStatus> initContainerStatuses,
            @Nullable List<ContainerStatus> ephemeralContainerStatuses) {}

    record ContainerStatus(
            @Nullable String name,
            @Nullable String imageID,
            @Nullable State state) {}

    record State(@Nullable Waiting waiting) {}

    record Waiting(@Nullable String reason, @Nullable String message) {}

    /** What the node says the container runs; empty until it does. */
    String imageId(String container) {
        ContainerStatus found = find(container);
        return found == null || found.imageID() == null ? "" : found.imageID();
    }

    /** Why the container does not run; null where the node does not say. */
    @Nullable
    Waiting waiting(String container) {
        ContainerStatus found = find(container);
        return found == null || found.state() == null ? null : found.state().waiting();
    }

    /** Whether a container may still begin to run: the pod has not ended and is not going. */
    boolean isOpen() {
        String phase = status == null || status.phase() == null ? "" : status.phase();
        return meta().deletionTimestamp() == null && !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    /** The scheduler's words, where no node takes the pod. */
    String unschedulable() {
        return status == null || status.unschedulable() == null ? "" : status.unschedulable();
    }

    /** Of the conditions only what the scheduler says where it finds no node: tens of thousands of pods have one. */
    static final class SchedulerWords extends TypeAdapter<String> {
        @Override
        public @Nullable String read(JsonReader in) {
            if (JsonParser.parseReader(in) instanceof JsonArray conditions) {
                for (JsonElement element : conditions) {
                    if (element instanceof JsonObject condition
                            && text(condition, "type").equals("PodScheduled")
                            && text(condition, "status").equals("False")) {
                        return text(condition, "message");
                    }
                }
            }
            return null;
        }

        @Override
        public void write(JsonWriter out, String value) {
            throw new UnsupportedOperationException("views are only read");
        }

        private static String text(JsonObject object, String field) {
            return object.get(field) instanceof JsonPrimitive value ? value.getAsString() : "";
        }
    }

    private @Nullable ContainerStatus find(String container) {
        if (status == null) {
            return null;
        }
        ContainerStatus found = find(status.containerStatuses(), container);
        found = found == null ? find(status.initContainerStatuses(), container) : found;
        return found == null ? find(status.ephemeralContainerStatuses(), container) : found;
    }

    private static @Nullable ContainerStatus find(@Nullable List<ContainerStatus> statuses, String container) {
        if (statuses != null) {
            for (ContainerStatus status : statuses) {
                if (container.equals(status.name())) {
                    return status;
                }
            }
        }
        return null;
    }
}
