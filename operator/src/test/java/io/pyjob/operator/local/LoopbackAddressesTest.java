package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LoopbackAddressesTest {
    @Test
    void eachPodHasAnAddressOfItsOwn() {
        LoopbackAddresses addresses = new LoopbackAddresses(250, 250);
        String driver = addresses.of(OptionalInt.empty());
        assertThat(driver).isEqualTo("127.250.250.1");
        assertThat(addresses.of(OptionalInt.of(1))).isEqualTo("127.250.250.3");
        assertThat(IntStream.range(1, 5000).mapToObj(id -> addresses.of(OptionalInt.of(id))))
                .doesNotHaveDuplicates()
                .doesNotContain(driver)
                .allMatch(address ->
                        address.matches("127\\.250\\.([0-9]{1,3})\\.([2-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[01])"));
    }

    @Test
    void aBlockWhoseDriverPortIsTakenIsPassedOver() throws IOException {
        long seed = 42;
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(
                    InetAddress.getByName(
                            LoopbackAddresses.find(new Random(seed), 0).of(OptionalInt.empty())),
                    0));
            LoopbackAddresses first = LoopbackAddresses.find(new Random(seed), 0);
            LoopbackAddresses found = LoopbackAddresses.find(new Random(seed), taken.getLocalPort());
            assertThat(found).isNotEqualTo(first);
        }
    }

    @Test
    void withoutAnyFreeBlockTheLastOneIsTaken() {
        assertThat(LoopbackAddresses.find(new Random(1), 0)).isNotNull();
    }
}
