package io.pyjob.operator.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.OptionalInt;
import java.util.Random;

/**
 * Addresses for a job's pods: all of 127.0.0.0/8 is loopback on Linux, so that each pod has an address of its own and the
 * same ports everywhere, as in a cluster.
 *
 * @param second the second byte of the job's addresses
 * @param third the third
 */
record LoopbackAddresses(int second, int third) {
    private static final int TRIES = 20;
    private static final int PODS_PER_BLOCK = 250;

    /** A block where the driver's port is free; if none is found the last one, and Spark will say that the port is taken. */
    static LoopbackAddresses find(Random random, int driverPort) {
        LoopbackAddresses block = random(random);
        for (int i = 0; i < TRIES && !block.isFree(driverPort); i++) {
            block = random(random);
        }
        return block;
    }

    private static LoopbackAddresses random(Random random) {
        return new LoopbackAddresses(1 + random.nextInt(250), 1 + random.nextInt(250));
    }

    /** The address of the driver's pod, or of the executor with that id. */
    String of(OptionalInt executorId) {
        if (executorId.isEmpty()) {
            return "127." + second + "." + third + ".1";
        }
        int id = executorId.getAsInt();
        int block = (third + id / PODS_PER_BLOCK) % 256;
        return "127." + second + "." + block + "." + (2 + id % PODS_PER_BLOCK);
    }

    private boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(of(OptionalInt.empty())), port));
            return true;
        } catch (UnknownHostException e) {
            throw new AssertionError("a numeric address needs no look-up", e);
        } catch (IOException taken) { // that is the answer
            return false;
        }
    }
}
