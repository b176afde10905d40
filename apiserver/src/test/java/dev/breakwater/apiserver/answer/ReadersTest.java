package dev.breakwater.apiserver.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadersTest {
    private final AtomicLong now = new AtomicLong(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<String> cut = new ArrayList<>();
    private final Readers readers = new Readers(now::get, waiting::get, 3);

    private Readers.Writing write(String name) {
        return readers.writing(new Readers.Cut() {
            @Override
            public void answer() {
                cut.add(name);
            }

            @Override
            public void connection() {
                cut.add("connection of " + name);
            }
        });
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        readers.look();
    }

    @Test
    void whoTakesNothingForTheLimitIsCutOffAlone() {
        write("stuck");
        pass(Duration.ofSeconds(20));
        Readers.Writing read = write("read");
        pass(Duration.ofSeconds(10));
        assertThat(cut).containsExactly("stuck");
        read.close();
        assertThat(readers.writings()).isOne();
    }

    @Test
    void theConnectionIsClosedWhereTheAnswerDoesNotEnd() {
        Readers.Writing stuck = write("stuck");
        pass(Readers.LONGEST);
        pass(Duration.ofSeconds(4));
        assertThat(cut).containsExactly("stuck");
        pass(Duration.ofSeconds(1));
        assertThat(cut).containsExactly("stuck", "connection of stuck");
        pass(Duration.ofSeconds(60));
        assertThat(cut).as("once").hasSize(2);
        stuck.close();
    }

    @Test
    void whereOthersWaitTheLongestStuckGoesFirstAndNoMoreThanAreNeeded() {
        write("first");
        pass(Duration.ofSeconds(2));
        write("second");
        pass(Duration.ofSeconds(4));
        assertThat(cut).as("nobody waits").isEmpty();
        waiting.set(1);
        readers.look();
        assertThat(cut).containsExactly("first");
        waiting.set(2);
        pass(Duration.ofSeconds(1));
        assertThat(cut).containsExactly("first", "second");
    }

    @Test
    void noMoreThanSoManyAreStuckAtOnce() {
        for (int i = 0; i < 5; i++) {
            write("watch " + i);
            now.addAndGet(1);
        }
        pass(Duration.ofSeconds(2));
        assertThat(cut).containsExactly("watch 0", "watch 1");
    }
}
