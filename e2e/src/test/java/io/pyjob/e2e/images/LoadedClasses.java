package io.pyjob.e2e.images;

/** What a JVM logged with {@code -Xlog:class+load}. */
record LoadedClasses(String log) {
    private static final int FEWEST = 400;

    /** How many came from an archive, of all that have a file; others are made while a program runs. */
    double shareFromArchive() {
        long archived = from("shared objects file");
        long read = from("file:") + from("jrt:") + from("jar:");
        if (archived + read < FEWEST) {
            throw new AssertionError("the JVM told of " + (archived + read) + " classes only:\n" + log);
        }
        return (double) archived / (archived + read);
    }

    private long from(String source) {
        return log.lines().filter(line -> line.contains(" source: " + source)).count();
    }
}
