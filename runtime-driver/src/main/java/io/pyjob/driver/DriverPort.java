package io.pyjob.driver;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.StartFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The port at which executors look for Spark's RPC. They know it before this JVM runs, so no other will do. */
record DriverPort(String address, int port) {

    /** Tries the port now, because Spark would fail on it later, deep in the script's first lines. */
    void check() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (BindException e) {
            String why = String.valueOf(e.getMessage());
            throw new StartFailure(
                    why.contains("in use")
                            ? "the driver's port " + port + " on " + address + " is taken"
                            : "the driver cannot listen at port " + port + " on " + address + ": " + why,
                    e);
        } catch (IOException e) {
            throw new StartFailure(
                    "the driver cannot listen at port " + port + " on " + address + ": " + Failures.reason(e), e);
        }
    }
}
