package dev.breakwater.apiserver.server;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * Ends an answer that cannot be finished in a way that no client takes for its end: RST_STREAM, or a connection closed within a
 * chunk (k8s-wire 4.7, 7.3). Done outside of Javalin, which fails on an aborted exchange and would log every client that leaves.
 */
final class CutOff implements Filter {
    private static final String CAUSE = CutOff.class.getName();

    /** Has the answer cut off when its request is through. */
    static void request(ServletRequest request, Throwable cause) {
        request.setAttribute(CAUSE, cause);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        ifRequested(request);
    }

    static void ifRequested(ServletRequest request) {
        if (request.getAttribute(CAUSE) instanceof Throwable cause) {
            ServletContextRequest.getServletContextRequest(request)
                    .getServletChannel()
                    .abort(cause);
        }
    }
}
