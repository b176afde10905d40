package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.JsonStrings;
import java.util.Arrays;

/**
 * Where the members of the open objects lie in the output, and how to put those of one object in order. Positions are kept on one
 * stack for all levels, three numbers to a member: begin of the key, end of the key, end of the value.
 */
final class MemberOrder {
    private static final int FIELDS = 3;

    private int[] stack = new int[96];
    private int top;
    private byte[] moved = new byte[4096];

    int open() {
        return top;
    }

    /** Notes the member whose key lies in {@code [keyFrom, keyTo)} and whose value ends where the output ends. */
    void add(ByteBuilder out, int keyFrom, int keyTo) {
        if (top + FIELDS > stack.length) {
            stack = Arrays.copyOf(stack, stack.length * 2);
        }
        stack[top] = keyFrom;
        stack[top + 1] = keyTo;
        stack[top + 2] = out.length();
        top += FIELDS;
    }

    /**
     * Puts the members since {@code base} in order of their keys; of several with one key the last stays, as in Go.
     *
     * @param objectFrom position of the opening brace
     */
    void close(int base, ByteBuilder out, int objectFrom, FieldPath path, Findings findings) {
        byte[] bytes = out.array();
        boolean ordered = true;
        for (int m = base + FIELDS; m < top && ordered; m += FIELDS) {
            ordered = compare(bytes, m - FIELDS, m) < 0;
        }
        if (!ordered) {
            int count = (top - base) / FIELDS;
            int[] members = new int[count];
            for (int i = 0; i < count; i++) {
                members[i] = base + i * FIELDS;
            }
            sort(bytes, members);
            rewrite(members, out, objectFrom + 1, path, findings);
        }
        top = base;
    }

    /** Insertion sort: stable, and objects have few members, mostly in order. */
    private void sort(byte[] bytes, int[] members) {
        if (members.length > 64) {
            Integer[] boxed = Arrays.stream(members).boxed().toArray(Integer[]::new);
            Arrays.sort(boxed, (a, b) -> compare(bytes, a, b));
            for (int i = 0; i < members.length; i++) {
                members[i] = boxed[i];
            }
            return;
        }
        for (int i = 1; i < members.length; i++) {
            int member = members[i];
            int j = i - 1;
            while (j >= 0 && compare(bytes, members[j], member) > 0) {
                members[j + 1] = members[j];
                j--;
            }
            members[j + 1] = member;
        }
    }

    private void rewrite(int[] members, ByteBuilder out, int from, FieldPath path, Findings findings) {
        byte[] bytes = out.array();
        int length = out.length() - from;
        if (moved.length < length) {
            moved = new byte[Math.max(length, moved.length * 2)];
        }
        int to = 0;
        for (int i = 0; i < members.length; i++) {
            int member = members[i];
            if (i + 1 < members.length && compare(bytes, member, members[i + 1]) == 0) {
                findings.duplicate(path.child(StringBytes.decode(bytes, stack[member] + 1, stack[member + 1] - 1)));
                continue;
            }
            if (to > 0) {
                moved[to++] = ',';
            }
            int size = stack[member + 2] - stack[member];
            System.arraycopy(bytes, stack[member], moved, to, size);
            to += size;
        }
        System.arraycopy(moved, 0, bytes, from, to);
        out.setLength(from + to);
    }

    private int compare(byte[] bytes, int a, int b) {
        int aFrom = stack[a] + 1;
        int aTo = stack[a + 1] - 1;
        int bFrom = stack[b] + 1;
        int bTo = stack[b + 1] - 1;
        int difference = Arrays.mismatch(bytes, aFrom, aTo, bytes, bFrom, bTo);
        if (difference < 0) {
            return 0;
        }
        if (escaped(bytes, aFrom, aTo) || escaped(bytes, bFrom, bTo)) {
            return JsonStrings.BY_UTF8.compare(
                    StringBytes.decode(bytes, aFrom, aTo), StringBytes.decode(bytes, bFrom, bTo));
        }
        if (aFrom + difference >= aTo || bFrom + difference >= bTo) {
            return (aTo - aFrom) - (bTo - bFrom);
        }
        return (bytes[aFrom + difference] & 0xff) - (bytes[bFrom + difference] & 0xff);
    }

    private static boolean escaped(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                return true;
            }
        }
        return false;
    }
}
