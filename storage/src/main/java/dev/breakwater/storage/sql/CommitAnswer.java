package dev.breakwater.storage.sql;

import dev.breakwater.storage.WriteOutcome;

/** What the writer says to one write of a batch. */
sealed interface CommitAnswer {
    record Done(WriteOutcome outcome) implements CommitAnswer {}

    /** The content is not there, or not any more: store its bytes and ask again. */
    record BytesNeeded() implements CommitAnswer {}
}
