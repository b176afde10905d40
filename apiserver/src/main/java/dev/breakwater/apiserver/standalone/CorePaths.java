package dev.breakwater.apiserver.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.discovery.ApiResource;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.Intake;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.server.PathExchange;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The core paths that kubectl asks for where there is no cluster: namespaces, which exist by being named; an empty list of events,
 * for {@code describe}; and the reviews behind {@code auth can-i} and {@code auth whoami}.
 */
public final class CorePaths implements PathExchange {
    /** kubectl's are below one KiB. */
    private static final int LARGEST_REVIEW = 64 << 10;
    /** Memory of all reviews at one time; one has two thirds of it. */
    private static final int ALL_REVIEWS = 3 << 20;

    private static final Pattern NAMESPACE = Pattern.compile("/api/v1/namespaces/([^/]+)/?");
    private static final Pattern EVENTS = Pattern.compile("/api/v1/(namespaces/[^/]+/)?events/?");
    private static final Pattern REVIEW = Pattern.compile(
            "/apis/(authorization|authentication)\\.k8s\\.io/v1/(selfsubject(?:access|rules|)reviews)/?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private final ByteBudget memory = new ByteBudget(ALL_REVIEWS, Duration.ofMillis(200));
    private final NamespacesInUse namespaces;
    private final SelfReviews reviews;

    public CorePaths(NamespacesInUse namespaces, Users users) {
        this.namespaces = namespaces;
        this.reviews = new SelfReviews(users.rules());
    }

    /** What discovery shows of it. */
    public static List<ApiResource> resources() {
        return List.of(
                new ApiResource(
                        "",
                        "v1",
                        "Namespace",
                        "namespaces",
                        "namespace",
                        false,
                        List.of("get", "list"),
                        List.of("ns"),
                        List.of()),
                new ApiResource("", "v1", "Event", "events", "event", true, List.of("list"), List.of("ev"), List.of()),
                review("authentication.k8s.io", "SelfSubjectReview"),
                review("authorization.k8s.io", "SelfSubjectAccessReview"),
                review("authorization.k8s.io", "SelfSubjectRulesReview"));
    }

    @Override
    public boolean knows(String path) {
        return path.matches("/api/v1/namespaces/?")
                || NAMESPACE.matcher(path).matches()
                || EVENTS.matcher(path).matches()
                || REVIEW.matcher(path).matches();
    }

    @Override
    public void serve(String path, User user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Matcher review = REVIEW.matcher(path);
        if (review.matches()) {
            require(request, "POST");
            try (ByteBudget.Share share = memory.open()) {
                ObjectNode asked = body(review.group(2), request, share);
                answer(response, 201, reviews.answer(review.group(2), asked, user));
            }
            return;
        }
        require(request, "GET");
        Matcher namespace = NAMESPACE.matcher(path);
        if (namespace.matches()) {
            answer(response, 200, named(namespace.group(1)));
        } else if (EVENTS.matcher(path).matches()) {
            answer(response, 200, list("EventList"));
        } else {
            ObjectNode list = list("NamespaceList");
            ArrayNode items = (ArrayNode) list.required("items");
            namespaces.names().forEach(name -> items.add(named(name)));
            answer(response, 200, list);
        }
    }

    private static void require(HttpServletRequest request, String method) {
        boolean head = method.equals("GET") && request.getMethod().equals("HEAD");
        if (!request.getMethod().equals(method) && !head) {
            throw Statuses.methodNotAllowed();
        }
    }

    private static ObjectNode named(String name) {
        if (!LABEL.matcher(name).matches()) {
            throw Statuses.namespaceNotFound(name);
        }
        ObjectNode namespace = JsonNodeFactory.instance.objectNode();
        namespace.put("kind", "Namespace").put("apiVersion", "v1");
        ObjectNode metadata = namespace.putObject("metadata").put("name", name);
        metadata.putObject("labels").put("kubernetes.io/metadata.name", name);
        namespace.putObject("status").put("phase", "Active");
        return namespace;
    }

    private static ObjectNode list(String kind) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", kind).put("apiVersion", "v1");
        list.putObject("metadata");
        list.putArray("items");
        return list;
    }

    private static ObjectNode body(String resource, HttpServletRequest request, ByteBudget.Share share)
            throws IOException {
        // Body, answer, and the little that protobuf takes.
        share.take(4 * LARGEST_REVIEW);
        byte[] bytes;
        try (InputStream in = request.getInputStream()) {
            bytes = in.readNBytes(LARGEST_REVIEW + 1);
        }
        if (bytes.length > LARGEST_REVIEW) {
            throw Statuses.requestEntityTooLarge(LARGEST_REVIEW);
        }
        String type = String.valueOf(request.getHeader("Content-Type"));
        try {
            if (type.startsWith(ProtobufReview.MEDIA_TYPE)) {
                return ProtobufReview.decode(resource, bytes);
            }
            if (Intake.tree(new ByteBuilder(bytes.length).append(bytes), share) instanceof ObjectNode object) {
                return object;
            }
        } catch (MalformedException | IllegalArgumentException e) {
            throw Statuses.badRequest("the body cannot be read as a review: " + e.getMessage());
        }
        throw Statuses.badRequest("the body must be a review as a JSON object");
    }

    private static void answer(HttpServletResponse response, int code, ObjectNode object) throws IOException {
        byte[] body = object.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(code);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static ApiResource review(String group, String kind) {
        String singular = kind.toLowerCase(Locale.ROOT);
        return new ApiResource(
                group, "v1", kind, singular + "s", singular, false, List.of("create"), List.of(), List.of());
    }
}
