package io.pyjob.driver.report;

/** How far Spark is: of all Spark jobs of the script so far. */
record Progress(Stages stages, Tasks tasks) {
    record Stages(int done, int active, int total) {}

    record Tasks(int done, int active, int failed, int total) {}

    static final Progress NONE = new Progress(new Stages(0, 0, 0), new Tasks(0, 0, 0, 0));
}
