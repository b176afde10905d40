package dev.breakwater.apiserver.request;

import jakarta.servlet.http.HttpServletRequest;

/** The collection that a watch begins with: whoever sends it says when it is through, and makes room for the next one. */
public final class InitialList {
    private static final String ATTRIBUTE = InitialList.class.getName();

    private InitialList() {}

    /** @param action run when the collection was sent; harmless if it runs twice or never */
    public static void whenSent(HttpServletRequest request, Runnable action) {
        request.setAttribute(ATTRIBUTE, action);
    }

    /** To be called by whoever sent it. */
    public static void sent(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Runnable action) {
            request.removeAttribute(ATTRIBUTE);
            action.run();
        }
    }
}
