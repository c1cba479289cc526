package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.executor.pod.PythonNews;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolHistoryTest {
    private final PoolHistory history = new PoolHistory();

    private void says(String stats) throws IOException {
        history.add(PoolStats.parse(stats));
    }

    @Test
    void nothingIsNoNews() {
        assertThat(history.news()).isEqualTo(PythonNews.NONE);
    }

    @Test
    void whatAPoolSaysReplacesWhatItSaidBefore() throws IOException {
        says("{\"pool\":\"a\",\"forked\":3,\"ended\":{\"crashed\":1,\"ended\":4}}");
        says("{\"pool\":\"a\",\"forked\":5,\"ended\":{\"crashed\":2,\"ended\":4}}");

        assertThat(history.ended()).containsExactlyInAnyOrderEntriesOf(Map.of("crashed", 2L, "ended", 4L));
        assertThat(history.forked()).isEqualTo(5);
        assertThat(history.news().ended()).as("failures only").isEqualTo(Map.of("crashed", 2L));
    }

    @Test
    void aPoolAfterItIsAddedToIt() throws IOException {
        says("{\"pool\":\"a\",\"starts\":1,\"forked\":3,\"ended\":{\"crashed\":1},"
                + "\"queue\":{\"waiting\":1,\"waited\":2,\"seconds\":0.5}}");
        history.endedWithItsPool("worker 7 ended with its container");
        says("{\"pool\":\"b\",\"starts\":2,\"forked\":2,\"ended\":{\"crashed\":1},"
                + "\"queue\":{\"waited\":1,\"seconds\":0.25},\"before\":\"the kernel killed it\"}");

        assertThat(history.news())
                .isEqualTo(new PythonNews(
                        Map.of("crashed", 2L, "killed", 1L), 1, "restart", "the kernel killed it", Map.of()));
        assertThat(history.forked()).isEqualTo(5);
        assertThat(history.waited()).isEqualTo(3);
        assertThat(history.waitedSeconds()).isEqualTo(0.75);
    }

    @Test
    void fieldsThatAreUnknownOrMissingDoNoHarm() throws IOException {
        says("{\"pool\":\"a\",\"new\":[{\"x\":[1,null,true]}],\"ended\":[],\"limit\":null,\"last\":null}");

        assertThat(history.current().orElseThrow().limit()).isEmpty();
        assertThat(history.news()).isEqualTo(PythonNews.NONE);
    }
}
