package dev.breakwater.storage;

/**
 * The number under which a kind of object is stored. Numbers are given by the caller, are part of the database and never change
 * their meaning.
 *
 * @param number 1 or more
 */
public record KindId(int number) {}
