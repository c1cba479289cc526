package io.pyjob.operator.local;

import io.pyjob.api.manifest.Fault;
import io.pyjob.api.manifest.ManifestText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A manifest on disk. */
final class ManifestFile {
    private ManifestFile() {}

    /** Whether {@code pyjob run} takes a file of this name for a manifest, and not for a script. */
    static boolean isNamedSo(String name) {
        return Stream.of(".yaml", ".yml", ".json").anyMatch(name::endsWith);
    }

    static ManifestText read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                return unreadable("is a directory");
            }
            return ManifestText.of(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            return unreadable("no such file");
        } catch (AccessDeniedException e) {
            return unreadable("must not be read by this user");
        } catch (CharacterCodingException e) {
            return unreadable("is not UTF-8 text");
        } catch (IOException e) {
            return unreadable("cannot be read: " + e.getMessage());
        }
    }

    private static ManifestText unreadable(String why) {
        return new ManifestText(Optional.empty(), List.of(new Fault("", why)));
    }
}
