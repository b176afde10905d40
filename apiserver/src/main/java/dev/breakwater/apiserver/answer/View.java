package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.negotiate.Representation;
import dev.breakwater.apiserver.table.IncludeObject;
import dev.breakwater.storage.Projection;

/** Of which kind objects are, and how the client wants to see them. */
public record View(ReportKind kind, Representation form, IncludeObject includeObject) {
    /** What a read must fetch for this view. */
    public Projection projection() {
        return switch (form.shape()) {
            case OBJECT -> Projection.SHOWN;
            case METADATA -> Projection.META;
            case TABLE -> includeObject == IncludeObject.OBJECT ? Projection.SHOWN : Projection.META;
        };
    }
}
