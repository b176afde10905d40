package dev.breakwater.controller.checks;

/** One check's verdict on the object at hand. */
public record CheckResult(CheckDefinition check, Verdict verdict) {}
