package dev.breakwater.bench.compare;

import dev.breakwater.bench.wire.Answer;
import dev.breakwater.bench.wire.Connection;
import dev.breakwater.bench.wire.Endpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Eight connections that share out a number of operations.
 *
 * <p>Threading: {@link #run} starts one virtual thread per connection and returns when all have ended.
 */
final class Clients implements AutoCloseable {
    /** One operation on a connection that nobody else uses meanwhile. */
    @FunctionalInterface
    interface Operation {
        Answer run(Connection connection, int number);
    }

    static final int CONNECTIONS = 8;

    private final Endpoint endpoint;
    private final List<Connection> connections;

    Clients(Endpoint endpoint) {
        this.endpoint = endpoint;
        connections = IntStream.range(0, CONNECTIONS)
                .mapToObj(_ -> new Connection(endpoint))
                .toList();
    }

    Connection first() {
        return connections.getFirst();
    }

    /** A further connection of the caller's own, to be closed by it. */
    Connection another() {
        return new Connection(endpoint);
    }

    /** Runs the operations {@code 0 .. operations-1}, each once; stops at the first that fails. */
    List<Answer> run(int operations, Operation operation) {
        List<Answer> answers = Collections.synchronizedList(new ArrayList<>(operations));
        AtomicInteger next = new AtomicInteger();
        List<Callable<Void>> workers = new ArrayList<>();
        for (Connection connection : connections) {
            workers.add(() -> {
                for (int i = next.getAndIncrement(); i < operations; i = next.getAndIncrement()) {
                    Answer answer = operation.run(connection, i);
                    answers.add(answer.withoutBody());
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> ended : threads.invokeAll(workers)) {
                ended.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return answers;
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
    }
}
