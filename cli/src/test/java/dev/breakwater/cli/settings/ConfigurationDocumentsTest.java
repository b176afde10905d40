package dev.breakwater.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.Breakwater;
import dev.breakwater.cli.logging.LoggingSettings;
import dev.breakwater.settings.SettingGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages for users say what the declarations say. With {@code -Dbreakwater.writeDocuments=true} they are written anew. */
class ConfigurationDocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final List<SettingGroup> SHARED = List.of(LoggingSettings.SETTINGS);

    @Test
    void thePageOfSettingsIsGeneratedFromTheirDeclarations() throws Exception {
        isUpToDate("configuration.md", ConfigurationPage.of(SHARED, root()));
    }

    @Test
    void theSchemaOfTheFileIsGeneratedFromTheDeclarations() throws Exception {
        isUpToDate("configuration.schema.json", ConfigurationSchema.of(SHARED, root()));
    }

    private static CommandLine root() {
        return Breakwater.commandLine();
    }

    private static void isUpToDate(String name, String content) throws Exception {
        Path file = DOCS.resolve(name);
        if (Boolean.getBoolean("breakwater.writeDocuments")) {
            Files.writeString(file, content);
        }
        assertThat(file)
                .as("run this test with -Dbreakwater.writeDocuments=true")
                .exists();
        assertThat(Files.readString(file))
                .as("run this test with -Dbreakwater.writeDocuments=true")
                .isEqualTo(content);
    }
}
