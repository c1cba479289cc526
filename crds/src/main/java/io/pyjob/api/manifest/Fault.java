package io.pyjob.api.manifest;

/**
 * Something that is wrong in a manifest.
 *
 * @param path the field, as in {@code spec.executors.instances}; or a place of the text; or empty for the whole
 * @param message what is wrong with it, to be read after the path
 */
public record Fault(String path, String message) {
    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
