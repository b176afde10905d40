package dev.breakwater.apiserver.resources;

import dev.breakwater.apiserver.answer.Answers;
import dev.breakwater.apiserver.answer.ObjectAnswer;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.BulkMemo;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.Intake;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.list.ListVerb;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.object.StoredForm;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.request.ResourceRequest;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.request.UnreadBody;
import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.apiserver.verbs.Create;
import dev.breakwater.apiserver.verbs.Delete;
import dev.breakwater.apiserver.verbs.DeleteCollection;
import dev.breakwater.apiserver.verbs.Get;
import dev.breakwater.apiserver.verbs.Patch;
import dev.breakwater.apiserver.verbs.Update;
import dev.breakwater.apiserver.watch.WatchVerb;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Serves objects of all kinds from one store.
 *
 * <p>Threading: safe for any number of threads; a request runs on its caller's.
 */
public final class Resources implements ResourceEndpoint, AutoCloseable {
    private final Map<KindId, KindSchema> schemas = new HashMap<>();
    private final ZlibPool pool;
    private final Answers answers;
    private final Create create;
    private final Get get;
    private final Update update;
    private final Patch patch;
    private final Delete delete;
    private final DeleteCollection deleteCollection;
    private final ListVerb list;
    private final WatchVerb watch;

    /**
     * @param room for what requests hold
     * @param random for generated names and the ends of watches
     * @param shutdown raised when watches are to end
     */
    public Resources(
            KindTable kinds,
            ReportStore store,
            ResourceSettings settings,
            Room room,
            InstantSource clock,
            RandomGenerator random,
            ShutdownSignal shutdown) {
        this(kinds, store, settings, room, clock, random, shutdown, System::nanoTime);
    }

    /** @param nanoTime the clock of the limits for those who do not read */
    Resources(
            KindTable kinds,
            ReportStore store,
            ResourceSettings settings,
            Room room,
            InstantSource clock,
            RandomGenerator random,
            ShutdownSignal shutdown,
            LongSupplier nanoTime) {
        kinds.all().forEach(kind -> schemas.put(kind.id(), KindSchema.compile(kind)));
        pool = new ZlibPool(Runtime.getRuntime().availableProcessors());
        Intake intake = new Intake(
                pool,
                new ByteBudget(settings.bytesInFlight(), settings.patience(), room),
                new BulkMemo(settings.rememberedBulks()),
                settings.spill(),
                settings.mostBodyBytes());
        answers = new Answers(pool, settings.answers(), room, nanoTime).start();
        Registry registry = new Registry(
                store, pool, intake, new StoredForm(pool), answers, new ObjectAnswer(answers, clock), clock, random);
        create = new Create(registry);
        get = new Get(registry);
        update = new Update(registry);
        patch = new Patch(registry);
        delete = new Delete(registry);
        deleteCollection = new DeleteCollection(registry);
        list = new ListVerb(registry);
        watch = new WatchVerb(registry, shutdown);
    }

    @Override
    public void serve(ResourceRequest request) throws IOException {
        try {
            serveVerb(request);
        } catch (StatusException e) {
            UnreadBody.drain(request.http());
            throw e;
        }
    }

    private void serveVerb(ResourceRequest request) throws IOException {
        Call call = Call.of(request, schema(request.kind()));
        switch (request.verb()) {
            case GET -> get.serve(call);
            case LIST -> list.serve(call);
            case WATCH -> watch.serve(call);
            case CREATE -> create.serve(call);
            case UPDATE -> update.serve(call);
            case PATCH -> patch.serve(call);
            case DELETE -> delete.serve(call);
            case DELETECOLLECTION -> deleteCollection.serve(call);
        }
    }

    private KindSchema schema(ReportKind kind) {
        KindSchema schema = schemas.get(kind.id());
        if (schema == null) {
            throw Statuses.noSuchPath();
        }
        return schema;
    }

    /** What answers in progress hold. */
    Answers answers() {
        return answers;
    }

    /** Gives native memory back; requests must have ended. */
    @Override
    public void close() {
        watch.close();
        answers.close();
        pool.close();
    }
}
