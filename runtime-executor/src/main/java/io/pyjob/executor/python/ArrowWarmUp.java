package io.pyjob.executor.python;

import io.pyjob.executor.pod.PodLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.arrow.ArrowWriter;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Sends one row of Arrow to itself, for what that loads and makes: the first task that talks Arrow would wait for it, some
 * 80 ms, while an executor has nothing to do between its registration and its first task.
 */
public final class ArrowWarmUp {
    private static final StructType TYPE = new StructType()
            .add("long", DataTypes.LongType)
            .add("double", DataTypes.DoubleType)
            .add("string", DataTypes.StringType);

    private ArrowWarmUp() {}

    /** On a thread of its own, which nobody waits for. */
    public static void inBackground() {
        Thread thread = new Thread(ArrowWarmUp::once, "pyjob-arrow-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static void once() {
        try {
            thereAndBack(7);
        } catch (Exception e) {
            // A job without Arrow does not need it, and one with Arrow meets the same in its own words.
            PodLog.say("Arrow was not prepared for the first task: " + e);
        }
    }

    /** The number after it has been through Arrow. */
    static long thereAndBack(long number) throws IOException {
        try (BufferAllocator allocator =
                ArrowUtils.rootAllocator().newChildAllocator("pyjob-warm-up", 0, Long.MAX_VALUE)) {
            byte[] stream = write(number, allocator);
            try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
                reader.loadNextBatch();
                try (ArrowColumnVector column =
                        new ArrowColumnVector(reader.getVectorSchemaRoot().getVector(0))) {
                    return column.getLong(0);
                }
            }
        }
    }

    private static byte[] write(long number, BufferAllocator allocator) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (VectorSchemaRoot root =
                        VectorSchemaRoot.create(ArrowUtils.toArrowSchema(TYPE, "UTC", true, false), allocator);
                ArrowStreamWriter batches = new ArrowStreamWriter(root, null, stream)) {
            ArrowWriter rows = ArrowWriter.create(root);
            rows.write(new GenericInternalRow(new Object[] {number, 0.5, UTF8String.fromString("a")}));
            rows.finish();
            batches.start();
            batches.writeBatch();
            batches.end();
        }
        return stream.toByteArray();
    }
}
