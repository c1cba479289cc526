package io.pyjob.driver;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.executor.pod.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class DriverPortTest {
    @Test
    void aPortThatIsTakenIsToldInOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DriverPort port = new DriverPort("127.0.0.1", taken.getLocalPort());

            assertThatThrownBy(port::check)
                    .isInstanceOf(StartFailure.class)
                    .hasMessage("the driver's port " + taken.getLocalPort() + " on 127.0.0.1 is taken");
        }
    }

    @Test
    void aFreePortStaysFree() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        DriverPort port = new DriverPort("127.0.0.1", free);

        assertThatNoException().isThrownBy(port::check);
        assertThatNoException().isThrownBy(port::check);
    }
}
