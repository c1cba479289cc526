package io.pyjob.e2e.images;

import java.util.List;

/** What a JVM logged with {@code -Xlog:class+load}. */
record LoadedClasses(String log) {

    /** How many of all classes came from an archive; hidden classes, which are made while a program runs, do not count. */
    double shareFromArchive() {
        List<String> loaded = log.lines()
                .filter(line -> line.contains(" source: ") && !line.contains("__JVM_LookupDefineClass__"))
                .toList();
        if (loaded.size() < 400) {
            throw new AssertionError("the JVM told of " + loaded.size() + " classes only:\n" + log);
        }
        long archived = loaded.stream()
                .filter(line -> line.contains("source: shared objects file"))
                .count();
        return (double) archived / loaded.size();
    }
}
