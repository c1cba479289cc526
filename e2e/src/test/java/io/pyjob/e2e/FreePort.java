package io.pyjob.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a server that a test starts. It is below those that Linux gives to outgoing connections (from 32768 on) and
 * Kubernetes to NodePorts (from 30000 on), so nobody gets it between the choice and its use.
 */
public final class FreePort {
    private static final int LEAST = 20_000;
    private static final int TOO_HIGH = 30_000;

    private FreePort() {}

    /** One that nobody has now. */
    public static int find() {
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LEAST, TOO_HIGH);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody has it
            }
        }
        throw new IllegalStateException("no port from " + LEAST + " to " + TOO_HIGH + " is free");
    }
}
