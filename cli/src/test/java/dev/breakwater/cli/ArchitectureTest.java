package dev.breakwater.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the direction of design.md 1: data flows one way, and so do dependencies. */
@AnalyzeClasses(packages = "dev.breakwater", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule storageKnowsNoHttpAndNoKubernetes = noClasses()
            .that()
            .resideInAPackage("dev.breakwater.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.breakwater.apiserver..",
                    "dev.breakwater.controller..",
                    "dev.breakwater.cli..",
                    "jakarta..",
                    "io.javalin..",
                    "org.eclipse.jetty..",
                    "io.kubernetes..",
                    "java.net.http..");

    @ArchTest
    static final ArchRule theApiServerKnowsOnlyTheStore = noClasses()
            .that()
            .resideInAPackage("dev.breakwater.apiserver..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.breakwater.controller..",
                    "dev.breakwater.cli..",
                    "dev.breakwater.testkit..",
                    "io.kubernetes..");

    @ArchTest
    static final ArchRule theControllerIsAPureApiClient = noClasses()
            .that()
            .resideInAPackage("dev.breakwater.controller..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.breakwater.storage..",
                    "dev.breakwater.apiserver..",
                    "dev.breakwater.cli..",
                    "dev.breakwater.testkit..",
                    "java.sql..");

    @ArchTest
    static final ArchRule settingsKnowNobodyWhoIsTold = noClasses()
            .that()
            .resideInAnyPackage("dev.breakwater.settings..", "dev.breakwater.yaml..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.breakwater.storage..",
                    "dev.breakwater.apiserver..",
                    "dev.breakwater.controller..",
                    "dev.breakwater.cli..",
                    "picocli..");

    @ArchTest
    static final ArchRule yamlIsReadInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.breakwater.yaml..",
                    // Bodies of the API, from events; manifests of any size, going on behind what is broken.
                    "dev.breakwater.apiserver.yaml..",
                    "dev.breakwater.cli.audit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.yaml.snakeyaml..");

    @ArchTest
    static final ArchRule nothingElseReadsTheDatabase = noClasses()
            .that()
            .resideInAnyPackage("dev.breakwater.apiserver..", "dev.breakwater.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite..", "org.postgresql..", "com.zaxxer..");

    @ArchTest
    static final ArchRule checksKnowNoClient = noClasses()
            .that()
            .resideInAPackage("dev.breakwater.controller.checks..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.kubernetes..", "okhttp3..", "java.net.http..", "dev.breakwater.controller.kube..");

    @ArchTest
    static final ArchRule namesAreNouns = classes()
            .that()
            .resideInAPackage("dev.breakwater..")
            .should()
            .haveNameNotMatching(".*(Manager|Helper|Utils?|Processor|Impl|Info|Misc|Common)$");
}
