package io.pyjob.operator.local;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts this machine's folders in the place of the paths at which a pod mounts them. A path counts at the beginning of a text, and
 * behind a comma, a colon, an equals sign or file://. Pure.
 */
final class LocalPaths {
    private LocalPaths() {}

    static String of(String text, Map<String, Path> folders) {
        if (folders.isEmpty() || text.indexOf('/') < 0) {
            return text;
        }
        // The longest first: /data/in is not a part of /data.
        List<String> paths = folders.keySet().stream()
                .sorted(Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
        String any = String.join("|", paths.stream().map(Pattern::quote).toList());
        return Pattern.compile("(?<=^|[,:=]|file://)(?:" + any + ")(?=$|[/,:])")
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(String.valueOf(folders.get(found.group()))));
    }
}
