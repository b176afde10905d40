package dev.breakwater.apiserver.list;

import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.selector.FieldSelector;
import dev.breakwater.apiserver.selector.LabelSelector;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.apiserver.selector.SelectorException;
import dev.breakwater.apiserver.status.Statuses;

/** The collection that a request is about. */
public final class Selections {
    private Selections() {}

    /** @throws dev.breakwater.apiserver.status.StatusException 400 for a selector that cannot be understood */
    public static Selection of(Call call) {
        try {
            return new Selection(
                    call.kind().namespaced() ? call.request().namespace() : null,
                    LabelSelector.parse(call.query().text("labelSelector")),
                    FieldSelector.parse(
                            call.query().text("fieldSelector"), call.kind().namespaced()));
        } catch (SelectorException e) {
            throw Statuses.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
