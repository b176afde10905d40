package dev.breakwater.apiserver.server;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;

/**
 * Connections of HTTP/2 whose streams keep no trailers: nobody here reads them, and each of thousands of streams whose body waits to be
 * read could hold a megabyte.
 */
final class NoTrailers extends HTTP2ServerConnectionFactory {
    NoTrailers(HttpConfiguration http) {
        super(http);
    }

    @Override
    protected ServerSessionListener newSessionListener(Connector connector, EndPoint endPoint) {
        return new HTTPServerSessionListener(endPoint) {
            @Override
            public void onHeaders(Stream stream, HeadersFrame frame) {
                MetaData nothing = new MetaData(HttpVersion.HTTP_2, HttpFields.EMPTY);
                super.onHeaders(
                        stream,
                        new HeadersFrame(frame.getStreamId(), nothing, frame.getPriority(), frame.isEndStream()));
            }
        };
    }
}
