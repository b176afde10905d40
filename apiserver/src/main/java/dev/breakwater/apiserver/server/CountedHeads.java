package dev.breakwater.apiserver.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Connections of HTTP/1.1 that tell the doorway what their heads cost while they are parsed. Jetty makes an object of each header as it
 * reads and counts only text: a megabyte of headers of 8 bytes is some 17 MB. Trailers, which nobody here reads, are not kept at all.
 */
final class CountedHeads extends HttpConnectionFactory {
    CountedHeads(HttpConfiguration http) {
        super(http);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        HttpConnection connection = new Counted(getHttpConfiguration(), withFreshBuffers(connector), endPoint);
        connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
        return configure(connection, connector, endPoint);
    }

    /** The connector in all but its buffers, which a connection of HTTP/1.1 asks it for and may use after it gave them back. */
    private static Connector withFreshBuffers(Connector connector) {
        if (!(connector.getByteBufferPool() instanceof ConnectionBuffers buffers)) {
            return connector;
        }
        ByteBufferPool fresh = buffers.fresh();
        return (Connector) Proxy.newProxyInstance(
                Connector.class.getClassLoader(), new Class<?>[] {Connector.class}, (_, method, arguments) -> {
                    if (method.getName().equals("getByteBufferPool")) {
                        return fresh;
                    }
                    try {
                        return method.invoke(connector, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static final class Counted extends HttpConnection {
        Counted(HttpConfiguration http, Connector connector, EndPoint endPoint) {
            super(http, connector, endPoint);
        }

        @Override
        protected RequestHandler newRequestHandler() {
            return new Fields();
        }

        /** Used by the thread that parses the connection, one at a time. */
        private final class Fields extends RequestHandler {
            /** The doorway's lock is taken for so many fields at once. */
            private static final int AT_ONCE = 16;

            private int fields;

            @Override
            public void startRequest(String method, String uri, HttpVersion version) {
                fields = 0;
                super.startRequest(method, uri, version);
            }

            @Override
            public void parsedHeader(HttpField field) {
                count();
                super.parsedHeader(field);
            }

            @Override
            public void parsedTrailer(HttpField field) {
                count();
            }

            private void count() {
                fields++;
                if (fields > HeadCost.MOST_FIELDS) {
                    throw new HttpException.RuntimeException(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
                }
                if (fields % AT_ONCE == 0) {
                    Visit visit = Visit.of(getEndPoint());
                    if (visit != null) {
                        visit.holds(AT_ONCE * HeadCost.FIELD);
                    }
                }
            }
        }
    }
}
