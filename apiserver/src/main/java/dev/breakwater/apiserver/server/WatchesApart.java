package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.request.Query;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers watches apart from the chain that everything else passes, so that they hold no thread while they are idle, which ten
 * thousand of them are (docs/decisions/0080).
 *
 * <p>Threading: starts one virtual thread for each watch, which ends when it is open.
 */
final class WatchesApart implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger(WatchesApart.class);
    /** A longer query can only be refused, or be a watch that takes a thread of the others. */
    private static final int LONGEST_QUERY = 8 * 1024;

    private final Exchange exchange;

    WatchesApart(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest http
                && response instanceof HttpServletResponse answer
                && isWatch(http.getQueryString())) {
            AsyncContext context = request.startAsync();
            context.setTimeout(0);
            Thread.ofVirtual().name("watch").start(() -> serve(http, answer, context));
        } else {
            chain.doFilter(request, response);
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response, AsyncContext context) {
        try {
            exchange.begin(request, response, sent -> end(request, context, sent));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a watch failed outside of its filters", e);
        }
    }

    private static void end(HttpServletRequest request, AsyncContext context, Runnable sent) {
        try {
            CutOff.ifRequested(request);
        } finally {
            complete(context, sent);
        }
    }

    /** Another thread sends the end. */
    private static void complete(AsyncContext context, Runnable sent) {
        try {
            context.addListener(new WhenComplete(sent));
            context.complete();
        } catch (IllegalStateException e) {
            // Cut off, or its client left: it is complete already.
            LOG.debug("a watch was complete already", e);
            sent.run();
        }
    }

    private record WhenComplete(Runnable action) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            action.run();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    private static boolean isWatch(@Nullable String query) {
        return query != null
                && query.length() <= LONGEST_QUERY
                && Query.of(query).flag("watch");
    }
}
