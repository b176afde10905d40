package dev.breakwater.cli;

/** A command that speaks to a person on stdout; log lines of ordinary work would only stand in between. */
public interface TellsByItself {}
