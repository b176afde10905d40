package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.ByteBuilder;
import java.util.Arrays;

/**
 * Where the members of the open objects lie in the output, and how to put those of one object in order. Positions are kept on one
 * stack for all levels, three numbers to a member: begin of the key, end of the key, end of the value.
 */
final class MemberOrder {
    private static final int FIELDS = 3;
    private static final int FEW = 64;

    private final Allowance memory;
    private int[] stack = new int[96];
    private int top;
    private byte[] moved = new byte[4096];

    MemberOrder(Allowance memory) {
        this.memory = memory;
    }

    int open() {
        return top;
    }

    /** Notes the member whose key lies in {@code [keyFrom, keyTo)} and whose value ends where the output ends. */
    void add(ByteBuilder out, int keyFrom, int keyTo) {
        if (top + FIELDS > stack.length) {
            memory.take(stack.length * 2L * Integer.BYTES);
            stack = Arrays.copyOf(stack, stack.length * 2);
            memory.giveBack(stack.length / 2L * Integer.BYTES);
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
            memory.take(2L * count * Integer.BYTES);
            int[] members = new int[count];
            for (int i = 0; i < count; i++) {
                members[i] = base + i * FIELDS;
            }
            rewrite(sorted(bytes, members), out, objectFrom + 1, path, findings);
            memory.giveBack(2L * count * Integer.BYTES);
        }
        top = base;
    }

    private int[] sorted(byte[] bytes, int[] members) {
        if (members.length > FEW) {
            return merged(bytes, members);
        }
        // Stable, and the quickest for objects as they are: few members, mostly in order.
        for (int i = 1; i < members.length; i++) {
            int member = members[i];
            int j = i - 1;
            while (j >= 0 && compare(bytes, members[j], member) > 0) {
                members[j + 1] = members[j];
                j--;
            }
            members[j + 1] = member;
        }
        return members;
    }

    /** Merge sort from the bottom up: stable, without an object for each member. */
    private int[] merged(byte[] bytes, int[] members) {
        int n = members.length;
        int[] from = members;
        int[] to = new int[n];
        for (int run = 1; run < n; run *= 2) {
            for (int begin = 0; begin < n; begin += 2 * run) {
                int middle = Math.min(begin + run, n);
                int end = Math.min(begin + 2 * run, n);
                int left = begin;
                int right = middle;
                for (int i = begin; i < end; i++) {
                    boolean takesLeft = left < middle && (right >= end || compare(bytes, from[left], from[right]) <= 0);
                    to[i] = takesLeft ? from[left++] : from[right++];
                }
            }
            int[] swapped = from;
            from = to;
            to = swapped;
        }
        return from;
    }

    private void rewrite(int[] members, ByteBuilder out, int from, FieldPath path, Findings findings) {
        byte[] bytes = out.array();
        int length = out.length() - from;
        if (moved.length < length) {
            int wider = Math.max(length, moved.length * 2);
            memory.take(wider);
            memory.giveBack(moved.length);
            moved = new byte[wider];
        }
        int to = 0;
        for (int i = 0; i < members.length; i++) {
            int member = members[i];
            if (i + 1 < members.length && compare(bytes, member, members[i + 1]) == 0) {
                findings.duplicate(path, StringBytes.decode(bytes, stack[member] + 1, stack[member + 1] - 1));
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

    /** By the UTF-8 bytes of the keys as they are without escapes. */
    private int compare(byte[] bytes, int a, int b) {
        int aFrom = stack[a] + 1;
        int aTo = stack[a + 1] - 1;
        int bFrom = stack[b] + 1;
        int bTo = stack[b + 1] - 1;
        int difference = Arrays.mismatch(bytes, aFrom, aTo, bytes, bFrom, bTo);
        if (difference < 0) {
            return 0;
        }
        int same = token(bytes, aFrom, difference);
        if (aFrom + same >= aTo || bFrom + same >= bTo) {
            return (aTo - aFrom) - (bTo - bFrom);
        }
        return unescaped(bytes, aFrom + same) - unescaped(bytes, bFrom + same);
    }

    /** Begin of the character or escape that has the byte at {@code offset}, up to which two keys are the same. */
    private static int token(byte[] bytes, int from, int offset) {
        int i = 0;
        while (i < offset) {
            int step = bytes[from + i] != '\\' ? 1 : bytes[from + i + 1] == 'u' ? 6 : 2;
            if (i + step > offset) {
                return i;
            }
            i += step;
        }
        return i;
    }

    private static int unescaped(byte[] bytes, int at) {
        if (bytes[at] != '\\') {
            return bytes[at] & 0xff;
        }
        return switch (bytes[at + 1]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> Character.digit(bytes[at + 4], 16) << 4 | Character.digit(bytes[at + 5], 16);
            default -> bytes[at + 1];
        };
    }
}
