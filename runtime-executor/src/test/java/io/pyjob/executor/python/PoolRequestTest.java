package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.executor.python.PoolRequest.Signal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolRequestTest {
    @Test
    void aRequestForAWorkerNamesModuleAndEnvironment() throws PoolException {
        ByteBuffer frame = PoolRequest.worker(
                new WorkerKey("pyspark.worker", Map.of("A", "quote \" back \\ line \n ä \u0001"), 7));

        assertThat(json(frame))
                .isEqualTo("{\"v\":1,\"module\":\"pyspark.worker\","
                        + "\"env\":{\"A\":\"quote \\\" back \\\\ line \\n ä \\u0001\"}}");
    }

    @Test
    void aSignalNamesItsWorker() {
        assertThat(json(PoolRequest.signal(Signal.STOP, 42))).isEqualTo("{\"v\":1,\"op\":\"stop\",\"pid\":42}");
        assertThat(json(PoolRequest.signal(Signal.ALIVE, 1))).isEqualTo("{\"v\":1,\"op\":\"alive\",\"pid\":1}");
    }

    @Test
    void questionsAreFramesToo() {
        assertThat(json(PoolRequest.why(42))).isEqualTo("{\"v\":1,\"op\":\"why\",\"pid\":42}");
        assertThat(json(PoolRequest.stats())).isEqualTo("{\"v\":1,\"op\":\"stats\"}");
    }

    @Test
    void anEnvironmentThatThePoolWouldRefuseIsNotSent() {
        WorkerKey wild = new WorkerKey("m", Map.of("A", "x".repeat(PoolRequest.LONGEST)), 0);

        assertThatThrownBy(() -> PoolRequest.worker(wild))
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("spark.executorEnv");
    }

    private static String json(ByteBuffer frame) {
        int length = frame.getInt();
        assertThat(length).isEqualTo(frame.remaining());
        return StandardCharsets.UTF_8.decode(frame).toString();
    }
}
