package dev.breakwater.apiserver.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.apiserver.answer.AnswerBudget.Share;
import dev.breakwater.apiserver.status.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerBudgetTest {
    private static final int KIB = 1024;

    private final AnswerBudget budget = new AnswerBudget(1024 * KIB, Duration.ofMillis(20));

    private Share open() {
        return budget.open(0, 64 * KIB, 16);
    }

    private static void grow(Share share) {
        for (int i = 0; i < 10; i++) {
            share.adapt(false);
        }
    }

    @Test
    void oneTooManyIsToldToComeBack() {
        List<Share> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            all.add(open());
        }
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StatusException.class,
                        refused -> assertThat(refused.code()).isEqualTo(429));
        all.removeLast().close();
        open().close();
    }

    @Test
    void anAnswerThatIsAloneGrowsAndLeavesHalfToOthers() {
        Share alone = open();
        grow(alone);
        assertThat(alone.scale()).isEqualTo(8);
        assertThat(budget.held()).isEqualTo(512 * KIB);
        alone.close();
        assertThat(budget.held()).isZero();
    }

    @Test
    void whereManyAreInProgressEachIsSmallAgain() {
        Share first = open();
        grow(first);
        List<Share> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(open());
        }
        first.adapt(false);
        assertThat(first.scale()).isOne();
        others.forEach(Share::close);
        grow(first);
        assertThat(first.scale()).isEqualTo(8);
    }

    @Test
    void aSlowReaderHasTheSmallestShare() {
        Share share = open();
        grow(share);
        share.adapt(true);
        assertThat(share.scale()).isOne();
        assertThat(budget.held()).isEqualTo(64 * KIB);
    }

    @Test
    void theAnswerToACommittedWriteIsNeverRefusedAndIsCounted() {
        List<Share> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(budget.overdraw(0, 64 * KIB));
        }
        assertThat(budget.held()).isEqualTo(20 * 64 * KIB);
        assertThatThrownBy(this::open).isInstanceOf(StatusException.class);
        all.forEach(Share::close);
        open().close();
    }

    @Test
    void aStreamInProgressWaitsUntilThereIsRoomOrNobodyWantsIt() {
        List<Share> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            all.add(open());
        }
        assertThat(budget.await(0, 64 * KIB, () -> true)).isNull();
        all.removeLast().close();
        assertThat(budget.await(0, 64 * KIB, () -> false)).isNotNull();
    }
}
