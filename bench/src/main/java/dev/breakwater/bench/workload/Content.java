package dev.breakwater.bench.workload;

/**
 * What one image's scan found.
 *
 * @param image name of the image, without registry
 * @param digest {@code sha256:} and 64 hexadecimal digits
 * @param findings number of vulnerabilities
 * @param afterTimestamp JSON of {@code report} behind the value of {@code updateTimestamp}, from the closing quote to the end of
 *     the whole object
 */
public record Content(String image, String digest, int findings, byte[] afterTimestamp) {}
