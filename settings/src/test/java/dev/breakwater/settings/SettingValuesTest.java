package dev.breakwater.settings;

import static dev.breakwater.settings.Setting.by;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.settings.Setting.Trait;
import dev.breakwater.settings.Written.Entries;
import dev.breakwater.settings.Written.Items;
import dev.breakwater.settings.Written.Text;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingValuesTest {
    private static final SettingGroup GROUP = new SettingGroup("Test");
    private static final Setting<Integer> SIZE =
            GROUP.add("jobs.maxSize", Types.number(), by(3), Rules.number(1, 9), "A size");
    private static final Setting<String> WORD = GROUP.add(
            "word",
            Types.text("WORD"),
            by("none", "nothing"),
            Rules.oneOf(List.of("none", "x")),
            "A word",
            Trait.SECRET);
    private static final Setting<Duration> INNER = GROUP.add(
            "inner", Types.duration(), by(Duration.ofMinutes(90)), Rules.any(), "Of the wiring", Trait.UNLISTED);

    @Test
    void aSettingHasOneNameInThreeSpellings() {
        assertThat(SIZE.flag()).isEqualTo("--jobs-max-size");
        assertThat(SIZE.variable()).isEqualTo("BREAKWATER_JOBS_MAX_SIZE");
        assertThat(INNER.fallbackWords()).isEqualTo("1h30m");
        assertThat(WORD.fallbackWords()).isEqualTo("nothing");
        assertThat(GROUP.listed()).containsExactly(SIZE, WORD);
    }

    @Test
    void whatIsGivenAsTheDefaultIsTheDefault() {
        SettingValues values = SettingValues.DEFAULTS.with(SIZE, 5);
        assertThat(values.get(SIZE)).isEqualTo(5);
        assertThat(values.get(WORD)).isEqualTo("none");
        assertThat(values.with(SIZE, 3)).isEqualTo(SettingValues.DEFAULTS);
        assertThat(values.of(new SettingGroup("Other"))).isEqualTo(SettingValues.DEFAULTS);
    }

    @Test
    void allThatIsWrongIsToldAtOnceAndNoSecretIsRepeated() {
        SettingValues values = SettingValues.DEFAULTS.with(SIZE, 10).with(WORD, "hidden");
        Bounds bounds = new Bounds().obey(GROUP, values);
        assertThatThrownBy(bounds::check)
                .isInstanceOf(OutOfBounds.class)
                .hasMessageContaining("jobs.maxSize is 10; allowed is 1 to 9")
                .hasMessageContaining("word is a text that is not shown; allowed is one of none, x")
                .hasMessageNotContaining("hidden");
        assertThat(values.toString()).doesNotContain("hidden");
    }

    @Test
    void aCommaWithinAValueIsWrittenWithABackslash() {
        Type<List<String>> list = Types.texts("LIST");
        assertThat(list.read().apply(new Text("a\\,b, c ,\\d"))).containsExactly("a,b", "c", "\\d");
        assertThat(list.show().apply(List.of("a,b", "c"))).isEqualTo("a\\,b,c");
        assertThat(list.read().apply(new Items(List.of("a,b", " c ")))).containsExactly("a,b", " c ");
        assertThat(list.read().apply(Items.ofTexts(List.of("a\\", "b,c")))).containsExactly("a\\", "b", "c");
        assertThat(list.read().apply(new Text(""))).isEmpty();
    }

    @Test
    void aMapIsReadFromTextsListsAndMaps() {
        Type<Map<String, String>> map = Types.map("NAME=VALUE");
        Map<String, String> wanted = Map.of("a", "1,2", "b", "x=y");
        assertThat(map.read().apply(new Text("a=1\\,2,b=x=y"))).isEqualTo(wanted);
        assertThat(map.read().apply(new Items(List.of("a=1,2", "b=x=y")))).isEqualTo(wanted);
        assertThat(map.read().apply(new Entries(Map.of("a", new Text("1,2"), "b", new Text("x=y")))))
                .isEqualTo(wanted);
        assertThat(map.read().apply(new Entries(Map.of()))).isEmpty();
        assertThatThrownBy(() -> map.read().apply(new Text("a=1,2"))).hasMessageContaining("'2' is not NAME=VALUE");
    }
}
