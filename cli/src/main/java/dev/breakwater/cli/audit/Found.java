package dev.breakwater.cli.audit;

/** Is told what the input holds, in its order. What cannot be read is told like what can: one bad file must not hide the next. */
interface Found {
    void object(Manifest manifest);

    void unread(Unread unread);
}
