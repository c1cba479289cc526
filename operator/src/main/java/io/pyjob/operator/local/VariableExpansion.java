package io.pyjob.operator.local;

import java.util.Map;

/** Expands {@code $(NAME)} as the kubelet does in commands, arguments and values: unknown names stay, {@code $$} is a dollar sign. */
public final class VariableExpansion {
    private VariableExpansion() {}

    public static String expand(String text, Map<String, String> variables) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                out.append(c);
                at++;
                continue;
            }
            char next = text.charAt(at + 1);
            int end = next == '(' ? text.indexOf(')', at + 2) : -1;
            if (next == '$') {
                out.append('$');
                at += 2;
            } else if (end >= 0) {
                String reference = text.substring(at, end + 1);
                out.append(variables.getOrDefault(text.substring(at + 2, end), reference));
                at = end + 1;
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }
}
