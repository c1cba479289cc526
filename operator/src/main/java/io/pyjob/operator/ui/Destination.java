package io.pyjob.operator.ui;

/** Where a request leads. */
sealed interface Destination {

    /** A page of ours. */
    record Here(Page page) implements Destination {}

    /** Another address of this server; {@code path} begins with one slash. */
    record Elsewhere(String path) implements Destination {}

    /**
     * Somebody who has the page.
     *
     * @param path as it is there
     * @param prefix what stands before it here
     * @param silence what is said if nobody answers there
     * @param missing what is said if there is no such page
     */
    record There(String host, int port, String path, String prefix, Page silence, Page missing)
            implements Destination {}
}
