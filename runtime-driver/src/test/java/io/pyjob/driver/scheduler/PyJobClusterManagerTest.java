package io.pyjob.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceLoader;
import org.apache.spark.scheduler.ExternalClusterManager;
import org.junit.jupiter.api.Test;

class PyJobClusterManagerTest {
    @Test
    void sparkFindsItForItsMaster() {
        assertThat(ServiceLoader.load(ExternalClusterManager.class))
                .filteredOn(manager -> manager.canCreate("pyjob://default/flights"))
                .singleElement()
                .isInstanceOf(PyJobClusterManager.class);
        assertThat(new PyJobClusterManager().canCreate("spark://host:7077")).isFalse();
    }
}
