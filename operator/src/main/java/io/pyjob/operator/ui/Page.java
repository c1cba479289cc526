package io.pyjob.operator.ui;

import java.util.Map;

/** A page that says why there is none. */
record Page(int status, String html, Map<String, String> headers) {
    private static final String FRAME = """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>%1$s</title>
            <style>body{font:16px/1.5 sans-serif;max-width:46rem;margin:4rem auto;padding:0 1rem;color:#222}
            h1{font-size:1.4rem}pre{background:#f4f4f4;padding:.8rem;overflow:auto}td,th{text-align:left;padding-right:2rem}</style>
            </head>
            <body><h1>%1$s</h1>
            %2$s
            </body></html>
            """;

    Page {
        headers = Map.copyOf(headers);
    }

    /** A title and a sentence, neither of them HTML. */
    static Page of(int status, String title, String text) {
        return html(status, title, "<p>" + escaped(text) + "</p>");
    }

    /** The same with something to copy. */
    static Page of(int status, String title, String text, String example) {
        return html(status, title, "<p>" + escaped(text) + "</p><pre>" + escaped(example) + "</pre>");
    }

    static Page html(int status, String title, String body) {
        return new Page(status, FRAME.formatted(escaped(title), body), Map.of());
    }

    Page with(String header, String value) {
        return new Page(status, html, Map.of(header, value));
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
