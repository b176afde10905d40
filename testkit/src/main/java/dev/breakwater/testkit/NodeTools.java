package dev.breakwater.testkit;

/**
 * What a node of the testbed brings.
 *
 * @param node name of the node
 * @param registry {@code HOST:PORT} of a registry that speaks plain HTTP; host, node and pods reach it by this address
 * @param trivyImage image with Trivy and a shell, or empty where the run has no Trivy
 * @param trivyServer URL of a Trivy server with the sample database, or empty where the run has no Trivy
 * @param trivyDatabase the sample database in the registry, for {@code --db-repository}, or empty
 */
public record NodeTools(String node, String registry, String trivyImage, String trivyServer, String trivyDatabase) {}
