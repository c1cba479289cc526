package io.pyjob.operator.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends what it is told to, however wrong. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final BufferedReader in;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** Sends for as long as the other side takes it. */
    void flood(String text, int times) throws IOException {
        try {
            for (int i = 0; i < times; i++) {
                send(text);
            }
        } catch (SocketException e) {
            // the other side has closed, which is what is tested
        }
    }

    /** The status of the next answer; 0 if the connection was closed instead. The body has to have a length. */
    int status() throws IOException {
        String line;
        try {
            line = in.readLine();
        } catch (SocketException e) { // closed while this side was still sending
            return 0;
        }
        if (line == null) {
            return 0;
        }
        int status = Integer.parseInt(line.split(" ")[1]);
        int length = 0;
        for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
            if (header.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).strip());
            }
        }
        for (int i = 0; i < length; i++) {
            if (in.read() < 0) {
                throw new IOException("the body ends too early");
            }
        }
        return status;
    }

    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) { // reset, which is closed as well
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
