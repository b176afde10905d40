package dev.breakwater.controller.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which hosts are reached without a proxy, by the rules of NO_PROXY in Go (golang.org/x/net/http/httpproxy), so that the controller goes the way that its
 * Jobs go: a name stands for itself and all names below it, with a leading dot for those below it only; addresses and ranges stand for addresses; {@code *}
 * for all; a port narrows each. This machine itself is always reached directly.
 */
final class NoProxy {
    private static final Pattern ENTRY = Pattern.compile(
            "\\*|\\.?[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5}|/[0-9]{1,3})?|\\[?[0-9a-fA-F:]+]?(/[0-9]{1,3})?");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final List<String> entries;

    NoProxy(List<String> entries) {
        this.entries = entries.stream()
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** @throws IllegalArgumentException for what names no host */
    static void check(String entry) {
        String text = entry.strip();
        if (!ENTRY.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        int slash = text.indexOf('/');
        if (slash >= 0) {
            Optional<byte[]> network = address(text.substring(0, slash));
            if (network.isEmpty() || Integer.parseInt(text.substring(slash + 1)) > network.get().length * 8) {
                throw new IllegalArgumentException(text);
            }
        }
    }

    boolean holds(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        Optional<byte[]> address = address(name);
        if (name.equals("localhost") || address.filter(NoProxy::isLoopback).isPresent()) {
            return true;
        }
        return entries.stream().anyMatch(entry -> holds(entry, name, address, port));
    }

    private static boolean holds(String entry, String name, Optional<byte[]> address, int port) {
        if (entry.equals("*")) {
            return true;
        }
        int slash = entry.indexOf('/');
        if (slash >= 0) {
            Optional<byte[]> network = address(entry.substring(0, slash));
            return network.isPresent()
                    && address.isPresent()
                    && isWithin(address.get(), network.get(), Integer.parseInt(entry.substring(slash + 1)));
        }
        String wanted = entry;
        int colon = entry.lastIndexOf(':');
        if (colon > 0 && entry.indexOf(':') == colon) {
            if (Integer.parseInt(entry.substring(colon + 1)) != port) {
                return false;
            }
            wanted = entry.substring(0, colon);
        }
        if (wanted.startsWith(".")) {
            return name.endsWith(wanted);
        }
        return name.equals(wanted) || (address.isEmpty() && name.endsWith("." + wanted));
    }

    /** Empty for names: nobody is asked what they stand for. */
    private static Optional<byte[]> address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text).getAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isLoopback(byte[] address) {
        try {
            return InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isWithin(byte[] address, byte[] network, int bits) {
        if (address.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
