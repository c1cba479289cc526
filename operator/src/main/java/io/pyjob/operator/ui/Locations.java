package io.pyjob.operator.ui;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Where Spark sends a browser, in terms of this server. */
final class Locations {
    private Locations() {}

    /**
     * A path of this server, below {@code prefix}; empty if the location is none of who was asked, so that nobody is sent
     * elsewhere by a job.
     */
    static Optional<String> here(String location, String host, int port, String prefix) {
        URI uri;
        try {
            uri = new URI(location);
        } catch (URISyntaxException e) {
            return Optional.empty(); // told to the user as a page that leads elsewhere
        }
        boolean isRelative = uri.getScheme() == null && uri.getRawAuthority() == null;
        if (!isRelative && !isOf(uri, host, port)) {
            return Optional.empty();
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        if (!path.startsWith("/") || path.startsWith("//") || path.contains("\\")) {
            return Optional.empty();
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        boolean isPrefixed = path.equals(prefix) || path.startsWith(prefix + "/");
        return Optional.of((isPrefixed ? path : prefix + path) + query);
    }

    private static boolean isOf(URI uri, String host, int port) {
        String found = uri.getHost();
        return "http".equals(uri.getScheme())
                && found != null
                && found.replaceAll("[\\[\\]]", "").equals(host)
                && (uri.getPort() < 0 ? 80 : uri.getPort()) == port
                && uri.getRawUserInfo() == null;
    }
}
