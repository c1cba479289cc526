package io.pyjob.e2e.images;

/** The images under test; {@code images/test} builds them and loads them into Docker. */
enum Image {
    RUNTIME("runtime"),
    PYTHON("python"),
    OPERATOR("operator"),
    SHELL_LESS("shell-less");

    private final String part;

    Image(String part) {
        this.part = part;
    }

    /** The whole name, with its tag. */
    String reference() {
        return System.getProperty("pyjob.images.registry", "localhost") + "/pyjob-" + part + ":"
                + System.getProperty("pyjob.images.tag", "dev");
    }
}
